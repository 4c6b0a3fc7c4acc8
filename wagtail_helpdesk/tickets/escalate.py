"""Pass a ticket on: one level up, or to another division."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..conf import helpdesk_settings
from ..models import (
    WAITING,
    Actor,
    Direction,
    Division,
    EscalationReason,
    Status,
    SupportLevel,
    Ticket,
)
from ..notify import staff
from .claim import claim
from .levels import check_reach_up, next_level
from .moves import change_status, direction, may_have, move, require
from .texts import require_text


def escalate(
    ticket: Ticket,
    *,
    by: Actor,
    reason: EscalationReason | str,
    note: str,
    to_level: SupportLevel | None = None,
    division: Division | None = None,
    assignee: Any = None,
    seen_version: int | None = None,
) -> Ticket:
    """Raise the level by one, unless told otherwise; keep the division, clear the assignee.

    ``reason`` is an ``EscalationReason`` or its code. With ``division`` and the present level as
    ``to_level`` the ticket moves sideways. It waits in the target level's queue until somebody accepts it.
    Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``; ``ValidationError`` without reason or note.
    """
    reason = find_reason(reason)
    note = require_text(note, helpdesk_settings.STAFF_BODY_MAX_LENGTH, "note")
    with claim(ticket, "escalate", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(claimed, row.is_live, _("it is no longer open; reopen it first."))
        to_level = to_level or next_level(row.level)
        require(claimed, to_level is not None, _("it is at the highest level already."))
        division = division or row.division
        way = direction(row.level, to_level)
        require(claimed, way != Direction.DOWN, _("to pass a ticket down, hand it back."))
        moves = way == Direction.UP or division.pk != row.division_id
        require(claimed, moves, _("it is there already."))
        check_reach_up(claimed, to_level)
        if assignee is not None:
            require(
                claimed,
                may_have(assignee, division=division, level=to_level),
                _("%(user)s does not work at %(level)s in %(division)s.")
                % {"user": assignee, "level": to_level, "division": division},
            )
        if row.status in WAITING:
            change_status(claimed, Status.OPEN)
        step = move(
            claimed, level=to_level, division=division, assignee=assignee, reason=reason, note=note
        )
        staff.tell_escalated(row, by=by)
        claimed.record(reason=reason.code)
        claimed.signal(step=step)
    return ticket


def find_reason(reason: EscalationReason | str) -> EscalationReason:
    """The reason for a code. Raises ``ValidationError`` for one that isn't on the list."""
    if isinstance(reason, EscalationReason):
        return reason
    found = EscalationReason.objects.filter(code=reason or "").first()
    if found is None:
        raise ValidationError({"reason": _("Select a reason.")})
    return found
