"""What counts of a change to a ticket. The one place that knows, for operations and for the history alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from ..clocks.timetable import policy_of
from ..models import (
    LIVE,
    EscalationStep,
    Holding,
    Status,
    TallyEntry,
    TallyKind,
    Ticket,
    TicketEvent,
)
from .days import day_of


class Place(NamedTuple):
    """Who has a ticket: keys."""

    division: int
    level: int
    person: Any = None

    @classmethod
    def of(cls, row: Ticket | Holding) -> "Place":
        return cls(row.division_id, row.level_id, row.assignee_id)


@dataclass
class Change:
    """What one operation did. ``before`` and ``was`` are ``None`` for a ticket that it made."""

    ticket: Ticket
    at: datetime
    #: The member of staff who did it; a requester or a rule has no key here.
    by: Any
    before: Place | None
    after: Place
    was: str | None
    status: str
    priority: str
    #: Whether it was the first response.
    answers: bool = False
    outcome: str = ""
    #: What came of a visit that was reported.
    visit: str = ""
    #: Whether the requester says, for the first time, that it helped.
    helped: bool | None = None
    step: EscalationStep | None = None
    ended: list[Holding] = field(default_factory=list)
    #: The holdings up to now, the present one included; asked for when the ticket was solved.
    holdings: Callable[[], list[Holding]] = list
    #: Working seconds since the beginning, asked for where they count.
    worked: Callable[[], int] = int

    @property
    def was_live(self) -> bool:
        return self.was in LIVE

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


def entries_of(change: Change) -> Iterator[TallyEntry]:
    """What counts of it, unsaved."""
    if change.before is None:
        yield _entry(change, TallyKind.RECEIVED, change.after)
    elif change.was_live and change.before != change.after:
        yield _entry(change, TallyKind.LEFT, change.before)
        yield _entry(change, TallyKind.CAME, change.after)
    if change.answers:
        place = change.after._replace(person=change.by)
        yield _entry(change, TallyKind.ANSWERED, place, **_took(change, "first_response"))
    if change.visit:
        place = change.after._replace(person=change.by)
        yield _entry(change, TallyKind.VISITED, place, detail=change.visit)
    if change.helped is not None:
        yield _entry(change, TallyKind.RATED, change.after, detail=rating(change.helped))
    if change.step is not None:
        yield _escalated(change, change.step)
    for holding in change.ended:
        yield _entry(
            change, TallyKind.HELD, Place.of(holding),
            at=holding.ended_at, seconds=holding.working_seconds,
        )  # fmt: skip
    if change.was_live and change.status == Status.SOLVED:
        yield from _solved(change)
    elif change.was_live and not change.is_live:
        yield _entry(change, TallyKind.DROPPED, change.after)
    elif change.before is not None and not change.was_live and change.is_live:
        yield _entry(change, TallyKind.REOPENED, change.after)


def _solved(change: Change) -> Iterator[TallyEntry]:
    """For the ticket once; and once for each person who held it, in each division where they did."""
    took = _took(change, "resolution")
    yield _entry(change, TallyKind.SOLVED, change.after, detail=change.outcome, **took)
    credited = {}
    for holding in change.holdings():
        if holding.assignee_id is not None:
            credited[holding.division_id, holding.assignee_id] = Place.of(holding)
    for place in credited.values():
        yield _entry(change, TallyKind.CREDITED, place, detail=change.outcome, **took)


def _escalated(change: Change, step: EscalationStep) -> TallyEntry:
    return _entry(
        change,
        TallyKind.ESCALATED,
        Place(step.from_division_id, step.from_level_id, change.by),
        detail=step.direction,
        step=step_key(step),
    )


def visit_of(event: TicketEvent) -> str:
    """What came of a visit, where that is what the event tells."""
    return event.data["outcome"] if event.verb == "report_visit" else ""


def first_rating_of(event: TicketEvent) -> bool | None:
    before, helped = event.data.get("helped", (None, None))
    return helped if before is None else None


def rating(helped: bool) -> str:
    return "helped" if helped else "not_helped"


def step_key(step: EscalationStep) -> str:
    """From level > to level > to another division, or 0 > reason, or 0."""
    moves = step.to_division_id != step.from_division_id
    parts = (
        step.from_level_id,
        step.to_level_id,
        step.to_division_id if moves else 0,
        step.reason_id or 0,
    )
    return ">".join(map(str, parts))


def _took(change: Change, promised: str) -> dict[str, Any]:
    seconds = change.worked()
    policy = policy_of(change.ticket)
    target = getattr(policy, promised).get(change.priority) if policy is not None else None
    return {"seconds": seconds, "late": None if target is None else seconds > target}


def _entry(
    change: Change, kind: str, place: Place, *, at: datetime | None = None, **fields: Any
) -> TallyEntry:
    ticket, at = change.ticket, at or change.at
    return TallyEntry(
        ticket_id=ticket.pk,
        kind=kind,
        at=at,
        day=day_of(at),
        division_id=place.division,
        level_id=place.level,
        person_id=place.person,
        complaint_type_id=ticket.complaint_type_id,
        channel=ticket.channel,
        organisation_id=ticket.contact.organisation_id,
        **fields,
    )
