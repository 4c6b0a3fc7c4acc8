"""The changes that several operations share: of status, and of who has the ticket."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ..clocks.promises import came_to_level, level_waited
from ..clocks.timetable import working_seconds
from ..models import (
    WAITING,
    Direction,
    Division,
    EscalationReason,
    EscalationStep,
    Holding,
    Status,
    SupportLevel,
    Ticket,
    Visit,
)
from ..models.actors import actor_fields
from .claim import Claim
from .errors import InvalidTransition

ENDED = frozenset({Status.SOLVED, Status.CLOSED})
#: "Leave the assignee to the rule": kept where they may still have it, else cleared.
KEEP: Any = object()


def require(claim: Claim, condition: bool, message: str) -> None:
    """Raise ``InvalidTransition`` with ``message`` unless ``condition`` holds."""
    if not condition:
        raise InvalidTransition(
            f"{claim.row.reference}: {message}", verb=claim.verb, ticket=claim.row
        )


def change_status(claim: Claim, status: str, *, until: datetime | None = None) -> None:
    """Lead the ticket to ``status``, by the one table of transitions. The same status is no change."""
    row, at = claim.row, claim.at
    labels = dict(Status.choices)
    if status in ENDED and row.is_live:
        _require_no_open_visit(claim)
    require(
        claim,
        status in labels and (status == row.status or row.may_become(status)),
        _("“%(from)s” can't become “%(to)s”.")
        % {"from": labels[row.status], "to": labels.get(status, status)},
    )
    row.waiting_until = until if status in (Status.PENDING, Status.ON_HOLD) else None
    if status == row.status:
        return
    if row.status == Status.CLOSED:
        level_waited(row, since=row.closed_at or at, at=at)
        begin_holding(row, at=at)
    elif row.is_waiting and status not in WAITING:
        _stop_waiting(row, at=at)
    elif not row.is_waiting and status in WAITING:
        row.waiting_since = at
    if status == Status.CLOSED:
        end_holding(claim)
        if row.waiting_since:
            level_waited(row, since=row.waiting_since, at=at)
        row.waiting_since = None
    row.status = status
    row.solved_at = (
        at if status == Status.SOLVED else (row.solved_at if status == Status.CLOSED else None)
    )
    row.closed_at = at if status == Status.CLOSED else None


def _require_no_open_visit(claim: Claim) -> None:
    """Nobody drives to what has ended, and what an engineer found belongs to the solution."""
    require(
        claim,
        not Visit.objects.open().filter(ticket=claim.row).exists(),
        _("a visit is planned: report what came of it first, or call it off."),
    )


def move(
    claim: Claim,
    *,
    level: SupportLevel | None = None,
    division: Division | None = None,
    assignee: Any = KEEP,
    reason: EscalationReason | None = None,
    note: str = "",
    undoes: EscalationStep | None = None,
) -> EscalationStep | None:
    """Give the ticket another level, division or assignee, and keep the books of it.

    Any change of level or division writes an ``EscalationStep``; any change at all ends one
    ``Holding`` and begins the next. Returns the step, or ``None`` where neither changed.
    """
    row = claim.row
    level, division = level or row.level, division or row.division
    moves = level.pk != row.level_id or division.pk != row.division_id
    if assignee is KEEP:
        keeps = row.assignee is not None and (
            not moves or may_have(row.assignee, division=division, level=level)
        )
        assignee = row.assignee if keeps else None
    step = None
    if moves:
        step = EscalationStep.objects.create(
            ticket=row,
            verb=claim.verb,
            direction=direction(row.level, level),
            from_level=row.level,
            to_level=level,
            from_division=row.division,
            to_division=division,
            from_assignee=row.assignee,
            to_assignee=assignee,
            reason=reason,
            note=note,
            undoes=undoes,
            created_at=claim.at,
            **actor_fields(claim.by),
        )
        claim.step = step
    if moves or (assignee.pk if assignee else None) != row.assignee_id:
        end_holding(claim)
        if level.pk != row.level_id:
            came_to_level(row, at=claim.at)
        row.level, row.division, row.assignee = level, division, assignee
        begin_holding(row, at=claim.at)
    return step


def unaccepted_step(row: Ticket) -> EscalationStep | None:
    """The move that brought the ticket where it is, as long as nobody there has accepted it."""
    step = EscalationStep.objects.filter(ticket=row).order_by("-created_at", "-pk").first()
    return step if step is not None and step.accepted_at is None else None


def mark_accepted(claim: Claim, step: EscalationStep) -> None:
    step.accepted_at, step.accepted_by = claim.at, claim.by
    step.save(update_fields=["accepted_at", "accepted_by"])


def direction(from_level: SupportLevel, to_level: SupportLevel) -> Direction:
    if to_level.rank == from_level.rank:
        return Direction.SIDEWAYS
    return Direction.UP if to_level.rank > from_level.rank else Direction.DOWN


def may_have(user, *, division: Division, level: SupportLevel) -> bool:
    """Whether a ticket of ``division`` at ``level`` can be assigned to ``user``."""
    return policy_registry.get_by_type(Ticket).may_be_assigned(user, division=division, level=level)


def begin_holding(row: Ticket, *, at: datetime) -> Holding:
    return Holding.objects.create(
        ticket=row,
        level_id=row.level_id,
        division_id=row.division_id,
        assignee_id=row.assignee_id,
        started_at=at,
    )


def end_holding(claim: Claim) -> None:
    row, at = claim.row, claim.at
    holding = Holding.objects.filter(ticket=row, ended_at=None).first()
    if holding is None:  # a closed ticket is nobody's
        return
    if row.waiting_since:
        holding.waiting_seconds += working_seconds(
            row, max(row.waiting_since, holding.started_at), at
        )
    holding.ended_at = max(at, holding.started_at)
    total = working_seconds(row, holding.started_at, holding.ended_at)
    holding.waiting_seconds = min(holding.waiting_seconds, total)
    holding.working_seconds = total - holding.waiting_seconds
    holding.save()
    claim.ended.append(holding)


def _stop_waiting(row: Ticket, *, at: datetime) -> None:
    holding = Holding.objects.filter(ticket=row, ended_at=None).first()
    if holding is not None and row.waiting_since:
        holding.waiting_seconds += working_seconds(
            row, max(row.waiting_since, holding.started_at), at
        )
        holding.save(update_fields=["waiting_seconds"])
    if row.waiting_since:
        level_waited(row, since=row.waiting_since, at=at)
    row.waiting_since = None
