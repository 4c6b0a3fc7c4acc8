"""Somebody says: mine."""

from django.utils.translation import gettext as _

from ..models import Actor, Contact, Rule, Status, Ticket
from .claim import claim
from .moves import change_status, mark_accepted, move, require, unaccepted_step


def accept(ticket: Ticket, *, by: Actor, seen_version: int | None = None) -> Ticket:
    """Become the assignee of a ticket that is nobody's, or confirm one that was given to you.

    A new ticket becomes open; the escalation that brought it here counts as accepted.
    Raises ``PermissionDenied``, ``InvalidTransition`` (it is somebody else's, or already accepted), ``StaleTicket``.
    """
    with claim(ticket, "accept", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(claimed, not isinstance(by, Contact | Rule), _("only staff accept tickets."))
        require(claimed, row.is_live, _("it is no longer open."))
        require(
            claimed,
            row.assignee_id in (None, by.pk),
            _("it is assigned to %(user)s; assign it to yourself instead.")
            % {"user": row.assignee},
        )
        step = unaccepted_step(row)
        require(
            claimed,
            row.assignee_id is None or row.status == Status.NEW or step is not None,
            _("you have already accepted it."),
        )
        move(claimed, assignee=by)
        if row.status == Status.NEW:
            change_status(claimed, Status.OPEN)
        if step is not None:
            mark_accepted(claimed, step)
        claimed.record()
        claimed.signal()
    return ticket
