"""Two tickets are one and the same."""

from contextlib import ExitStack

from django.utils.translation import gettext as _

from ..models import Actor, Outcome, Relation, Status, Ticket, TicketLink
from ..notify import outbox
from .claim import claim
from .errors import InvalidTransition
from .moves import change_status, require


def merge(ticket: Ticket, *, by: Actor, into: Ticket, seen_version: int | None = None) -> Ticket:
    """Close ``ticket`` as a duplicate of ``into``; the work goes on there.

    No text moves: the two may have different requesters, who must not read each other.
    Raises ``PermissionDenied`` (for either of the two), ``InvalidTransition``, ``StaleTicket``.
    """
    if into.pk == ticket.pk:
        raise InvalidTransition(
            _("A ticket can't be merged into itself."), verb="merge", ticket=ticket
        )
    with ExitStack() as stack:
        # In one order, whoever merges what into what: two merges at once must not wait for each other.
        claims = {}
        for row, seen in sorted(
            [(ticket, seen_version), (into, None)], key=lambda pair: pair[0].pk
        ):
            claims[row.pk] = stack.enter_context(claim(row, "merge", by=by, seen_version=seen))
        claimed, target = claims[ticket.pk], claims[into.pk]
        require(claimed, claimed.row.status != Status.CLOSED, _("it is closed already."))
        require(claimed, target.row.status != Status.CLOSED, _("the other ticket is closed."))
        change_status(claimed, Status.CLOSED)
        claimed.row.outcome = Outcome.DUPLICATE
        TicketLink.objects.get_or_create(
            from_ticket=claimed.row,
            to_ticket=target.row,
            relation=Relation.DUPLICATE,
            defaults={"created_at": claimed.at},
        )
        target.record(merged=claimed.row.reference)
        outbox.post("merged", ticket=claimed.row, to=claimed.row.contact)
        claimed.record(into=target.row.reference)
        claimed.signal(into=target.row)
    return ticket
