"""It wasn't solved after all."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Actor, Attachment, Contact, MessageKind, Relation, Status, Ticket
from ..models.tickets import TicketLink, new_nonce
from ..notify import outbox, staff
from .claim import Claim, check_permission, claim
from .messages import write_message
from .moves import change_status, require
from .submit import submit


def reopen(ticket: Ticket, *, by: Actor, body: str = "", seen_version: int | None = None) -> Ticket:
    """Open a solved or closed ticket again, with the same level, division and assignee.

    ``body`` becomes a reply if the requester reopens, a private note if staff do. After the reopen
    window a requester's reopening starts a follow-up ticket, which is what is returned then.
    Links that were mailed before end with it. Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``.
    """
    from .reply import is_past_reopening

    if isinstance(by, Contact) and is_past_reopening(ticket):
        return follow_up(ticket, by=by, body=body)
    with claim(ticket, "reopen", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        reopen_row(claimed)
        message = None
        if body.strip():
            kind = MessageKind.REPLY if isinstance(by, Contact) else MessageKind.NOTE
            message = write_message(claimed, kind=kind, body=body)
        if isinstance(by, Contact):
            staff.tell_answered(row, message=message)
        else:
            outbox.post("reopened", ticket=row, to=row.contact)
        claimed.record()
        claimed.signal()
    return ticket


def reopen_row(claimed: Claim) -> None:
    row = claimed.row
    require(claimed, row.status in (Status.SOLVED, Status.CLOSED), _("it is open."))
    change_status(claimed, Status.OPEN)
    row.link_nonce = new_nonce()


def follow_up(
    ticket: Ticket, *, by: Contact, body: str, attachments: Sequence[Attachment] = ()
) -> Ticket:
    """A new ticket of the same requester and type, linked to the old one."""
    check_permission(ticket, "reopen", by=by)
    with transaction.atomic():
        new = submit(
            site=ticket.site,
            contact=ticket.contact,
            complaint_type=ticket.complaint_type,
            subject=ticket.subject,
            body=body or ticket.body,
            attachments=attachments,
            locale=ticket.locale,
            page=ticket.page,
        )
        TicketLink.objects.create(
            from_ticket=new,
            to_ticket=ticket,
            relation=Relation.FOLLOW_UP,
            created_at=new.created_at,
        )
    return new
