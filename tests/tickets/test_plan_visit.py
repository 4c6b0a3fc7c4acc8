"""An engineer goes there: the window, who may go, and what is said before two visits meet."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from tests.factories import make_policy, make_ticket, promise
from tests.invariants import check_books
from tests.tickets.verbs import STATUSES, everything, last_event, mail, plan, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.clocks.words import window_in_words
from wagtail_helpdesk.models import DivisionMember, Rule, Status, SupportLevel, Visit

#: Half past nine in Jakarta.
NOW = datetime(2026, 11, 24, 2, 30, tzinfo=UTC)


@pytest.fixture
def ticket(desk):
    """At Level 3, where engineers are."""
    ticket = make_ticket(desk)
    tickets.triage(ticket, by=desk.manager, level=desk.level3)
    return ticket


@pytest.fixture
def clock(db):
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def test_a_visit(clock, desk, ticket):
    visit = tickets.plan_visit(
        ticket,
        by=desk.first_level3,
        engineer=desk.first_level3,
        starts=NOW + timedelta(hours=2),
        ends=NOW + timedelta(hours=4),
        place=" Jalan Mawar 3\r\nTirtasela\x00 ",
        contact_person=" Bu\nSri ",
        contact_phone="+62 812",
    )
    stored = Visit.objects.get()
    assert stored == visit
    assert (stored.place, stored.contact_person) == ("Jalan Mawar 3\nTirtasela", "Bu Sri")
    assert (stored.planned_by, stored.created_at, stored.sequence) == (desk.first_level3, NOW, 0)
    assert stored.is_open
    assert (ticket.status, ticket.first_responded_at) == (Status.OPEN, NOW)
    assert last_event(ticket).data == {"status": ["new", "open"], "visit": visit.pk}
    assert mail(ticket)[-1] == ("visit_planned", ticket.contact)
    assert ticket.outbox.get(kind="visit_planned").visit == visit
    check_books(ticket)


@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status):
    put(ticket, status, by=desk.first_level3)
    if status in ("solved", "closed"):
        with pytest.raises(tickets.InvalidTransition, match="reopen"):
            plan(ticket, desk, by=desk.first_level3)
        return
    plan(ticket, desk, by=desk.first_level3)
    assert ticket.status == ("open" if status == "new" else status)


def test_only_a_level_that_visits(desk):
    ticket = make_ticket(desk)
    with pytest.raises(tickets.InvalidTransition, match="don't visit"):
        plan(ticket, desk, by=desk.first_leader)
    SupportLevel.objects.update(on_site=True)
    plan(ticket, desk, by=desk.first_leader)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("first_level3", True), ("first_leader", True), ("first_level1", False),
        ("second_level3", False), ("manager", False), ("nobody", False),
    ],
)  # fmt: skip
def test_who_may_be_sent(desk, ticket, who, may):
    engineer = getattr(desk, who)
    if may:
        assert plan(ticket, desk, by=desk.manager, engineer=engineer).engineer == engineer
        return
    with pytest.raises(ValidationError) as caught:
        plan(ticket, desk, by=desk.manager, engineer=engineer)
    assert caught.value.message_dict.keys() == {"engineer"}


def test_not_one_whose_account_is_off(desk, ticket):
    desk.first_level3.is_active = False
    desk.first_level3.save()
    with pytest.raises(ValidationError):
        plan(ticket, desk, by=desk.manager)


@pytest.mark.parametrize(
    ("starts", "ends", "field"),
    [
        ("2026-11-24 00:00", "2026-11-24 02:00", None),  # this morning, written down afterwards
        ("2026-11-23 23:59", "2026-11-24 10:00", "starts"),  # yesterday
        ("2026-11-24 10:00", "2026-11-24 10:00", "ends"),
        ("2026-11-24 10:00", "2026-11-24 09:00", "ends"),
        ("2026-11-24 10:00", "2026-11-24 22:00", None),  # twelve hours
        ("2026-11-24 10:00", "2026-11-24 22:01", "ends"),
        ("2026-11-24 23:00", "2026-11-25 01:00", None),  # over midnight
        ("2027-11-25 09:00", "2027-11-25 10:00", None),
        ("2027-11-26 09:00", "2027-11-26 10:00", "starts"),
        ("0001-01-01 00:00", "2026-11-24 10:00", "starts"),
        ("9999-12-31 20:00", "9999-12-31 21:00", "starts"),
    ],
)
def test_its_window(clock, desk, ticket, starts, ends, field):
    zone = ZoneInfo("Asia/Jakarta")
    window = [datetime.fromisoformat(text).replace(tzinfo=zone) for text in (starts, ends)]
    before = everything()
    if field is None:
        visit = plan(ticket, desk, by=desk.manager, starts=window[0], ends=window[1])
        assert [visit.starts_at, visit.ends_at] == window
        return
    with pytest.raises(ValidationError) as caught:
        plan(ticket, desk, by=desk.manager, starts=window[0], ends=window[1])
    assert caught.value.message_dict.keys() == {field}
    assert everything() == before


def test_a_time_without_a_zone_is_none(desk, ticket):
    with pytest.raises(ValidationError, match="no time zone"):
        plan(ticket, desk, by=desk.manager, starts=datetime(2030, 1, 1), ends=datetime(2030, 1, 2))


def test_hours_are_those_that_pass_when_clocks_are_changed(settings, desk):
    """In the night to 25 October 2026 Berlin has two o'clock twice: twelve hours on the wall are thirteen."""
    settings.TIME_ZONE = "Europe/Berlin"
    zone = ZoneInfo("Europe/Berlin")
    evening, morning = (
        datetime(2026, 10, day, hour, tzinfo=zone) for day, hour in ((24, 20), (25, 8))
    )
    with time_machine.travel(datetime(2026, 10, 24, 8, tzinfo=UTC), tick=False):
        ticket = make_ticket(desk)
        tickets.triage(ticket, by=desk.manager, level=desk.level3)
        with pytest.raises(ValidationError) as caught:
            plan(ticket, desk, by=desk.manager, starts=evening, ends=morning)
        assert caught.value.message_dict.keys() == {"ends"}
        morning -= timedelta(hours=1)
        visit = plan(ticket, desk, by=desk.manager, starts=evening, ends=morning)
    assert visit.ends_at - visit.starts_at == timedelta(hours=12)
    words = window_in_words(visit.starts_at, visit.ends_at)
    assert "(CEST)" in words
    assert "(CET)" in words


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("place", ""), ("place", " \u200b\x00"), ("place", "x" * 501),
        ("contact_person", "x" * 201), ("contact_phone", "1" * 41),
    ],
)  # fmt: skip
def test_its_texts(desk, ticket, field, value):
    with pytest.raises(ValidationError) as caught:
        plan(ticket, desk, by=desk.manager, **{field: value})
    assert caught.value.message_dict.keys() == {field}


