"""Answer: staff to the requester, or the requester to the desk."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..conf import helpdesk_settings
from ..models import Actor, Attachment, Channel, Contact, Message, MessageKind, Status, Ticket
from ..notify import outbox, staff
from .claim import Claim, check_permission, claim
from .messages import write_message
from .moves import change_status, require
from .reopen import follow_up, is_past_reopening, reopen_row
from .texts import require_text

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
    ``solve``), and a solved one to open, if they may reopen it. The requester: a pending ticket
    becomes open again; a solved or closed one is reopened within the reopen window. ``channel`` is
    how the answer was given ("telephone").

    Returns the message, or the follow-up **ticket** where the requester answered after the window.
    Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``, ``ValidationError``.
    """
    if status is not None and status not in REPLY_STATUSES:
        raise ValidationError({"status": _("A reply can't set this status.")})
    if channel not in Channel.values:
        raise ValidationError({"channel": _("Unknown channel: %(channel)s") % {"channel": channel}})
    if isinstance(by, Contact) and is_past_reopening(ticket):
        body = require_text(body, helpdesk_settings.BODY_MAX_LENGTH)
        return follow_up(ticket, by=by, body=body, attachments=attachments, channel=channel)
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


def _from_requester(claimed: Claim, message: Message) -> None:
    row = claimed.row
    if row.status in (Status.SOLVED, Status.CLOSED):
        reopen_row(claimed)
    elif row.status == Status.PENDING:
        change_status(claimed, Status.OPEN)
    staff.tell_answered(row, message=message)


def _from_staff(claimed: Claim, message: Message, status: str | None) -> None:
    row = claimed.row
    require(claimed, row.status != Status.CLOSED, _("it is closed; reopen it first."))
    if status is None and row.status == Status.NEW:
        status = Status.OPEN
    if status == Status.OPEN and row.status == Status.SOLVED:
        check_permission(row, "reopen", by=claimed.by)
        reopen_row(claimed, tell=message.channel != Channel.WEB)
    elif status is not None:
        change_status(claimed, status)
    if message.channel == Channel.WEB:
        # An answer given by telephone or letter is recorded, not mailed again.
        outbox.post("reply", ticket=row, to=row.contact, message=message)
