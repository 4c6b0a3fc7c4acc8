"""Claiming stored files for a ticket. (Storing them is ``tickets.files``.)"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..conf import helpdesk_settings
from ..models import Attachment, Message, Ticket


def claim_attachments(
    attachments: Sequence[Attachment], *, ticket: Ticket, message: Message | None = None
) -> None:
    """Make unclaimed files part of ``ticket``: of a message, or of the complaint itself.

    Raises ``ValidationError`` when one is already claimed or swept, or when they are too many or too big.
    """
    if not attachments:
        return
    keys = {attachment.pk for attachment in attachments}
    if len(keys) > helpdesk_settings.FILES_MAX_COUNT:
        raise ValidationError(
            {
                "attachments": _("At most %(count)s files can be sent at once.")
                % {"count": helpdesk_settings.FILES_MAX_COUNT}
            }
        )
    if sum(attachment.size for attachment in attachments) > helpdesk_settings.FILES_MAX_BYTES:
        raise ValidationError({"attachments": _("Together the files are too big.")})
    claimed = (
        Attachment.objects.unclaimed().filter(pk__in=keys).update(ticket=ticket, message=message)
    )
    if claimed != len(keys):
        raise ValidationError(
            {"attachments": _("One of the files is no longer there. Add it again.")}
        )
