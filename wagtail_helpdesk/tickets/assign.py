"""Give a ticket to a colleague, or to nobody."""

from typing import Any

from django.utils.translation import gettext as _

from ..models import Actor, Status, Ticket
from ..notify import staff
from .claim import claim
from .moves import may_have, move, require


def assign(ticket: Ticket, *, by: Actor, assignee: Any, seen_version: int | None = None) -> Ticket:
    """Make ``assignee`` responsible; ``None`` lays the ticket back into its level's queue.

    The assignee must be a member of the division at the ticket's level or above, or its leader.
    Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``.
    """
    with claim(ticket, "assign", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(
            claimed,
            row.status != Status.CLOSED,
            _("a closed ticket can't be assigned; reopen it first."),
        )
        if assignee is not None:
            require(
                claimed,
                may_have(assignee, division=row.division, level=row.level),
                _("%(user)s does not work at %(level)s in %(division)s.")
                % {"user": assignee, "level": row.level, "division": row.division},
            )
        before = row.assignee_id
        move(claimed, assignee=assignee)
        if assignee is not None and before != assignee.pk:
            staff.tell_assigned(row, by=by)
        claimed.record()
        claimed.signal()
    return ticket
