"""A visit that isn't needed, or can't be made, and has no other date."""

from ..models import Actor, Ticket, Visit
from ..notify import outbox
from .appointments import find_open, show_visit
from .claim import claim


def call_off_visit(
    ticket: Ticket, *, by: Actor, visit: Visit, seen_version: int | None = None
) -> Visit:
    """Call an open visit off, and tell the requester; their calendar takes it out.

    Raises ``PermissionDenied``, ``InvalidTransition`` (it isn't open), ``StaleTicket``.
    """
    with claim(ticket, "call_off_visit", by=by, seen_version=seen_version) as claimed:
        found = find_open(claimed, visit)
        found.called_off_at = claimed.at
        # The calling off is the next version of the appointment.
        found.sequence += 1
        found.save()
        row = claimed.row
        outbox.post("visit_called_off", ticket=row, to=row.contact, visit=found)
        claimed.record(visit=found.pk)
        claimed.signal(visit=found)
    show_visit(found, on=visit)
    return visit