# --- Two at once --------------------------------------------------------------------------------

AT = NOW + timedelta(days=1)


@pytest.mark.parametrize(
    ("starts", "ends", "meets"),
    [(0, 2, True), (1, 3, True), (-1, 1, True), (-1, 3, True), (2, 3, False), (-2, 0, False)],
)
def test_an_overlap_is_warned_of(clock, desk, ticket, starts, ends, meets):
    other = make_ticket(desk, email="another@example.org")
    tickets.triage(other, by=desk.manager, level=desk.level3)
    plan(other, desk, by=desk.manager, starts=AT, ends=AT + timedelta(hours=2))
    window = {"starts": AT + timedelta(hours=starts), "ends": AT + timedelta(hours=ends)}
    if not meets:
        plan(ticket, desk, by=desk.manager, **window)
        return
    before = everything()
    with pytest.raises(ValidationError) as caught:
        plan(ticket, desk, by=desk.manager, **window)
    assert caught.value.message_dict.keys() == {"despite_overlap"}
    assert other.reference in str(caught.value)
    assert everything() == before
    plan(ticket, desk, by=desk.manager, despite_overlap=True, **window)
    assert Visit.objects.count() == 2


def test_the_warning_tells_nothing_of_tickets_that_one_may_not_read(clock, desk, ticket):
    """An engineer of two divisions: whoever plans in one learns that they are engaged, and no more."""
    foreign = make_ticket(desk, division=desk.second, email="another@example.org")
    tickets.triage(foreign, by=desk.manager, level=desk.level3)
    DivisionMember.objects.create(division=desk.second, user=desk.first_leader, level=desk.level3)
    window = {"starts": AT, "ends": AT + timedelta(hours=1), "engineer": desk.first_leader}
    plan(foreign, desk, by=desk.manager, **window)
    with pytest.raises(ValidationError) as caught:
        plan(ticket, desk, by=desk.first_level3, **window)
    said = str(caught.value)
    assert foreign.reference not in said
    assert "WIB" not in said
    with pytest.raises(ValidationError):
        plan(ticket, desk, by=Rule("test"), **window)


