"""Nothing more is expected."""

from django.utils.translation import gettext as _

from ..models import Actor, Status, Ticket
from .claim import claim
from .moves import change_status, require


def close(ticket: Ticket, *, by: Actor, seen_version: int | None = None) -> Ticket:
    """End the ticket's life. Usually it was solved before; nobody is mailed.

    Raises ``PermissionDenied``, ``InvalidTransition`` (it is closed already), ``StaleTicket``.
    """
    with claim(ticket, "close", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(claimed, row.status != Status.CLOSED, _("it is closed already."))
        change_status(claimed, Status.CLOSED)
        claimed.record()
        claimed.signal()
    return ticket
