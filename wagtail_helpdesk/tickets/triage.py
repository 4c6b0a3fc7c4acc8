"""What is it about, how urgent, and whose?"""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models import Actor, ComplaintType, Division, Priority, Status, SupportLevel, Ticket
from ..notify import staff
from .claim import claim
from .levels import check_reach_up
from .moves import move, require


def triage(
    ticket: Ticket,
    *,
    by: Actor,
    complaint_type: ComplaintType | None = None,
    priority: str | None = None,
    division: Division | None = None,
    level: SupportLevel | None = None,
    seen_version: int | None = None,
) -> Ticket:
    """Correct type, priority, division and level; what is ``None`` stays.

    A new type doesn't move the ticket by itself. The assignee is kept where they may still have it.
    Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``; ``ValidationError`` for an unknown priority.
    """
    if priority is not None and priority not in Priority.values:
        raise ValidationError(
            {"priority": _("Unknown priority: %(priority)s") % {"priority": priority}}
        )
    with claim(ticket, "triage", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(
            claimed,
            row.status != Status.CLOSED,
            _("a closed ticket can't be triaged; reopen it first."),
        )
        row.complaint_type = complaint_type or row.complaint_type
        row.priority = priority or row.priority
        if level is not None:
            check_reach_up(claimed, level)
        step = move(claimed, level=level, division=division)
        if step is not None and row.assignee is None:  # who keeps it knows of it
            staff.tell_escalated(row, by=by)
        claimed.record()
        claimed.signal()
    return ticket
