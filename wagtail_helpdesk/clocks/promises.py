"""By when a ticket is answered and solved, and how long its level may hold it.

Due times are stored on the ticket when they change, so that no list has to work them out. Three clocks run:

- the first response, from the beginning until staff answer the requester;
- the resolution, from the beginning until the ticket is solved;
- the level, from when the ticket came to it, while it is there.

``pending`` stops all three, and so does being solved; ``on_hold`` stops the level's alone, since the holder
can't do anything and the requester waits all the same. Stopped time is counted in working seconds and added to the target when the clock goes on.
"""

from datetime import datetime, timedelta

from ..models import WAITING, Status, Ticket
from ..working_time import NeverOpen
from .timetable import Policy, policy_of

#: The requester has the ball, or nobody.
STOPPED = frozenset({Status.PENDING, Status.SOLVED, Status.CLOSED})
#: What can't be worked out any more is due so far away.
FAR = timedelta(days=365 * 50)


def keep_promises(row: Ticket, *, at: datetime) -> None:
    """Bring the due times of ``row`` up to date with its state; called by every operation, before it is saved."""
    policy = policy_of(row)
    if policy is not None or row.promised_at is not None:
        _move_clock(row, policy, at)
        promise(row, policy)
        row.promised_at = at


def promise(row: Ticket, policy: Policy | None) -> None:
    """Work out the due times from how long the clocks have stood so far."""
    if policy is None:
        row.resolution_due_at = row.level_due_at = row.due_at = None
        if row.first_responded_at is None:
            row.first_response_due_at = None
        return
    if row.first_responded_at is None:
        row.first_response_due_at = _due(
            policy, row.created_at, policy.first_response.get(row.priority), row.stopped_seconds
        )
    row.resolution_due_at = _due(
        policy, row.created_at, policy.resolution.get(row.priority), row.stopped_seconds
    )
    row.level_due_at = _due(
        policy,
        row.level_since or row.created_at,
        policy.levels.get(row.level_id),
        row.level_stopped_seconds,
    )
    row.due_at = min(running(row).values(), default=None)


def running(row: Ticket) -> dict[str, datetime]:
    """The clocks that run now, by name, each with when it is due."""
    clocks = {}
    if row.status not in STOPPED:
        if row.first_responded_at is None and row.first_response_due_at:
            clocks["first_response"] = row.first_response_due_at
        if row.resolution_due_at:
            clocks["resolution"] = row.resolution_due_at
    if row.status not in WAITING and row.status != Status.CLOSED and row.level_due_at:
        clocks["level"] = row.level_due_at
    return clocks


def came_to_level(row: Ticket, *, at: datetime) -> None:
    """The ticket has come to another level, whose clock begins now."""
    row.level_since, row.level_stopped_seconds = at, 0


def level_waited(row: Ticket, *, since: datetime, at: datetime) -> None:
    """The holder waited for somebody else from ``since`` to ``at``."""
    policy = policy_of(row)
    if policy is not None:
        start = max(since, row.level_since or row.created_at)
        row.level_stopped_seconds += policy.hours.seconds_between(start, at)


def _move_clock(row: Ticket, policy: Policy | None, at: datetime) -> None:
    if row.status in STOPPED:
        row.stopped_at = row.stopped_at or at
    elif row.stopped_at is not None:
        if policy is not None:
            row.stopped_seconds += policy.hours.seconds_between(row.stopped_at, at)
        row.stopped_at = None


def _due(policy: Policy, start: datetime, target: int | None, stopped: int) -> datetime | None:
    if target is None:
        return None
    try:
        return policy.hours.add(start, target + stopped)
    except NeverOpen:
        return start + FAR
