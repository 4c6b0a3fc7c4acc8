"""A complaint comes in: recorded once, acknowledged, and told to whom it concerns."""

import datetime
import sys

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import override
from wagtail.models import Locale

from tests.factories import make_ticket
from tests.tickets.verbs import everything, mail
from wagtail_helpdesk.models import Attachment, ComplaintType, Contact, OutboxMessage, Ticket
from wagtail_helpdesk.tickets import submit


def test_it_starts_where_its_type_says(desk):
    kind = desk.types["First"]
    kind.priority, kind.level = "urgent", desk.level2
    kind.save()
    ticket = make_ticket(desk, subject="Dark", body="The lamp is dark.")
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.status, stored.priority, stored.level, stored.division) == (
        "new", "urgent", desk.level2, desk.first,
    )  # fmt: skip
    assert (stored.subject, stored.body, stored.channel) == ("Dark", "The lamp is dark.", "web")
    assert (stored.assignee, stored.recorded_by, stored.solved_at, stored.version) == (
        None, None, None, 1,
    )  # fmt: skip
    holding = stored.holdings.get()
    assert (holding.level, holding.assignee, holding.started_at, holding.ended_at) == (
        desk.level2, None, stored.created_at, None,
    )  # fmt: skip
    assert not stored.steps.exists()
    assert stored.created_at == stored.updated_at == stored.events.get().at


def test_it_is_acknowledged(desk):
    ticket = make_ticket(desk)
    assert mail(ticket) == [("acknowledgement", ticket.contact)]
    row = OutboxMessage.objects.get()
    assert (row.state, row.message) == ("queued", None)
    assert row.mail_id.endswith("@localhost>")


def test_nobody_without_an_address_is_mailed(desk):
    ticket = submit(
        site=desk.site,
        contact=Contact(name="A Caller", phone="+6281234567"),
        complaint_type=desk.types["First"],
        body="The lamp is dark.",
        channel="telephone",
        recorded_by=desk.first_level1,
    )
    assert mail(ticket) == []
    assert ticket.events.get().data["channel"] == "telephone"


def test_acknowledgements_to_one_address_are_few(desk):
    """A thousand complaints in a victim's name: three mails an hour, ten a day."""
    start = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    posted = []
    with time_machine.travel(start, tick=False) as clock:
        for _hour in range(6):
            for spelling in ("victim@example.org", "Victim@example.org", "VICTIM@EXAMPLE.ORG") * 2:
                make_ticket(desk, email=spelling)
            posted.append(OutboxMessage.objects.count())
            clock.shift(3601)
        make_ticket(desk, email="somebody.else@example.org")
        assert OutboxMessage.objects.count() == 11
        clock.shift(24 * 3600)
        make_ticket(desk, email="victim@example.org")
    assert posted == [3, 6, 9, 10, 10, 10]
    assert OutboxMessage.objects.count() == 12
    assert Ticket.objects.count() == 38


def test_a_host_may_lift_the_cap(desk, settings):
    settings.WAGTAIL_HELPDESK = {"THROTTLES": {"acknowledge": []}}
    for _ in range(5):
        make_ticket(desk)
    assert OutboxMessage.objects.count() == 5


def test_the_same_form_twice_is_one_ticket(desk):
    first = make_ticket(desk, idempotency_key="a form", subject="One")
    before = everything()
    assert (
        make_ticket(desk, idempotency_key="a form", subject="Two", email="x@example.org") == first
    )
    assert everything() == before
    assert make_ticket(desk, idempotency_key="another form") != first
    assert make_ticket(desk) != make_ticket(desk)
    assert make_ticket(desk, idempotency_key="") != make_ticket(desk, idempotency_key="")


def test_a_key_that_does_not_fit_is_said(desk):
    with pytest.raises(ValidationError) as caught:
        make_ticket(desk, idempotency_key="x" * 65)
    assert caught.value.message_dict.keys() == {"idempotency_key"}


