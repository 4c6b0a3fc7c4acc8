"""Writing one message. The operations say of which kind; there is no default."""

from collections.abc import Sequence

from ..conf import helpdesk_settings
from ..models import Attachment, Channel, Contact, Message, MessageKind
from ..models.actors import actor_fields
from .attachments import claim_attachments
from .claim import Claim
from .texts import require_text


def write_message(
    claimed: Claim,
    *,
    kind: str,
    body: str,
    attachments: Sequence[Attachment] = (),
    channel: str = Channel.WEB,
) -> Message:
    by_contact = isinstance(claimed.by, Contact)
    limit = (
        helpdesk_settings.BODY_MAX_LENGTH if by_contact else helpdesk_settings.STAFF_BODY_MAX_LENGTH
    )
    message = Message.objects.create(
        ticket=claimed.row,
        kind=kind,
        channel=channel,
        body=require_text(body, limit),
        created_at=claimed.at,
        **actor_fields(claimed.by),
    )
    claim_attachments(attachments, ticket=claimed.row, message=message)
    if kind == MessageKind.REPLY and not by_contact and claimed.row.first_responded_at is None:
        claimed.row.first_responded_at = claimed.at
    return message
