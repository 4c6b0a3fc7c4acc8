"""The ball is with somebody else, and the holder's clock stands."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models import Actor, Status, Ticket
from .claim import claim
from .moves import change_status, require


def wait(
    ticket: Ticket,
    *,
    by: Actor,
    status: str,
    until: datetime | None = None,
    seen_version: int | None = None,
) -> Ticket:
    """Wait for the requester (``"pending"``) or for a third party (``"on_hold"``), at most ``until`` (UTC).

    When ``until`` has passed the timers open the ticket again. Raises ``PermissionDenied``,
    ``InvalidTransition``, ``StaleTicket``; ``ValidationError`` for another status or a time that is over.
    """
    if status not in (Status.PENDING, Status.ON_HOLD):
        raise ValidationError({"status": _("Wait for the requester or for a third party.")})
    with claim(ticket, "wait", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(claimed, row.is_live, _("it is no longer open; reopen it first."))
        if until is not None and until <= claimed.at:
            raise ValidationError({"until": _("This time is over.")})
        change_status(claimed, status, until=until)
        claimed.record()
        claimed.signal()
    return ticket
