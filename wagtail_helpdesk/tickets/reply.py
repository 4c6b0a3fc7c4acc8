"""Answer: staff to the requester, or the requester to the desk."""

from collections.abc import Sequence
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from ..conf import helpdesk_settings
from ..models import Actor, Attachment, Channel, Contact, Message, MessageKind, Status, Ticket
from ..notify import outbox, staff
from .claim import Claim, claim
from .messages import write_message
from .moves import change_status, require

REPLY_STATUSES = (Status.OPEN, Status.PENDING, Status.ON_HOLD)


def reply(
    ticket: Ticket,
    *,
    by: Actor,
    body: str,
    attachments: Sequence[Attachment] = (),
    status: str | None = None,
    channel: str = Channel.WEB,
    seen_version: int | None = None,
) -> Message | Ticket:
    """Add a public message, and tell the other side.

    Staff: a new ticket becomes open; ``status`` may lead it to open, pending or on hold (to solve, use
    ``solve``). The requester: a pending ticket becomes open again; a solved or closed one is
    reopened within the reopen window. ``channel`` is how the answer was given ("telephone").

    Returns the message, or the follow-up **ticket** where the requester answered after the window.
    Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``, ``ValidationError``.
    """
    if status is not None and status not in REPLY_STATUSES:
        raise ValidationError({"status": _("A reply can't set this status.")})
    if channel not in Channel.values:
        raise ValidationError({"channel": _("Unknown channel: %(channel)s") % {"channel": channel}})
    if isinstance(by, Contact) and is_past_reopening(ticket):
        from .reopen import follow_up

        return follow_up(ticket, by=by, body=body, attachments=attachments)
    with claim(ticket, "reply", by=by, seen_version=seen_version) as claimed:
        message = write_message(
            claimed, kind=MessageKind.REPLY, body=body, attachments=attachments, channel=channel
        )
        if isinstance(by, Contact):
            _from_requester(claimed, message)
        else:
            _from_staff(claimed, message, status)
        claimed.record(channel=channel)
        claimed.signal(message=message)
    return message


def is_past_reopening(ticket: Ticket) -> bool:
    """Whether an answer of the requester now starts a new ticket: solved or closed too long ago."""
    current = Ticket.objects.filter(pk=ticket.pk).values("status", "solved_at", "closed_at").first()
    if current is None or current["status"] not in (Status.SOLVED, Status.CLOSED):
        return False
    since = current["closed_at"] or current["solved_at"]
    return since is not None and timezone.now() - since > timedelta(
        days=helpdesk_settings.REOPEN_DAYS
    )


def _from_requester(claimed: Claim, message: Message) -> None:
    row = claimed.row
    if row.status in (Status.SOLVED, Status.CLOSED):
        from .reopen import reopen_row

        reopen_row(claimed)
    elif row.status == Status.PENDING:
        change_status(claimed, Status.OPEN)
    staff.tell_answered(row, message=message)


def _from_staff(claimed: Claim, message: Message, status: str | None) -> None:
    row = claimed.row
    require(claimed, row.status != Status.CLOSED, _("it is closed; reopen it first."))
    if status is None and row.status == Status.NEW:
        status = Status.OPEN
    if status is not None:
        change_status(claimed, status)
    if message.channel == Channel.WEB:
        # An answer given by telephone or letter is recorded, not mailed again.
        outbox.post("reply", ticket=row, to=row.contact, message=message)
