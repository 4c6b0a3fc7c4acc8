"""What an operation writes for the recap, what is moved afterwards, and what the counters make of it."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from tests.factories import make_policy, make_ticket, promise
from wagtail_helpdesk import tickets
from wagtail_helpdesk.clocks.timers import run_timers
from wagtail_helpdesk.models import (
    ComplaintType,
    Contact,
    Organisation,
    Rule,
    Tally,
    TallyEntry,
    TicketEvent,
)
from wagtail_helpdesk.people import merge_contacts
from wagtail_helpdesk.tallies.changes import Change, Place, entries_of, visit_of
from wagtail_helpdesk.tallies.counting import add_up, line_of
from wagtail_helpdesk.tallies.folding import fold_all
from wagtail_helpdesk.tallies.rebuilding import rebuild
from wagtail_helpdesk.tallies.spread import quantile, seconds_of, step_of
from wagtail_helpdesk.tallies.writing import follow_contact


def kinds(ticket):
    return [entry.kind for entry in TallyEntry.objects.filter(ticket=ticket).order_by("pk")]


def counter(dimension="", key="", *, division=0, grain="day"):
    """Of all days together."""
    rows = Tally.objects.filter(
        grain=grain, division=getattr(division, "pk", division), dimension=dimension, key=key
    )
    names = (
        "received",
        "solved",
        "reopened",
        "dropped",
        "credited",
        "backlog",
        "up",
        "down",
        "helped",
        "not_helped",
    )
    return {name: total for name in names if (total := sum(getattr(row, name) for row in rows))}


def check():
    found = list(rebuild(mend=False))
    assert all(step.agrees for step in found), found


def test_a_ticket_that_is_accepted_escalated_and_solved(desk):
    ticket = make_ticket(desk)
    tickets.accept(ticket, by=desk.first_level1)
    tickets.escalate(ticket, by=desk.first_level1, reason=desk.reasons[0], note="Too deep.")
    tickets.accept(ticket, by=desk.first_level2)
    tickets.solve(ticket, by=desk.first_level2, outcome="fixed")
    tickets.reopen(ticket, by=desk.first_level2)
    tickets.merge(ticket, by=desk.manager, into=make_ticket(desk))
    assert kinds(ticket) == [
        "received",
        *("left", "came", "held"),
        *("left", "came", "escalated", "held"),
        *("left", "came", "held"),
        *("answered", "solved", "credited", "credited"),
        "reopened",
        *("held", "dropped"),
    ]
    fold_all()
    assert counter() == {
        "received": 2,
        "up": 1,
        "solved": 1,
        "reopened": 1,
        "dropped": 1,
        "backlog": 1,
    }
    assert counter(division=desk.first) == counter()
    assert counter(division=desk.second) == {}
    assert counter("person", str(desk.first_level1.pk)) == {"credited": 1, "up": 1}
    assert counter("person", str(desk.first_level2.pk)) == {
        "credited": 1,
        "reopened": 1,
        "solved": 1,
        "dropped": 1,
    }
    assert counter("level", str(desk.level2.pk))["solved"] == 1
    assert counter("outcome", "fixed") == {"solved": 1, "backlog": -1}
    key = f"{desk.level1.pk}>{desk.level2.pk}>0>{desk.reasons[0].pk}"
    assert counter("step", key, division=desk.first) == {"up": 1}
    assert counter(grain="month") == counter()
    check()


def test_another_division_takes_the_open_ticket_along(desk):
    ticket = make_ticket(desk)
    tickets.triage(ticket, by=desk.manager, division=desk.second)
    fold_all()
    assert counter(division=desk.first)["received"] == 1
    assert "backlog" not in counter(division=desk.first)
    assert counter(division=desk.second) == {"backlog": 1}
    check()


def test_what_is_solved_late(desk):
    promise(desk, make_policy(desk, first_response=60, resolution=120))
    with time_machine.travel(datetime(2026, 9, 28, 9, tzinfo=UTC), tick=False) as clock:
        ticket = make_ticket(desk)
        clock.shift(2 * 3600)
        tickets.reply(ticket, by=desk.first_level1, body="Wait.", status="pending")
        clock.shift(3 * 3600)
        tickets.reply(ticket, by=ticket.contact, body="Here.")
        clock.shift(1800)
        tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
        answered, solved = TallyEntry.objects.filter(kind__in=["answered", "solved"]).order_by("pk")
        assert (answered.seconds, answered.late) == (2 * 3600, True)
        assert (solved.seconds, solved.late) == (2.5 * 3600, True)
        tickets.reopen(ticket, by=desk.first_level1)
        tickets.triage(ticket, by=desk.first_level1, priority="low")
    check()


def test_nothing_is_late_where_nothing_was_promised(ticket, desk):
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    assert TallyEntry.objects.get(kind="solved").late is None


def test_another_answer_takes_the_place_of_the_first(ticket, desk):
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    tickets.rate(ticket, by=ticket.contact, helped=False)
    check()
    fold_all()
    assert counter()["not_helped"] == 1
    tickets.rate(ticket, by=ticket.contact, helped=True)
    tickets.rate(ticket, by=ticket.contact, helped=True, comment="At last.")
    fold_all()
    assert counter()["helped"] == 1
    assert "not_helped" not in counter()
    assert counter("person", str(desk.first_level1.pk))["helped"] == 1
    check()


@pytest.mark.parametrize("folds", [(), (1,), (1, 2), (2,)])
def test_another_type_moves_what_was_counted(desk, folds):
    """However much was folded when it happened."""
    other = ComplaintType.objects.create(name="Other", division=desk.first, level=desk.level1)
    ticket = make_ticket(desk)
    was = ticket.complaint_type
    tickets.accept(ticket, by=desk.first_level1)
    if 1 in folds:
        fold_all()
    tickets.triage(ticket, by=desk.first_level1, complaint_type=other)
    if 2 in folds:
        fold_all()
    tickets.triage(ticket, by=desk.first_level1, complaint_type=was)
    tickets.triage(ticket, by=desk.first_level1, complaint_type=other)
    check()
    fold_all()
    assert counter("type", str(was.pk)) == {}
    assert counter("type", str(other.pk)) == {"received": 1, "backlog": 1}
    assert counter() == {"received": 1, "backlog": 1}
    assert not TallyEntry.objects.filter(number=-1).exists()
    check()


def test_a_contact_who_joins_an_organisation_takes_the_past_along(desk, ticket):
    fold_all()
    company, other = (Organisation.objects.create(name=name) for name in ("Company", "Other"))
    contact = ticket.contact
    contact.organisation = company
    contact.save()
    fold_all()
    assert counter("organisation", str(company.pk))["received"] == 1
    Contact.objects.filter(pk=contact.pk).update(organisation=other)
    contact.refresh_from_db()
    follow_contact(contact)
    fold_all()
    assert counter("organisation", str(company.pk)) == {}
    assert counter("organisation", str(other.pk))["received"] == 1
    check()
    other.delete()
    fold_all()
    assert counter("organisation", str(other.pk)) == {}
    check()


def test_the_day_is_that_of_the_project_whoever_acts(desk, settings):
    settings.TIME_ZONE = "Asia/Jakarta"
    with (
        time_machine.travel(datetime(2026, 9, 30, 17, 30, tzinfo=UTC), tick=False),
        timezone.override("America/New_York"),
    ):
        make_ticket(desk)
    assert TallyEntry.objects.get().day == date(2026, 10, 1)


def test_nothing_is_counted_of_what_fails(ticket, desk):
    before = kinds(ticket)
    with transaction.atomic():
        tickets.accept(ticket, by=desk.first_level1)
        transaction.set_rollback(True)
    assert kinds(ticket) == before


def test_the_timers_fold(ticket, desk):
    run_timers()
    assert not TallyEntry.objects.filter(folded=False).exists()
    assert counter()["received"] == 1
    tickets.close(ticket, by=Rule("auto_close"))
    run_timers()
    assert counter() == {"received": 1, "dropped": 1}
    check()


def test_a_spread_is_right_to_five_per_cent():
    for seconds in (60, 61, 90, 600, 3_599, 86_400, 30 * 86_400):
        assert abs(seconds_of(step_of(seconds)) - seconds) <= 0.05 * seconds
    assert step_of(0) == step_of(60) == 0
    assert quantile({}, 0.5) is None
    assert quantile({0: 3, 10: 1}, 0.5) == 60
    assert quantile({0: 1, 10: 9}, 0.9) == seconds_of(10)


def test_a_merged_contact_gives_its_tickets_to_the_organisation_of_the_other(desk, ticket):
    company = Organisation.objects.create(name="Company")
    stays = make_ticket(desk, email="other@example.org").contact
    stays.organisation = company
    stays.save()
    fold_all()
    merge_contacts(ticket.contact, by=desk.manager, into=stays)
    check()
    fold_all()
    assert counter("organisation", str(company.pk))["received"] == 2
    check()


@pytest.mark.parametrize("outcome", ["done", "not_at_home", "moved"])
def test_a_visit_counts_when_it_is_reported_and_for_who_reports_it(ticket, desk, outcome):
    event = TicketEvent(ticket=ticket, verb="report_visit", data={"visit": 1, "outcome": outcome})
    place = Place.of(ticket)
    change = Change(
        ticket, timezone.now(), by=desk.first_level3.pk, before=place, after=place,
        was="open", status="open", priority="normal", visit=visit_of(event),
    )  # fmt: skip
    (entry,) = entries_of(change)
    sums = add_up([line_of(entry)])
    wanted = {("", ""), ("person", str(desk.first_level3.pk)), ("level", str(desk.level1.pk))}
    counted = {
        (slot.dimension, slot.key): counts[f"visits_{outcome}"] for slot, counts in sums.items()
    }
    assert all(counted[place] == 1 for place in wanted)
    assert visit_of(TicketEvent(verb="solve", data={"outcome": "fixed"})) == ""