@pytest.mark.parametrize("how", ["report", "call off", "another engineer"])
def test_what_is_over_is_in_nobody_s_way(clock, desk, ticket, how):
    visit = plan(ticket, desk, by=desk.manager)
    if how == "report":
        tickets.report_visit(
            ticket, by=desk.manager, visit=visit, outcome="done", findings="A mouse."
        )
    elif how == "call off":
        tickets.call_off_visit(ticket, by=desk.manager, visit=visit)
    engineer = desk.first_leader if how == "another engineer" else desk.first_level3
    plan(ticket, desk, by=desk.manager, engineer=engineer)


def test_the_database_knows_a_window_and_one_end(desk, ticket):
    visit = plan(ticket, desk, by=desk.manager)
    for values in (
        {"ends_at": visit.starts_at},
        {"outcome": "done"},
        {"reported_at": timezone.now()},
        {"outcome": "done", "reported_at": timezone.now(), "called_off_at": timezone.now()},
        {"confirmed_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Visit.objects.filter(pk=visit.pk).update(**values)


# --- What it does to the ticket -------------------------------------------------------------------


@pytest.mark.parametrize("how", ["solve", "close", "merge", "requester"])
def test_a_ticket_does_not_end_while_somebody_is_expected(desk, ticket, other, how):
    visit = plan(ticket, desk, by=desk.first_level3, hours=0)
    ends = {
        "solve": lambda: tickets.solve(ticket, by=desk.first_level3, outcome="visit"),
        "close": lambda: tickets.close(ticket, by=desk.first_level3),
        "merge": lambda: tickets.merge(ticket, by=desk.first_leader, into=other),
        "requester": lambda: tickets.solve(ticket, by=ticket.contact, outcome="answered"),
    }
    before = everything()
    with pytest.raises(tickets.InvalidTransition, match="a visit is planned"):
        ends[how]()
    assert everything() == before
    tickets.report_visit(
        ticket, by=desk.first_level3, visit=visit, outcome="done", findings="Wire."
    )
    ends[how]()
    assert not ticket.is_live
    check_books(ticket)


def test_no_clock_stops(clock, desk):
    promise(desk, make_policy(desk))
    ticket = make_ticket(desk)
    tickets.triage(ticket, by=desk.manager, level=desk.level3)
    due = ticket.resolution_due_at, ticket.level_due_at
    clock.shift(600)
    plan(ticket, desk, by=desk.manager, hours=48)
    assert (ticket.resolution_due_at, ticket.level_due_at) == due
    assert (ticket.stopped_at, ticket.waiting_since) == (None, None)
    assert ticket.first_responded_at == NOW + timedelta(minutes=10)
