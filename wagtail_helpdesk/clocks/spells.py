"""The statuses a ticket went through, and how long it was in them: read from its events."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from ..models import Ticket, TicketEvent
from .promises import STOPPED
from .timetable import policy_of

#: From when to when.
Spell = tuple[datetime, datetime]
#: When a ticket came to which status, in order.
Statuses = list[tuple[datetime, str]]


def statuses(ticket: Ticket) -> Statuses:
    events = TicketEvent.objects.filter(ticket=ticket).order_by("at", "pk")
    return statuses_in(events.values_list("at", "data"))


def statuses_in(events: Iterable[tuple[datetime, dict]]) -> Statuses:
    """``events`` are (at, data), in order."""
    return [(at, data["status"][1]) for at, data in events if "status" in data]


def spells(history: Statuses, wanted: Iterable[str]) -> Iterator[Spell]:
    """The spells in one of the ``wanted`` statuses that are over."""
    start = None
    for at, status in history:
        if status in wanted:
            start = start or at
        elif start is not None:
            yield start, at
            start = None


def began(history: Statuses, wanted: Iterable[str]) -> datetime | None:
    """Since when the ticket is in one of the ``wanted`` statuses without a break; ``None`` where it isn't."""
    start = None
    for at, status in history:
        start = (start or at) if status in wanted else None
    return start


def worked_until(ticket: Ticket, until: datetime, history: Statuses) -> int:
    """Working seconds that the desk had from the beginning until then, by the ticket's policy and calendar.

    What it waited for the requester doesn't count, nor that it was solved. By the clock where nothing is promised.
    """
    policy = policy_of(ticket)

    def between(start: datetime, end: datetime) -> int:
        if end <= start:
            return 0
        if policy is None:
            return int((end - start).total_seconds())
        return policy.hours.seconds_between(start, end)

    history = [(at, status) for at, status in history if at <= until]
    over = list(spells(history, STOPPED))
    since = began(history, STOPPED)
    if since is not None:
        over.append((since, until))
    total = between(ticket.created_at, until)
    return max(0, total - sum(between(start, end) for start, end in over))
