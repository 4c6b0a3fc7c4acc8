"""Write something down that the requester never reads."""

from collections.abc import Sequence

from ..models import Actor, Attachment, Message, MessageKind, Ticket
from .claim import claim
from .messages import write_message


def note(
    ticket: Ticket,
    *,
    by: Actor,
    body: str,
    attachments: Sequence[Attachment] = (),
    seen_version: int | None = None,
) -> Message:
    """Add a private note, in whatever status the ticket is. Nobody is mailed.

    Raises ``PermissionDenied``, ``StaleTicket``, ``ValidationError``.
    """
    with claim(ticket, "note", by=by, seen_version=seen_version) as claimed:
        message = write_message(claimed, kind=MessageKind.NOTE, body=body, attachments=attachments)
        claimed.record()
        claimed.signal(message=message)
    return message
