"""An engineer goes there: who, when and where."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ..models import Actor, Ticket, Visit
from ..notify import outbox
from .appointments import make_visit
from .claim import claim
from .moves import require


def plan_visit(
    ticket: Ticket,
    *,
    by: Actor,
    engineer: Any,
    starts: datetime,
    ends: datetime,
    place: str,
    contact_person: str = "",
    contact_phone: str = "",
    despite_overlap: bool = False,
    seen_version: int | None = None,
) -> Visit:
    """Plan a visit from ``starts`` to ``ends`` (aware), and tell the requester, with a file for their calendar.

    The ticket's level must be marked ``on_site``, and ``engineer`` one who may have the ticket there. A visit
    of theirs at that time is warned of (a ``ValidationError`` of ``despite_overlap``) unless
    ``despite_overlap`` is said. A new ticket becomes open: the date is its first answer. No clock stops.

    Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``; ``ValidationError`` keyed by
    ``starts``, ``ends``, ``engineer``, ``place``, ``contact_person``, ``contact_phone``, ``despite_overlap``.
    """
    with claim(ticket, "plan_visit", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(claimed, row.is_live, _("it is no longer open; reopen it first."))
        visit = make_visit(
            claimed,
            engineer=engineer,
            starts=starts,
            ends=ends,
            place=place,
            contact_person=contact_person,
            contact_phone=contact_phone,
            despite_overlap=despite_overlap,
        )
        outbox.post("visit_planned", ticket=row, to=row.contact, visit=visit)
        claimed.record(visit=visit.pk)
        claimed.signal(visit=visit)
    return visit
