"""Two tickets have to do with each other."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models import Actor, Relation, Ticket, TicketLink
from .claim import check_permission, claim
from .moves import require


def link(
    ticket: Ticket,
    *,
    by: Actor,
    to: Ticket,
    relation: str = Relation.RELATED,
    seen_version: int | None = None,
) -> TicketLink:
    """Link ``ticket`` to another that ``by`` may read. The same link twice is one.

    Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``; ``ValidationError`` for an unknown relation.
    """
    if relation not in Relation.values:
        raise ValidationError({"relation": _("Select how the tickets are related.")})
    with claim(ticket, "link", by=by, seen_version=seen_version) as claimed:
        require(claimed, to.pk != claimed.row.pk, _("a ticket can't be linked to itself."))
        check_permission(to, "view", by=by)
        found, _created = TicketLink.objects.get_or_create(
            from_ticket=claimed.row,
            to_ticket=to,
            relation=relation,
            defaults={"created_at": claimed.at},
        )
        claimed.record(to=to.reference, relation=relation)
        claimed.signal(link=found)
    return found
