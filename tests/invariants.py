"""What is true of every ticket at any time, whatever was done to it and in which order."""

from itertools import pairwise

from wagtail_helpdesk.clocks.timetable import working_seconds
from wagtail_helpdesk.models import WAITING, Holding, Status, Ticket
from wagtail_helpdesk.tallies.rebuilding import compare_tickets
from wagtail_helpdesk.tickets.claim import state


def check_books(ticket):
    """Statuses, steps, holdings and events of ``ticket`` tell one story. Reads all from the database."""
    ticket = Ticket.objects.get(pk=ticket.pk)
    events = list(ticket.events.all())
    steps = list(ticket.steps.select_related("from_level", "to_level"))
    holdings = list(ticket.holdings.all())

    # Every operation on the ticket raised the version by one and wrote one event.
    assert ticket.version == len(events)
    replayed = {}
    for event in events:
        for key in state(ticket).keys() & event.data.keys():
            before, after = event.data[key]
            assert replayed.get(key) == before, (event.verb, key)
            replayed[key] = after
    assert replayed == state(ticket)

    for before, after in pairwise(steps):
        assert (before.to_level_id, before.to_division_id) == (
            after.from_level_id,
            after.from_division_id,
        )
        assert before.created_at <= after.created_at
    for step in steps:
        assert (step.accepted_at is None) == (step.accepted_by_id is None)
        assert step.accepted_at is None or step.accepted_at >= step.created_at
    if steps:
        assert (steps[-1].to_level_id, steps[-1].to_division_id) == (
            ticket.level_id,
            ticket.division_id,
        )

    # Nobody drives to a ticket that has ended; an appointment is in one place of its chain of moves.
    visits = list(ticket.visits.all())
    assert ticket.is_live or not any(visit.is_open for visit in visits)
    for visit in visits:
        followed = [
            one for one in visits if (one.uid, one.sequence) == (visit.uid, visit.sequence + 1)
        ]
        assert len(followed) == (visit.outcome == "moved")

    check_holdings(ticket, holdings)
    assert compare_tickets([ticket.pk], mend=False).agrees, "the recap counts something else"
    assert (ticket.waiting_since is not None) == (ticket.status in WAITING)
    assert (ticket.closed_at is not None) == (ticket.status == Status.CLOSED)
    if ticket.status == Status.SOLVED:
        assert ticket.solved_at is not None
        assert ticket.outcome


def check_holdings(ticket, holdings: list[Holding]):
    assert holdings
    for holding in holdings[:-1]:
        assert holding.ended_at is not None
    for holding in holdings:
        if holding.ended_at is not None:
            total = working_seconds(ticket, holding.started_at, holding.ended_at)
            assert holding.working_seconds + holding.waiting_seconds == total
    for before, after in pairwise(holdings):
        assert before.ended_at <= after.started_at
    last = holdings[-1]
    assert (last.ended_at is None) == (ticket.status != Status.CLOSED)
    if last.ended_at is None:
        assert (last.level_id, last.division_id, last.assignee_id) == (
            ticket.level_id,
            ticket.division_id,
            ticket.assignee_id,
        )
