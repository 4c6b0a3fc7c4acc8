"""By when something is due, and what stops and moves it."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command

from tests.factories import make_policy, make_ticket, promise
from wagtail_helpdesk.clocks.promises import running
from wagtail_helpdesk.clocks.timers import run_timers
from wagtail_helpdesk.models import (
    Holding,
    Holiday,
    SlaTarget,
    Ticket,
    WorkingHours,
)
from wagtail_helpdesk.tickets import (
    accept,
    close,
    escalate,
    hand_back,
    reopen,
    reply,
    solve,
    triage,
    wait,
)

#: A Monday.
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def policy(desk):
    policy = make_policy(desk)  # answered in 1, solved in 8, 2 at each level: working hours
    promise(desk, policy)
    return policy


@pytest.fixture
def ticket(desk, policy, clock):
    return make_ticket(desk)


def test_a_ticket_is_due_from_its_beginning(ticket):
    assert ticket.first_response_due_at == NINE + HOUR
    assert ticket.resolution_due_at == NINE + 8 * HOUR
    assert ticket.level_due_at == NINE + 2 * HOUR
    assert ticket.due_at == NINE + HOUR
    stored = Ticket.objects.get(pk=ticket.pk)
    assert stored.due_at == ticket.due_at


def test_nothing_is_promised_without_a_policy(desk, clock):
    ticket = make_ticket(desk)
    accept(ticket, by=desk.first_level1)
    assert (ticket.due_at, ticket.promised_at, running(ticket)) == (None, None, {})


def test_what_comes_at_night_is_due_in_the_morning(desk, policy):
    with time_machine.travel(datetime(2026, 3, 6, 22, tzinfo=UTC), tick=False):  # a Friday
        assert make_ticket(desk).first_response_due_at == datetime(2026, 3, 9, 10, tzinfo=UTC)


def test_an_answer_by_staff_is_the_first_response_and_a_note_or_the_requesters_is_not(
    desk, ticket, clock
):
    from wagtail_helpdesk.tickets import note

    clock.shift(HOUR / 2)
    accept(ticket, by=desk.first_level1)
    note(ticket, by=desk.first_level1, body="Sounds like the fuse.")
    reply(ticket, by=ticket.contact, body="Still dark.")
    assert ticket.first_responded_at is None
    assert ticket.due_at == NINE + HOUR
    reply(ticket, by=desk.first_level1, body="Which type is it?")
    assert ticket.first_responded_at == NINE + HOUR / 2
    assert ticket.due_at == ticket.level_due_at == NINE + 2 * HOUR


def test_solving_without_a_word_is_a_response_too(desk, ticket):
    solve(ticket, by=desk.first_level1, outcome="fixed")
    assert ticket.first_responded_at == NINE


def test_waiting_for_the_requester_stops_every_clock(desk, ticket, clock):
    clock.shift(HOUR)
    reply(ticket, by=desk.first_level1, body="Which type?", status="pending")
    assert (ticket.due_at, running(ticket)) == (None, {})
    clock.shift(24 * HOUR)  # eight of them are working hours
    reply(ticket, by=ticket.contact, body="Type 12.")
    assert ticket.resolution_due_at == datetime(2026, 3, 3, 17, tzinfo=UTC)
    assert ticket.level_due_at == datetime(2026, 3, 3, 11, tzinfo=UTC)


def test_waiting_for_a_third_party_stops_only_the_holders_clock(desk, ticket, clock):
    reply(ticket, by=desk.first_level1, body="We ask the supplier.", status="on_hold")
    assert running(ticket) == {"resolution": NINE + 8 * HOUR}
    clock.shift(4 * HOUR)
    wait(ticket, by=desk.first_level1, status="pending")
    clock.shift(HOUR)
    reply(ticket, by=ticket.contact, body="Type 12.")
    assert ticket.resolution_due_at == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert ticket.level_due_at == NINE + 7 * HOUR


def test_another_level_begins_its_own_clock(desk, ticket, clock):
    clock.shift(HOUR)
    reason = desk.reasons[0].code
    escalate(ticket, by=desk.first_level1, reason=reason, note="Too deep.")
    assert ticket.level_due_at == NINE + 3 * HOUR
    assert ticket.resolution_due_at == NINE + 8 * HOUR
    clock.shift(HOUR)
    accept(ticket, by=desk.first_level2)
    assert ticket.level_due_at == NINE + 3 * HOUR  # it had it before anybody accepted
    hand_back(ticket, by=desk.first_level2, reason=reason, note="Back.")
    assert ticket.level_due_at == NINE + 4 * HOUR


def test_a_higher_priority_is_due_earlier(desk, ticket, policy):
    SlaTarget.objects.filter(policy=policy, priority="urgent").update(resolution_minutes=60)
    policy.targets.get(priority="urgent").save()
    triage(ticket, by=desk.first_level1, priority="urgent")
    assert ticket.resolution_due_at == NINE + HOUR


def test_what_was_solved_in_between_does_not_count(desk, ticket, clock):
    clock.shift(HOUR)
    solve(ticket, by=desk.first_level1, outcome="fixed")
    assert ticket.resolution_due_at == NINE + 8 * HOUR
    assert ticket.due_at is None
    clock.shift(HOUR)
    close(ticket, by=desk.first_level1)
    clock.shift(HOUR)
    reopen(ticket, by=ticket.contact)
    assert ticket.resolution_due_at == datetime(2026, 3, 3, 11, tzinfo=UTC)
    assert ticket.level_due_at == NINE + 4 * HOUR


def test_the_type_goes_before_the_division_and_the_division_before_the_site(desk, policy, clock):
    division = make_policy(desk, name="Division", first_response=120)
    type_ = make_policy(desk, name="Type", first_response=180)
    desk.second.sla_policy = division
    desk.second.save()
    assert make_ticket(desk).first_response_due_at == NINE + HOUR
    assert make_ticket(desk, division=desk.second).first_response_due_at == NINE + 2 * HOUR
    desk.types["Second"].sla_policy = type_
    desk.types["Second"].save()
    assert make_ticket(desk, division=desk.second).first_response_due_at == NINE + 3 * HOUR


def test_a_target_that_is_left_out_is_not_promised(desk, policy, clock):
    policy.targets.update(first_response_minutes=None)
    policy.level_targets.all().delete()
    policy.targets.first().save()
    ticket = make_ticket(desk)
    assert running(ticket) == {"resolution": NINE + 8 * HOUR}


def test_a_calendar_without_any_hours_stops_nobody_from_complaining(desk, policy, clock):
    WorkingHours.objects.all().delete()
    ticket = make_ticket(desk)
    assert ticket.due_at > NINE + timedelta(days=10_000)


# --- Other calendars and policies ------------------------------------------------------------------


@pytest.fixture
def changes(django_capture_on_commit_callbacks):
    """What follows the commit of a change of policies happens at once."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_the_timers_work_out_anew_what_another_calendar_promises(
    desk, ticket, policy, clock, changes
):
    version = ticket.version
    with changes():
        Holiday.objects.create(calendar=policy.calendar, date=NINE.date())
    assert Ticket.objects.get(pk=ticket.pk).due_at == NINE + HOUR
    clock.shift(HOUR)
    run_timers()
    stored = Ticket.objects.get(pk=ticket.pk)
    assert stored.due_at == datetime(2026, 3, 3, 10, tzinfo=UTC)
    assert stored.version == version


