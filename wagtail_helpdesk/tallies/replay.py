"""What counts of a ticket, read out of its history alone: its events, steps and holdings, in their order."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..clocks.spells import Statuses, statuses_in, worked_until
from ..models import EscalationStep, Holding, Status, TallyEntry, Ticket, TicketEvent
from .changes import Change, Place, entries_of, first_rating_of, visit_of

#: What an event tells of who has the ticket.
PLACE = ("level", "division", "assignee")
#: The verbs that may be a first response; to plan a visit is one.
ANSWERS = frozenset({"reply", "solve", "plan_visit", "report_visit"})


@dataclass
class History:
    """A ticket and all that happened to it, oldest first."""

    ticket: Ticket
    events: list[TicketEvent] = field(default_factory=list)
    steps: list[EscalationStep] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)

    @classmethod
    def read(cls, tickets: list[Ticket]) -> "list[History]":
        """Of several tickets, in four queries. ``contact`` is best selected with them."""
        histories = {ticket.pk: cls(ticket) for ticket in tickets}
        for name, rows in (
            ("events", TicketEvent.objects.order_by("at", "pk")),
            ("steps", EscalationStep.objects.order_by("created_at", "pk")),
            ("holdings", Holding.objects.order_by("started_at", "pk")),
        ):
            for row in rows.filter(ticket__in=histories):
                getattr(histories[row.ticket_id], name).append(row)
        return list(histories.values())


def replay(history: History) -> Iterator[TallyEntry]:
    """The entries that the operations wrote, or should have written, unsaved and in order."""
    for change in changes(history):
        yield from entries_of(change)


def changes(history: History) -> Iterator[Change]:
    """Each event as the change it was."""
    steps, statuses = iter(history.steps), _statuses(history)
    now, last_rating = _beginning(history), _last_rating(history)
    begun, ended, answered = 0, 0, False
    for event in history.events:
        before, was = (now.place, now.status) if begun else (None, None)
        moved = [name for name in PLACE if name in event.data]
        step = None
        if begun and ("level" in moved or "division" in moved):
            step = next(steps, None)
        now = now.after(event, step)
        # One holding begins with the ticket, with each reopening of a closed one, and with each move.
        begun += (not begun) + (was == Status.CLOSED != now.status) + bool(before and moved)
        over = begun - (now.status != Status.CLOSED)
        change = Change(
            ticket=_as_it_was(history.ticket, now.place),
            at=event.at,
            by=event.by_user_id,
            before=before,
            after=now.place,
            was=was,
            status=now.status,
            priority=now.priority,
            outcome=event.data.get("outcome", ""),
            visit=visit_of(event),
            helped=last_rating if first_rating_of(event) is not None else None,
            step=step,
            ended=history.holdings[ended:over],
        )
        _complete(change, event, history, statuses, begun)
        change.answers = not answered and _answers(event, history.ticket)
        answered = answered or change.answers
        ended = over
        yield change


def _complete(
    change: Change, event: TicketEvent, history: History, statuses: Statuses, begun: int
) -> None:
    change.holdings = lambda: history.holdings[:begun]
    change.worked = lambda: worked_until(change.ticket, event.at, statuses)


@dataclass
class _State:
    place: Place
    status: str
    priority: str

    def after(self, event: TicketEvent, step: EscalationStep | None) -> "_State":
        data, place = event.data, self.place
        if step is not None:
            place = place._replace(division=step.to_division_id, level=step.to_level_id)
        if "assignee" in data:
            place = place._replace(person=data["assignee"][1])
        return _State(
            place,
            data["status"][1] if "status" in data else self.status,
            data["priority"][1] if "priority" in data else self.priority,
        )


def _beginning(history: History) -> _State:
    """Where the ticket came in. Its level is known by the first step, since an event tells only a rank."""
    ticket, first = history.ticket, next(iter(history.steps), None)
    if first is None:
        place = Place(ticket.division_id, ticket.level_id)
    else:
        place = Place(first.from_division_id, first.from_level_id)
    return _State(place, Status.NEW, ticket.priority)


def _statuses(history: History) -> Statuses:
    return statuses_in((event.at, event.data) for event in history.events)


def _last_rating(history: History) -> bool | None:
    """What counts on the day of the first answer."""
    answers = [event.data["helped"][1] for event in history.events if "helped" in event.data]
    return answers[-1] if answers else None


def _answers(event: TicketEvent, ticket: Ticket) -> bool:
    """Whether the event is the first response."""
    if event.by_contact_id is not None or event.verb not in ANSWERS:
        return False
    return event.at == ticket.first_responded_at


def _as_it_was(ticket: Ticket, place: Place) -> Any:
    """The ticket, where it was then: its division decides what was promised."""
    if ticket.division_id == place.division:
        return ticket
    twin = copy.copy(ticket)
    twin.__dict__["division_id"] = place.division
    return twin
