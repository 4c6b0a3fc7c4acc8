"""The requester says that somebody was there."""

from django.utils.translation import gettext as _

from ..models import Contact, Ticket, Visit
from .appointments import show_visit
from .claim import claim
from .moves import require


def confirm_visit(
    ticket: Ticket, *, by: Contact, visit: Visit, seen_version: int | None = None
) -> Visit:
    """Confirm a visit that was reported as done. Only the requester can; nobody says it for them.

    The ticket's status doesn't matter: it may be solved by then. Raises ``PermissionDenied``,
    ``InvalidTransition`` (not one of its own, not done, confirmed already), ``StaleTicket``.
    """
    with claim(ticket, "confirm_visit", by=by, seen_version=seen_version) as claimed:
        found = Visit.objects.filter(ticket=claimed.row, pk=visit.pk).first()
        require(
            claimed,
            found is not None and found.can_be_confirmed,
            _("there is no visit to confirm."),
        )
        found.confirmed_at = claimed.at
        found.save()
        claimed.record(visit=found.pk)
        claimed.signal(visit=found)
    show_visit(found, on=visit)
    return visit