def test_the_timers_go_on_where_they_stopped_and_then_rest(
    desk, policy, clock, changes, monkeypatch, django_assert_max_num_queries
):
    monkeypatch.setattr("wagtail_helpdesk.clocks.timers.BATCH", 2)
    made = [make_ticket(desk, email=f"v{number}@example.org") for number in range(5)]
    with changes():
        Holiday.objects.create(calendar=policy.calendar, date=NINE.date())
    clock.shift(HOUR)
    due = datetime(2026, 3, 3, 10, tzinfo=UTC)
    for done in (2, 4, 5):
        run_timers()
        clock.shift(1)
        assert Ticket.objects.filter(due_at=due).count() == done
    run_timers()
    with django_assert_max_num_queries(14):
        run_timers()
    assert len(made) == 5


def test_the_command_works_out_open_tickets_and_their_holdings(desk, ticket, policy, clock, capsys):
    clock.shift(HOUR)
    accept(ticket, by=desk.first_level1)
    closed = make_ticket(desk, email="other@example.org")
    solve(closed, by=desk.first_level1, outcome="fixed")
    close(closed, by=desk.first_level1)
    before = Ticket.objects.get(pk=closed.pk).promised_at
    policy.calendar.hours.update(opens_at="09:30")
    policy.calendar.save()
    clock.shift(HOUR)
    call_command("recompute_helpdesk_promises")
    assert "1 tickets." in capsys.readouterr().out
    ticket.refresh_from_db()
    assert ticket.first_response_due_at == NINE + 1.5 * HOUR
    assert Holding.objects.filter(ticket=ticket).first().working_seconds == 1800
    assert Ticket.objects.get(pk=closed.pk).promised_at == before


def test_a_ticket_that_changes_meanwhile_is_left_to_its_operation(desk, ticket, policy, clock):
    from wagtail_helpdesk.clocks.recompute import recompute

    old = Ticket.objects.get(pk=ticket.pk)
    clock.shift(HOUR)
    reply(ticket, by=desk.first_level1, body="Which type?", status="pending")
    assert recompute([old]) == 0
    assert Ticket.objects.get(pk=ticket.pk).due_at is None


def test_an_operation_asks_the_database_nothing_about_policies(
    desk, ticket, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    accept(ticket, by=desk.first_level1)
    with CaptureQueriesContext(connection) as queries:
        reply(ticket, by=desk.first_level1, body="Which type?")
    assert not [q["sql"] for q in queries if "_sla" in q["sql"].split("FROM")[-1]]
