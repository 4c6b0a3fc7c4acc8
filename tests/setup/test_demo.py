"""The demonstration: loaded once for this module, since it takes a few seconds."""

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from tests.invariants import check_books
from wagtail_helpdesk.models import (
    Attachment,
    CannedReply,
    Channel,
    ComplaintType,
    Direction,
    Division,
    DivisionMember,
    EscalationStep,
    FollowedProcedure,
    HelpdeskSettings,
    Message,
    MessageKind,
    OutboxMessage,
    OutboxState,
    Procedure,
    Relation,
    SlaPolicy,
    Status,
    StepTick,
    SupportLevel,
    Ticket,
    TicketLink,
    WorkingCalendar,
)
from wagtail_helpdesk.pages.models import SupportPage

#: In which a fault that has just come in is due, at any hour of any day.
HALF_DAY = timedelta(hours=12)


def run(*args, **options):
    out = StringIO()
    call_command("load_helpdesk_demo", *args, stdout=out, **options)
    return out.getvalue()


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demonstration, in a transaction around all tests of this module."""
    media = tmp_path_factory.mktemp("demo") / "media"
    with (
        django_db_blocker.unblock(),
        override_settings(MEDIA_ROOT=str(media)),
        transaction.atomic(),
    ):
        front = Site.objects.get(is_default_site=True).root_page
        indonesian = front.copy_for_translation(Locale.objects.get_or_create(language_code="id")[0])
        indonesian.save_revision().publish()
        call_command("setup_helpdesk", verbosity=0)
        run(force=True)
        yield media.parent / "helpdesk-files"
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    """The folder of its private files."""
    return loaded


def test_twenty_five_tickets_in_every_status_and_both_languages(demo):
    assert Ticket.objects.count() == 25
    statuses = Counter(Ticket.objects.values_list("status", flat=True))
    assert set(statuses) == set(Status.values)
    assert min(statuses.values()) >= 3
    languages = Counter(Ticket.objects.values_list("language", flat=True))
    assert languages == {"en": 12, "id": 13}
    assert set(Ticket.objects.values_list("channel", flat=True)) == set(Channel.values)


def test_the_books_of_every_ticket_are_right(demo):
    for ticket in Ticket.objects.all():
        check_books(ticket)


def test_what_happened_happened_in_the_last_seven_weeks_and_not_in_the_future(demo):
    now = timezone.now()
    oldest = Ticket.objects.order_by("created_at")[0].created_at
    assert timedelta(days=35) < now - oldest < timedelta(days=49)
    for ticket in Ticket.objects.prefetch_related("messages", "events"):
        times = [event.at for event in ticket.events.all()]
        assert times == sorted(times)
        assert ticket.created_at == times[0]
        assert ticket.updated_at == times[-1] <= now
        written = {message.created_at for message in ticket.messages.all()}
        assert written <= set(times)


def test_the_company(demo):
    assert list(Division.objects.values_list("name", flat=True)) == [
        "Billing",
        "Devices",
        "Network",
    ]
    types = ComplaintType.objects.all()
    assert types.count() == 12
    assert all(row.answer_time_in("en") and row.translation("id").answer_time for row in types)
    assert types.filter(name__startswith="Question").count() == 3
    for division in Division.objects.all():
        assert division.leader is not None
        for level in SupportLevel.objects.all():
            assert division.members_at(level).exists(), (division, level)


LOGINS = ("admin", "leader", "level1", "level2", "level3", "dimas")
#: A contact's own, who sees nothing of the admin.
REQUESTER = "hannah"


def test_the_logins(demo, client):
    for username in LOGINS:
        assert client.login(username=username, password="helpdesk"), username
    assert client.login(username=REQUESTER, password="helpdesk")
    assert not get_user_model().objects.get(username=REQUESTER).groups.exists()
    others = get_user_model().objects.exclude(username__in=[*LOGINS, REQUESTER])
    assert others.exists()
    assert not any(user.has_usable_password() for user in others)


def test_whoever_tries_the_story_finds_the_ticket_at_every_level(demo):
    """Whatever type of complaint a stranger picks."""
    users = {user.username: user for user in get_user_model().objects.all()}
    for name in ("admin", "level1", "level2", "level3"):
        assert Ticket.objects.visible_to(users[name]).count() == 25, name
    for rank in (1, 2, 3):
        member = DivisionMember.objects.filter(user=users[f"level{rank}"])
        divisions = set(member.filter(level__rank=rank).values_list("division", flat=True))
        assert divisions == set(ComplaintType.objects.values_list("division", flat=True))


def test_divisions_hide_their_tickets_from_each_other(demo):
    users = {user.username: user for user in get_user_model().objects.all()}
    leader, dimas = (
        set(Ticket.objects.visible_to(users[name]).values_list("pk", flat=True))
        for name in ("leader", "dimas")
    )
    assert 15 <= len(leader) < 25
    assert 5 <= len(dimas) < 15
    assert dimas - leader
    assert leader - dimas


def test_each_login_finds_work(demo):
    users = {user.username: user for user in get_user_model().objects.all()}
    for name in ("level1", "level2", "level3"):
        assert Ticket.objects.live().filter(assignee=users[name]).exists(), name
    waiting = Ticket.objects.live().filter(assignee=None)
    assert waiting.filter(level__rank=1).exists()
    assert waiting.filter(level__rank=3, status=Status.OPEN).exists()


def test_the_stories_that_a_demonstration_must_tell(demo):
    steps = EscalationStep.objects.all()
    assert steps.filter(direction=Direction.UP, to_level__rank=3).count() >= 4
    assert steps.filter(verb="hand_back").count() >= 3
    assert steps.filter(direction=Direction.SIDEWAYS, reason__code="wrong-division").exists()
    assert steps.values("reason").distinct().count() >= 6
    assert steps.filter(accepted_at=None, ticket__level__rank=3).exists()
    assert set(TicketLink.objects.values_list("relation", flat=True)) == set(Relation.values)
    assert Ticket.objects.filter(contact__email="", channel=Channel.TELEPHONE).exists()
    assert Message.objects.filter(kind=MessageKind.NOTE).count() >= 10
    assert Ticket.objects.filter(events__verb="reopen").count() >= 2
    assert Ticket.objects.filter(events__by_rule="auto_close").exists()
    files = Attachment.objects.all()
    assert {row.content_type for row in files} == {"image/png", "application/pdf", "text/plain"}
    assert not files.unclaimed().exists()
    assert all((demo / row.file.name).stat().st_size == row.size for row in files)


def test_some_are_late_and_some_soon_whenever_it_is_loaded(demo):
    assert set(SlaPolicy.objects.values_list("name", flat=True)) == {
        "In office hours",
        "Faults, day and night",
    }
    assert set(WorkingCalendar.objects.values_list("time_zone", flat=True)) == {"Asia/Jakarta"}
    assert not Ticket.objects.filter(promised_at=None).exists()
    live = Ticket.objects.live().exclude(status=Status.PENDING)
    assert not live.filter(due_at=None).exists()
    assert not Ticket.objects.filter(status=Status.PENDING).exclude(due_at=None).exists()
    now = timezone.now()
    late, soon = live.filter(due_at__lt=now), live.filter(due_at__range=(now, now + HALF_DAY))
    assert 3 <= late.count() <= live.count() * 2 / 3
    assert soon.exists()


def test_a_demonstration_without_promises_gets_them_once(demo):
    Ticket.objects.update(promised_at=None, due_at=None, resolution_due_at=None)
    HelpdeskSettings.objects.update(sla_policy=None)
    ComplaintType.objects.update(sla_policy=None)
    run(force=True)
    assert HelpdeskSettings.objects.get().sla_policy.name == "In office hours"
    faults = ComplaintType.objects.filter(sla_policy__name="Faults, day and night")
    assert faults.count() == 2
    assert Ticket.objects.live().filter(due_at__lt=timezone.now()).count() >= 3
    HelpdeskSettings.objects.update(sla_policy=None)
    run(force=True)
    assert HelpdeskSettings.objects.get().sla_policy is None, "what was changed since then stays"


def test_staff_write_formally_to_indonesian_requesters(demo):
    replies = Message.objects.public().filter(ticket__language="id", by_user__isnull=False)
    assert replies.count() > 10
    for message in replies:
        for word in (" kamu", " kalian", " gue", " lu "):
            assert word not in message.body.lower()


def test_mail_of_the_past_is_settled_and_the_newest_is_delivered(demo, mailoutbox):
    assert not OutboxMessage.objects.exclude(state=OutboxState.SENT).exists()
    now = timezone.now()
    delivered = [
        row for row in OutboxMessage.objects.all() if now - row.sent_at < timedelta(minutes=9)
    ]
    assert {row.kind for row in delivered} >= {"acknowledgement", "reply"}
    assert {row.ticket.language for row in delivered} == {"en", "id"}
    assert len(delivered) <= 6


def test_the_support_pages_are_published_in_both_languages(demo):
    pages = SupportPage.objects.live().order_by("pk")
    assert [(page.locale.language_code, page.slug) for page in pages] == [
        ("en", "support"),
        ("id", "support"),
    ]
    assert len({page.translation_key for page in pages}) == 1
    for page in pages:
        kinds = {block.block_type for block in page.body}
        assert kinds == {"notice", "complaint", "lookup", "text", "contact"}
        assert not page.has_unpublished_changes
    assert HelpdeskSettings.objects.get().desk_name == "Serayu Link"


def test_twice_is_once_and_what_was_entered_is_kept(demo, django_assert_max_num_queries):
    ticket = Ticket.objects.live()[0]
    Ticket.objects.filter(pk=ticket.pk).update(subject="Edited")
    Division.objects.filter(name="Network").update(name="Lines")
    SupportPage.objects.update(title="Edited")
    models = [Ticket, Message, Division, ComplaintType, OutboxMessage, Page, get_user_model()]
    before = [model.objects.count() for model in models]
    with django_assert_max_num_queries(16):
        said = run(force=True)
    assert "left as it is" in said
    assert [model.objects.count() for model in models] == before
    assert Ticket.objects.get(pk=ticket.pk).subject == "Edited"
    assert set(SupportPage.objects.values_list("title", flat=True)) == {"Edited"}


def test_a_demonstration_of_an_older_version_is_brought_up_to_date_once(demo, client):
    dimas = get_user_model().objects.get(username="dimas")
    dimas.set_unusable_password()
    dimas.save()
    levels = DivisionMember.objects.filter(user__username__startswith="level")
    in_billing = levels.filter(division__name="Billing")
    in_billing.delete()
    run(force=True)
    assert sorted(in_billing.values_list("user__username", "level__rank")) == [
        ("level1", 1),
        ("level2", 2),
        ("level3", 3),
    ]
    assert levels.count() == 9
    assert client.login(username="dimas", password="helpdesk")
    in_billing.filter(level__rank=1).delete()
    run(force=True)
    assert in_billing.count() == 2, "what was changed in the admin stays"


def test_it_says_where_and_how(demo):
    said = run(force=True)
    for part in ("/support/", "level1", "helpdesk"):
        assert part in said


def test_work_goes_by_procedure(demo):
    """Checklists at two levels; tickets that have begun one; replies in both languages, ready to be sent."""
    procedures = Procedure.objects.all()
    assert {procedure.level.rank for procedure in procedures} == {1, 3}
    assert all(procedure.latest_revision for procedure in procedures)
    assert FollowedProcedure.objects.count() == 3
    done = FollowedProcedure.objects.get(ticket__status=Status.CLOSED)
    assert done.ticks.count() == done.procedure.steps.count()
    assert {reply.language for reply in CannedReply.objects.all()} == {"en", "id"}


def test_a_demonstration_of_before_gets_its_procedures(demo):
    CannedReply.objects.all().delete()
    StepTick.objects.all().delete()
    FollowedProcedure.objects.all().delete()
    Procedure.objects.all().delete()
    ComplaintType.objects.filter(name__startswith="Router").update(name="Renamed")
    run(force=True)
    assert Procedure.objects.count() == 2 and CannedReply.objects.exists()
