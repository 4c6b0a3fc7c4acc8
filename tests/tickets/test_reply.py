"""Answer: staff to the requester, or the requester to the desk."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import make_ticket
from tests.tickets.verbs import STATUSES, everything, last_event, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.links import make_token, read_token
from wagtail_helpdesk.models import Attachment, ComplaintType, Message, Relation, Rule, Ticket

DAY = 86_400
START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


def test_staff_answer(desk, ticket):
    message = tickets.reply(ticket, by=desk.first_level1, body="We are looking at it.")
    assert (message.kind, message.body, message.channel, message.by) == (
        "reply", "We are looking at it.", "web", desk.first_level1,
    )  # fmt: skip
    assert (ticket.status, ticket.assignee) == ("open", None)
    assert mail(ticket)[1:] == [("reply", ticket.contact)]
    assert ticket.outbox.get(kind="reply").message == message
    assert list(Message.objects.public()) == [message]


@pytest.mark.parametrize("channel", ["telephone", "letter", "fax", "in_person"])
def test_what_was_said_otherwise_is_recorded_and_not_mailed(desk, ticket, channel):
    message = tickets.reply(ticket, by=desk.first_level1, body="I told them.", channel=channel)
    assert (message.channel, last_event(ticket).data["channel"]) == (channel, channel)
    assert mail(ticket)[1:] == []


#: the status before -> after each ``status`` that a member of staff may give along
LEADS_TO = {
    "new": {None: "open", "open": "open", "pending": "pending", "on_hold": "on_hold"},
    "open": {None: "open", "open": "open", "pending": "pending", "on_hold": "on_hold"},
    "pending": {None: "pending", "open": "open", "pending": "pending", "on_hold": "on_hold"},
    "on_hold": {None: "on_hold", "open": "open", "pending": "pending", "on_hold": "on_hold"},
    "solved": {None: "solved", "open": "open", "pending": None, "on_hold": None},
    "closed": {None: None, "open": None, "pending": None, "on_hold": None},
}


@pytest.mark.parametrize("status", STATUSES)
def test_where_an_answer_of_staff_leads(desk, status):
    for wanted, expected in LEADS_TO[status].items():
        ticket = make_ticket(desk)
        put(ticket, status, by=desk.first_level1)
        before = everything()
        if expected is None:
            with pytest.raises(tickets.InvalidTransition, match=ticket.reference):
                tickets.reply(ticket, by=desk.first_level1, body="Well.", status=wanted)
            assert everything() == before
        else:
            tickets.reply(ticket, by=desk.first_level1, body="Well.", status=wanted)
            assert (ticket.status, ticket.waiting_since is not None) == (
                expected, expected in ("pending", "on_hold", "solved"),
            )  # fmt: skip


@pytest.mark.parametrize("status", ["new", "solved", "closed", "lost", ""])
def test_an_answer_can_not_set_every_status(desk, ticket, status):
    with pytest.raises(ValidationError) as caught:
        tickets.reply(ticket, by=desk.first_level1, body="Well.", status=status)
    assert caught.value.message_dict.keys() == {"status"}


def test_an_unknown_channel_is_refused(desk, ticket):
    with pytest.raises(ValidationError) as caught:
        tickets.reply(ticket, by=desk.first_level1, body="Well.", channel="pigeon")
    assert caught.value.message_dict.keys() == {"channel"}


@pytest.mark.parametrize("channel", ["web", "telephone"])
def test_an_answer_that_opens_a_solved_ticket_reopens_it(desk, ticket, channel):
    put(ticket, "solved", by=desk.first_level1)
    token = make_token(ticket)
    tickets.reply(
        ticket, by=desk.first_level1, body="One more thing.", status="open", channel=channel
    )
    assert (ticket.status, ticket.outcome, ticket.solved_at) == ("open", "", None)
    assert read_token(token) is None
    # The links that they had are void, so they get a mail with a new one.
    assert mail(ticket)[-1] == ("reply" if channel == "web" else "reopened", ticket.contact)


def test_and_only_for_who_may_reopen(desk, ticket):
    put(ticket, "solved", by=desk.first_level1)
    desk.agents.permissions.remove(desk.agents.permissions.get(codename="reopen_ticket"))
    agent = type(desk.first_level1).objects.get(pk=desk.first_level1.pk)
    with pytest.raises(PermissionDenied):
        tickets.reply(ticket, by=agent, body="One more thing.", status="open")
    tickets.reply(ticket, by=agent, body="One more thing.")
    assert ticket.status == "solved"


@pytest.mark.parametrize(
    ("status", "becomes"),
    [
        ("new", "new"),
        ("open", "open"),
        ("pending", "open"),
        ("on_hold", "on_hold"),
        ("solved", "open"),
        ("closed", "open"),
    ],
)
def test_where_an_answer_of_the_requester_leads(desk, ticket, status, becomes):
    put(ticket, status, by=desk.first_level1)
    if status != "closed":
        tickets.assign(ticket, by=desk.first_level1, assignee=desk.first_level1)
    told = len(mail(ticket))
    message = tickets.reply(ticket, by=ticket.contact, body="The one over the door.")
    assert (ticket.status, message.by, message.is_from_contact) == (becomes, ticket.contact, True)
    reopened = [("reopened", ticket.contact)] if status in ("solved", "closed") else []
    # Who solved it has it, so they are told even of a closed one.
    assert mail(ticket)[told:] == [*reopened, ("answered", desk.first_level1)]


def test_a_requester_s_answer_sets_no_status(desk, ticket):
    put(ticket, "pending", by=desk.first_level1)
    tickets.reply(ticket, by=ticket.contact, body="Wait for me.", status="on_hold")
    assert ticket.status == "open"


def test_an_answer_while_waiting_stops_the_clock_s_pause(desk):
    with time_machine.travel(START, tick=False) as clock:
        ticket = make_ticket(desk)
        until = START + datetime.timedelta(days=9)
        tickets.wait(ticket, by=desk.first_level1, status="pending", until=until)
        clock.shift(3600)
        tickets.reply(ticket, by=ticket.contact, body="Here I am.")
        assert (ticket.waiting_since, ticket.waiting_until) == (None, None)
        assert ticket.holdings.get().waiting_seconds == 3600


@pytest.mark.parametrize("ended", ["solved", "closed"])
@pytest.mark.parametrize(("seconds", "reopens"), [(14 * DAY, True), (14 * DAY + 1, False)])
def test_the_borders_of_the_reopen_window(desk, ended, seconds, reopens):
    with time_machine.travel(START, tick=False) as clock:
        ticket = make_ticket(desk)
        tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
        if ended == "closed":  # the window begins anew: it was closed by somebody
            clock.shift(10 * DAY)
            tickets.close(ticket, by=desk.first_level1)
        clock.shift(seconds)
        result = tickets.reply(ticket, by=ticket.contact, body="Dark again.")
    if reopens:
        assert (result.ticket, ticket.status) == (ticket, "open")
        assert Ticket.objects.count() == 1
    else:
        assert result != ticket
        assert ticket.status == ended
        link = result.links_from.get()
        assert (link.to_ticket, link.relation) == (ticket, Relation.FOLLOW_UP)


def late(desk, ticket, clock):
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    clock.shift(15 * DAY)


def test_a_follow_up_is_a_new_ticket_of_the_same_person_and_type(desk):
    with time_machine.travel(START, tick=False) as clock:
        ticket = make_ticket(desk)
        Ticket.objects.filter(pk=ticket.pk).update(language="id")
        tickets.accept(ticket, by=desk.first_level1)
        tickets.escalate(ticket, by=desk.first_level1, reason="wrong-division", note="Up.")
        tickets.solve(ticket, by=desk.first_level2, outcome="fixed")
        clock.shift(15 * DAY)
        ticket = Ticket.objects.get(pk=ticket.pk)
        ComplaintType.objects.update(retired=True)  # no dead end for who has an old ticket
        file = Attachment.objects.create(owner_key="x", name="a.txt", size=1)
        before = (ticket.version, ticket.events.count())
        new = tickets.reply(
            ticket, by=ticket.contact, body="Dark again.", attachments=[file], channel="email"
        )
    stored = Ticket.objects.get(pk=new.pk)
    assert (stored.contact, stored.complaint_type, stored.subject, stored.body) == (
        ticket.contact, ticket.complaint_type, ticket.subject, "Dark again.",
    )  # fmt: skip
    assert (stored.status, stored.level, stored.assignee, stored.language, stored.channel) == (
        "new", desk.level1, None, "id", "email",
    )  # fmt: skip
    assert list(stored.attachments.all()) == [file]
    assert mail(stored) == [("acknowledgement", ticket.contact)]
    assert (Ticket.objects.get(pk=ticket.pk).version, ticket.events.count()) == before


def test_a_late_answer_is_checked_like_any_other(desk, other):
    with time_machine.travel(START, tick=False) as clock:
        ticket = make_ticket(desk)
        late(desk, ticket, clock)
        before = everything()
        for body in ("", " \u200b", "x" * 10_001):
            with pytest.raises(ValidationError) as caught:
                tickets.reply(ticket, by=ticket.contact, body=body)
            assert caught.value.message_dict.keys() == {"body"}
        with pytest.raises(PermissionDenied):
            tickets.reply(ticket, by=other.contact, body="Dark again.")
        assert everything() == before


def test_staff_may_answer_however_late(desk):
    with time_machine.travel(START, tick=False) as clock:
        ticket = make_ticket(desk)
        late(desk, ticket, clock)
        tickets.reply(ticket, by=desk.first_level1, body="By the way.")
    assert Ticket.objects.count() == 1
    assert ticket.status == "solved"


def test_a_rule_may_answer(desk, ticket):
    message = tickets.reply(ticket, by=Rule("reminder"), body="Are you still there?")
    assert message.by == Rule("reminder")
    assert mail(ticket)[-1] == ("reply", ticket.contact)


def test_its_files_are_the_message_s(desk, ticket):
    file = Attachment.objects.create(owner_key="x", name="a.txt", size=1)
    message = tickets.reply(ticket, by=ticket.contact, body="See here.", attachments=[file])
    file.refresh_from_db()
    assert (file.ticket, file.message) == (ticket, message)
    assert list(Attachment.objects.public()) == [file]
    before = everything()
    with pytest.raises(ValidationError):
        tickets.reply(ticket, by=ticket.contact, body="And again.", attachments=[file])
    assert everything() == before
