"""The waiting is over: what ``wait`` began ends at its time. Done by the timers, not by people."""

from django.utils.translation import gettext as _

from ..models import Rule, Status, Ticket
from .claim import claim
from .moves import change_status, require


def resume(ticket: Ticket, *, by: Rule, seen_version: int | None = None) -> Ticket:
    """Open a ticket whose ``waiting_until`` has passed. Recorded as a ``wait`` that leads to ``open``.

    Raises ``InvalidTransition`` (it doesn't wait, or not until now), ``StaleTicket``.
    """
    with claim(ticket, "wait", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        is_over = row.waiting_until is not None and row.waiting_until <= claimed.at
        require(
            claimed,
            row.status in (Status.PENDING, Status.ON_HOLD) and is_over,
            _("its time of waiting is not over."),
        )
        change_status(claimed, Status.OPEN)
        claimed.record()
        claimed.signal()
    return ticket
