"""It wasn't solved after all."""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..conf import helpdesk_settings
from ..models import Actor, Attachment, Channel, Contact, MessageKind, Relation, Status, Ticket
from ..models.tickets import TicketLink, new_nonce
from ..notify import outbox, staff
from .claim import Claim, check_permission, claim
from .messages import write_message
from .moves import change_status, move, require
from .submit import begin_ticket
from .texts import clean_text, require_text


def reopen(ticket: Ticket, *, by: Actor, body: str = "", seen_version: int | None = None) -> Ticket:
    """Open a solved or closed ticket again, with the same level and division.

    The assignee keeps it unless their account was switched off; the outcome goes, the solution stays
    to be improved. ``body`` becomes a reply if the requester reopens, a private note if staff do. After the
    reopen window a requester's reopening starts a follow-up ticket, which is what is returned then.
    Links that were mailed before end with it. Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``.
    """
    body = clean_text(body)
    if isinstance(by, Contact) and is_past_reopening(ticket):
        return follow_up(ticket, by=by, body=body)
    with claim(ticket, "reopen", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        reopen_row(claimed)
        message = None
        if body:
            kind = MessageKind.REPLY if isinstance(by, Contact) else MessageKind.NOTE
            message = write_message(claimed, kind=kind, body=body)
        if isinstance(by, Contact):
            staff.tell_answered(row, message=message)
        claimed.record()
        claimed.signal()
    return ticket


def is_past_reopening(ticket: Ticket) -> bool:
    """Whether an answer of the requester now starts a new ticket: asks the database how it stands."""
    current = Ticket.objects.filter(pk=ticket.pk).only("status", "solved_at", "closed_at").first()
    return current is not None and ended_long_ago(current)


def ended_long_ago(ticket: Ticket) -> bool:
    """Whether ``ticket`` was solved or closed more than the reopen window ago."""
    since = ticket.closed_at or ticket.solved_at
    if ticket.status not in (Status.SOLVED, Status.CLOSED) or since is None:
        return False
    return timezone.now() - since > timedelta(days=helpdesk_settings.REOPEN_DAYS)


def reopen_row(claimed: Claim, *, tell: bool = True) -> None:
    """Open the row again; ``tell`` the requester, unless another mail with a link goes out anyway."""
    row = claimed.row
    require(claimed, row.status in (Status.SOLVED, Status.CLOSED), _("it is open."))
    change_status(claimed, Status.OPEN)
    row.outcome = ""
    # A link that was passed around ends here, so the requester is mailed the new one, whoever reopened.
    row.link_nonce = new_nonce()
    if tell:
        # The browser that sent the complaint may do this all day, whosever address it gave.
        by_requester = isinstance(claimed.by, Contact)
        outbox.post("reopened", ticket=row, to=row.contact, capped=by_requester)
    if row.assignee is not None and not row.assignee.is_active:
        move(claimed, assignee=None)


def follow_up(
    ticket: Ticket,
    *,
    by: Contact,
    body: str,
    attachments: Sequence[Attachment] = (),
    channel: str = Channel.WEB,
) -> Ticket:
    """A new ticket of the same requester and type, even a retired one, linked to the old one.

    Without ``body`` it says again what the old one said.
    """
    check_permission(ticket, "reopen", by=by)
    body = require_text(body, helpdesk_settings.BODY_MAX_LENGTH) if body else ticket.body
    with transaction.atomic():
        new = begin_ticket(
            by,
            attachments,
            site=ticket.site,
            locale=ticket.locale,
            language=ticket.language,
            complaint_type=ticket.complaint_type,
            subject=ticket.subject,
            body=body,
            channel=channel,
            page=ticket.page,
        )
        TicketLink.objects.create(
            from_ticket=new,
            to_ticket=ticket,
            relation=Relation.FOLLOW_UP,
            created_at=new.created_at,
        )
    return new
