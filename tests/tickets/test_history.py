"""The history: written once, complete, and without what people wrote."""

import datetime
import json

import pytest
import time_machine
from wagtail.models import ModelLogEntry

from tests.factories import make_ticket
from tests.tickets.verbs import CALLS, REASON, VERBS, last_event, make_ready
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import EscalationStep, Rule, Ticket, TicketEvent
from wagtail_helpdesk.models.history import AppendOnlyError

PERSONAL = ("SECRET", "visitor@", "another@", "A. Visitor", "The lamp", "The bell")
HOUR = 3600


def logged(*references):
    return list(ModelLogEntry.objects.filter(label__in=references).order_by("pk"))


@pytest.mark.parametrize("verb", VERBS)
def test_the_audit_log_names_verb_and_user_and_no_person(desk, ticket, other, verb):
    make_ready(verb, ticket, desk)
    count = len(logged(ticket.reference))
    CALLS[verb](ticket, desk, other, by=desk.first_level2)
    entries = logged(ticket.reference)
    assert len(entries) == count + 1
    assert (entries[-1].action, entries[-1].user) == (f"wagtail_helpdesk.{verb}", desk.first_level2)
    for entry in logged(ticket.reference, other.reference):
        kept = json.dumps([entry.label, entry.data])
        assert not any(word in kept for word in PERSONAL), kept
    for event in TicketEvent.objects.all():
        assert not any(word in json.dumps(event.data) for word in PERSONAL), event.data


def test_what_visitors_and_rules_do_is_told_by_events_only(desk, ticket):
    CALLS["reply"](ticket, desk, None, by=ticket.contact)
    CALLS["close"](ticket, desk, None, by=Rule("auto_close"))
    assert logged(ticket.reference) == []
    assert [(event.verb, event.by) for event in ticket.events.all()] == [
        ("submit", ticket.contact),
        ("reply", ticket.contact),
        ("close", Rule("auto_close")),
    ]


def test_events_tell_what_changed_from_and_to(desk, ticket):
    start = last_event(ticket).data
    assert start == {
        "channel": "web",
        "status": [None, "new"],
        "priority": [None, "normal"],
        "complaint_type": [None, ticket.complaint_type_id],
        "level": [None, 1],
        "division": [None, desk.first.pk],
        "assignee": [None, None],
    }
    tickets.accept(ticket, by=desk.first_level1)
    assert last_event(ticket).data == {
        "status": ["new", "open"],
        "assignee": [None, desk.first_level1.pk],
    }
    tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note="Too deep.")
    assert last_event(ticket).data == {
        "level": [1, 2],
        "assignee": [desk.first_level1.pk, None],
        "reason": REASON,
    }
    tickets.note(ticket, by=desk.first_level2, body="A look.")
    assert last_event(ticket).data == {}


def test_events_can_be_neither_changed_nor_deleted(desk, ticket):
    event = last_event(ticket)
    event.verb = "close"
    events = TicketEvent.objects.filter(ticket=ticket)
    for attempt in (
        event.save,
        event.delete,
        events.delete,
        lambda: events.update(verb="close"),
        lambda: events.bulk_update([event], ["verb"]),
        lambda: ticket.events.update(verb="close"),
        lambda: TicketEvent.objects.update_or_create(pk=event.pk, defaults={"verb": "close"}),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()
    assert last_event(ticket).verb == "submit"


def test_of_a_step_only_its_acceptance_is_added(desk, ticket):
    tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note="Too deep.")
    step = ticket.steps.get()
    step.note = "It wasn't me."
    steps = EscalationStep.objects.filter(ticket=ticket)
    for attempt in (
        step.save,
        step.delete,
        steps.delete,
        lambda: step.save(update_fields=["note", "accepted_at"]),
        lambda: steps.update(note="It wasn't me."),
    ):
        with pytest.raises(AppendOnlyError):
            attempt()
    tickets.accept(ticket, by=desk.first_level2)
    step.refresh_from_db()
    assert (step.note, step.accepted_by) == ("Too deep.", desk.first_level2)
    assert step.accepted_at == last_event(ticket).at


def test_the_history_goes_with_its_ticket(desk, ticket):
    tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note="Too deep.")
    tickets.hand_back(ticket, by=desk.first_level2, reason=REASON, note="The switch.")
    ticket.delete()
    assert not TicketEvent.objects.exists()
    assert not EscalationStep.objects.exists()


def test_who_sat_on_it_is_a_plain_sum(desk):
    """Two hours with Level 1, one of them waiting; three in Level 2's queue; solved for a day."""
    start = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:

        def pause(hours):
            clock.shift(datetime.timedelta(hours=hours))

        ticket = make_ticket(desk)
        tickets.accept(ticket, by=desk.first_level1)
        pause(0.5)
        tickets.wait(ticket, by=desk.first_level1, status="pending")
        pause(0.5)
        tickets.wait(ticket, by=desk.first_level1, status="on_hold")
        pause(0.5)
        tickets.reply(ticket, by=desk.first_level1, body="We go on.", status="open")
        pause(0.5)
        tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note="Too deep.")
        pause(3)
        tickets.accept(ticket, by=desk.first_level2)
        pause(1)
        tickets.solve(ticket, by=desk.first_level2, outcome="fixed")
        pause(24)
        tickets.reopen(ticket, by=ticket.contact)
        pause(1)
        tickets.close(ticket, by=desk.first_level2)
    spells = [
        (holding.level.rank, holding.assignee, holding.working_seconds, holding.waiting_seconds)
        for holding in ticket.holdings.all()
    ]
    assert spells == [
        (1, None, 0, 0),
        (1, desk.first_level1, HOUR, HOUR),
        (2, None, 3 * HOUR, 0),
        (2, desk.first_level2, 2 * HOUR, 24 * HOUR),
    ]


def test_waiting_is_counted_for_whoever_had_it_meanwhile(desk):
    """A waiting ticket that is assigned to somebody else: each holder has their part of the waiting."""
    start = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        ticket = make_ticket(desk)
        tickets.accept(ticket, by=desk.first_level1)
        tickets.wait(ticket, by=desk.first_level1, status="on_hold")
        clock.shift(HOUR)
        tickets.assign(ticket, by=desk.first_leader, assignee=desk.first_level2)
        clock.shift(HOUR)
        tickets.reply(ticket, by=desk.first_level2, body="It came.", status="open")
        clock.shift(HOUR)
        tickets.close(ticket, by=desk.first_level2)
    spells = [(row.working_seconds, row.waiting_seconds) for row in ticket.holdings.all()]
    assert spells == [(0, 0), (0, HOUR), (HOUR, HOUR)]


def test_a_closed_ticket_is_held_by_nobody_until_it_is_reopened(desk):
    start = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        ticket = make_ticket(desk)
        tickets.accept(ticket, by=desk.first_level1)
        tickets.close(ticket, by=desk.first_level1)
        clock.shift(24 * HOUR)
        assert not ticket.holdings.filter(ended_at=None).exists()
        tickets.reopen(ticket, by=desk.first_level1)
        clock.shift(HOUR)
        tickets.close(ticket, by=desk.first_level1)
    assert [row.working_seconds for row in ticket.holdings.all()] == [0, 0, HOUR]
    assert Ticket.objects.get(pk=ticket.pk).closed_at == start + datetime.timedelta(hours=25)
