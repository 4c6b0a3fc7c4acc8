"""Did we help you? The requester answers."""

from django.utils.translation import gettext as _

from ..models import Contact, Satisfaction, Status, Ticket
from ..models.satisfaction import COMMENT_MAX_LENGTH
from .claim import Claim, claim
from .moves import require
from .texts import check_length, clean_text


class _SaidBefore(Exception):
    """The same answer again: nothing of this claim is to stay."""


def rate(
    ticket: Ticket,
    *,
    by: Contact,
    helped: bool,
    comment: str | None = None,
    seen_version: int | None = None,
) -> Satisfaction:
    """Keep whether it helped, with a comment for the desk (at most 1,000 characters; ``None`` keeps the last).

    A ticket has one answer. It can be given and changed while the ticket is solved, and is read-only
    before and after. The same answer again changes nothing. Nobody is mailed.

    Raises ``PermissionDenied`` for anybody but the requester (staff and rules can't know),
    ``InvalidTransition`` for a ticket that isn't solved, ``StaleTicket``, ``ValidationError`` for a long comment.
    """
    if comment is not None:
        comment = check_length(clean_text(comment), COMMENT_MAX_LENGTH, "comment")
    try:
        with claim(ticket, "rate", by=by, seen_version=seen_version) as claimed:
            require(
                claimed,
                claimed.row.status == Status.SOLVED,
                _("whether it helped is asked while it is solved."),
            )
            satisfaction = _keep(claimed, helped=bool(helped), comment=comment)
            claimed.signal(satisfaction=satisfaction)
    except _SaidBefore:
        satisfaction = Satisfaction.objects.get(ticket=ticket.pk)
    return satisfaction


def _keep(claimed: Claim, *, helped: bool, comment: str | None) -> Satisfaction:
    row, at = claimed.row, claimed.at
    known = Satisfaction.objects.filter(ticket=row).first()
    if known is None:
        new = Satisfaction.objects.create(
            ticket=row, helped=helped, comment=comment or "", answered_at=at, changed_at=at
        )
        claimed.record(helped=[None, helped])
        return new
    if comment is None:
        comment = known.comment
    if (known.helped, known.comment) == (helped, comment):
        raise _SaidBefore
    before = known.helped
    known.helped, known.comment, known.changed_at = helped, comment, at
    known.save()
    claimed.record(helped=[before, helped])
    return known
