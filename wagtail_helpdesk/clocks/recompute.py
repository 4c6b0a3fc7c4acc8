"""What was promised by other policies or calendars is worked out anew, from the history of each open ticket."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import LIVE, WAITING, EscalationStep, Heartbeat, Holding, Status, Ticket
from .heartbeat import POLICIES, PROMISES, beat
from .promises import STOPPED, promise
from .spells import Spell, began, spells, statuses
from .timetable import Policy, Timetable, timetable

#: What a recomputation writes on a ticket. Nothing that somebody did, so its version stays.
FIELDS = [
    "first_response_due_at",
    "resolution_due_at",
    "level_due_at",
    "due_at",
    "stopped_at",
    "stopped_seconds",
    "level_since",
    "level_stopped_seconds",
    "promised_at",
]


def recompute_due(*, limit: int, should_stop: Callable[[], bool] = lambda: False) -> int:
    """After a change of policies or calendars: the open tickets that still have the old times, at most ``limit``.

    Returns how many were worked out. Costs two queries where nothing has changed.
    """
    beats = dict(Heartbeat.objects.filter(name__in=[POLICIES, PROMISES]).values_list("name", "at"))
    if POLICIES not in beats or beats.get(PROMISES, beats[POLICIES]) > beats[POLICIES]:
        return 0
    started = timezone.now()
    tickets = list(outdated(beats[POLICIES])[: limit + 1])
    done = recompute(tickets[:limit], should_stop=should_stop)
    if len(tickets) <= limit and not should_stop():
        beat(PROMISES, at=started)
    return done


def outdated(since: datetime) -> QuerySet[Ticket]:
    """The open tickets whose promises are older than ``since`` (UTC), oldest first."""
    old = Q(promised_at=None) | Q(promised_at__lte=since)
    return Ticket.objects.filter(old, status__in=[*LIVE, Status.SOLVED]).order_by("pk")


def recompute(tickets: Iterable[Ticket], *, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Work out due times and holdings of ``tickets``; one that changes meanwhile is left to its operation."""
    table = timetable(fresh=True)
    done = 0
    for ticket in tickets:
        if should_stop():
            break
        with transaction.atomic():
            done += _recompute(ticket, table)
    return done


def _recompute(ticket: Ticket, table: Timetable) -> bool:
    policy = table.policy_of(ticket)
    history = statuses(ticket)
    now = timezone.now()
    stopped = list(spells(history, STOPPED))
    # Being closed is a spell of its own: it ends the waiting, and with it a holding.
    waited = [*spells(history, WAITING), *spells(history, {Status.CLOSED})]
    ticket.stopped_at = began(history, STOPPED)
    ticket.stopped_seconds = _sum(policy, stopped, since=ticket.created_at)
    ticket.level_since = _came_to_level(ticket)
    ticket.level_stopped_seconds = _sum(policy, waited, since=ticket.level_since)
    ticket.promised_at = now
    promise(ticket, policy)
    values = {name: getattr(ticket, name) for name in FIELDS}
    if not Ticket.objects.filter(pk=ticket.pk, version=ticket.version).update(**values):
        return False
    waits_since = began(history, WAITING)
    _recompute_holdings(ticket, policy, waited, [(waits_since, now)] if waits_since else [])
    return True


def _recompute_holdings(
    ticket: Ticket, policy: Policy | None, waited: list[Spell], waiting: list[Spell]
) -> None:
    """``waiting`` is the spell that goes on: it counts where somebody has passed the ticket on in it."""
    holdings = list(Holding.objects.filter(ticket=ticket))
    for holding in holdings:
        over = waited if holding.ended_at is None else waited + waiting
        holding.waiting_seconds = _sum(
            policy, over, since=holding.started_at, until=holding.ended_at
        )
        if holding.ended_at is not None:
            total = _sum(policy, [(holding.started_at, holding.ended_at)])
            holding.working_seconds = total - holding.waiting_seconds
    Holding.objects.bulk_update(holdings, ["waiting_seconds", "working_seconds"])


def _came_to_level(ticket: Ticket) -> datetime:
    steps = EscalationStep.objects.filter(ticket=ticket).order_by("-created_at", "-pk")
    for step in steps:
        if step.from_level_id != step.to_level_id:
            return step.created_at
    return ticket.created_at


def _sum(
    policy: Policy | None,
    spells: list[Spell],
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> int:
    """Working seconds of the spells, as far as they lie between ``since`` and ``until``."""
    total = 0
    for start, end in spells:
        start = max(start, since) if since else start
        end = min(end, until) if until else end
        if start < end:
            total += (
                policy.hours.seconds_between(start, end)
                if policy
                else int((end - start).total_seconds())
            )
    return total