def test_the_key_gives_no_ticket_to_who_may_not_record(desk):
    make_ticket(desk, idempotency_key="a form", recorded_by=desk.first_level1)
    with pytest.raises(PermissionDenied):
        make_ticket(desk, idempotency_key="a form", recorded_by=desk.nobody)


def test_two_that_draw_one_reference_are_two_tickets(desk, monkeypatch):
    drawn = iter(["HD-AAAAA-AAAAA", "HD-AAAAA-AAAAA", "HD-AAAAA-AAAAA", "HD-BBBBB-BBBBB"])
    module = sys.modules["wagtail_helpdesk.tickets.submit"]  # its name is the operation's, too
    monkeypatch.setattr(module, "new_reference", lambda: next(drawn))
    references = {make_ticket(desk).reference, make_ticket(desk).reference}
    assert references == {"HD-AAAAA-AAAAA", "HD-BBBBB-BBBBB"}
    check = Ticket.objects.get(reference="HD-BBBBB-BBBBB")
    assert check.events.count() == check.holdings.count() == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"body": " \n\x00"}, "body"),
        ({"body": "x" * 10_001}, "body"),
        ({"subject": "x" * 201}, "subject"),
        ({"channel": "pigeon"}, "channel"),
        ({"email": "nobody"}, "email"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_stored(desk, fields, field):
    before = everything()
    with pytest.raises(ValidationError) as caught:
        make_ticket(desk, **fields)
    assert caught.value.message_dict.keys() == {field}
    assert everything() == before


def test_a_retired_type_is_offered_no_more(desk):
    ComplaintType.objects.update(retired=True)
    desk.types["First"].refresh_from_db()
    with pytest.raises(ValidationError) as caught:
        make_ticket(desk)
    assert caught.value.message_dict.keys() == {"complaint_type"}
    assert not ComplaintType.objects.offered_on(desk.site).exists()


def test_the_requester_s_language_is_kept(desk):
    indonesian = Locale.objects.create(language_code="id")
    with override("id"):
        ticket = make_ticket(desk)
    assert (ticket.language, ticket.locale) == ("id", indonesian)
    assert make_ticket(desk, locale=indonesian).language == "id"
    assert make_ticket(desk).language == "en"


def stored_file(**fields):
    return Attachment.objects.create(**{"owner_key": "x", "name": "a.txt", "size": 1, **fields})


def test_its_files_are_the_complaint_s_own(desk):
    files = [stored_file(), stored_file()]
    ticket = make_ticket(desk, attachments=files)
    assert list(ticket.attachments.all()) == files
    assert list(Attachment.objects.public()) == files
    assert not Attachment.objects.filter(message__isnull=False).exists()


@pytest.mark.parametrize("wrong", ["claimed", "swept", "too many", "too big"])
def test_files_that_can_not_be_claimed_stop_it(desk, settings, wrong):
    settings.WAGTAIL_HELPDESK = {"FILES_MAX_COUNT": 2, "FILES_MAX_BYTES": 100}
    files = {
        "claimed": lambda: [stored_file(), stored_file(ticket=make_ticket(desk))],
        "swept": lambda: [Attachment(pk=10**6, name="a.txt", size=1)],
        "too many": lambda: [stored_file() for _ in range(3)],
        "too big": lambda: [stored_file(size=60), stored_file(size=60)],
    }[wrong]()
    before = everything()
    with pytest.raises(ValidationError) as caught:
        make_ticket(desk, attachments=files, email="new@example.org")
    assert caught.value.message_dict.keys() == {"attachments"}
    assert everything() == before


def test_a_failure_at_the_end_leaves_not_even_the_contact(desk, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr("wagtail_helpdesk.models.OutboxMessage.save", fail)
    before = everything()
    with pytest.raises(OSError, match="disk full"):
        make_ticket(desk)
    assert everything() == before
