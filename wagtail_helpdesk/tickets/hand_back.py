"""Return a ticket to the level and person it came from."""

from django.utils.translation import gettext as _

from ..conf import helpdesk_settings
from ..models import WAITING, Actor, Direction, EscalationReason, EscalationStep, Status, Ticket
from ..notify import staff
from .claim import claim
from .escalate import find_reason
from .moves import change_status, may_have, move, require
from .texts import require_text


def hand_back(
    ticket: Ticket,
    *,
    by: Actor,
    reason: EscalationReason | str,
    note: str,
    seen_version: int | None = None,
) -> Ticket:
    """Undo the last escalation that has not been handed back yet.

    The ticket goes to whoever escalated it, else to whoever had it then; where neither works
    there any more, into that level's queue.
    Raises ``PermissionDenied``, ``InvalidTransition`` (it was never escalated), ``StaleTicket``, ``ValidationError``.
    """
    reason = find_reason(reason)
    note = require_text(note, helpdesk_settings.STAFF_BODY_MAX_LENGTH, "note")
    with claim(ticket, "hand_back", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(claimed, row.is_live, _("it is no longer open; reopen it first."))
        undone = step_to_undo(row)
        require(claimed, undone is not None, _("nobody escalated it."))
        if row.status in WAITING:
            change_status(claimed, Status.OPEN)
        step = move(
            claimed,
            level=undone.from_level,
            division=undone.from_division,
            assignee=returns_to(undone),
            reason=reason,
            note=note,
            undoes=undone,
        )
        staff.tell_escalated(row, by=by)
        claimed.record(reason=reason.code)
        claimed.signal(step=step)
    return ticket


def step_to_undo(ticket: Ticket) -> EscalationStep | None:
    """The move that brought ``ticket`` where it is, if it can be handed back."""
    return (
        EscalationStep.objects.select_related(
            "from_level", "to_level", "from_division", "by_user", "from_assignee"
        )
        .filter(
            ticket=ticket,
            direction__in=[Direction.UP, Direction.SIDEWAYS],
            undoes=None,
            undone_by=None,
            to_level=ticket.level_id,
            to_division=ticket.division_id,
        )
        .order_by("-created_at", "-pk")
        .first()
    )


def returns_to(step: EscalationStep):
    """Who gets the ticket when ``step`` is undone; ``None`` for the queue of the level it came from."""
    for user in (step.by_user, step.from_assignee):
        if user is not None and may_have(user, division=step.from_division, level=step.from_level):
            return user
    return None
