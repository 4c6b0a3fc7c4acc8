"""Posting mail: a row in the caller's transaction. What it says is written when it is sent."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone

from ..conf import helpdesk_settings
from ..models import Contact, Message, MessageKind, OutboxMessage, Ticket, Visit
from ..models.outbox import new_mail_id
from . import delivery

#: Kinds of mail, each with templates ``wagtail_helpdesk/mail/<kind>.{subject.txt,txt,html}``.
CONTACT_KINDS = frozenset(
    {"acknowledgement", "reply", "solved", "reopened", "merged", "link", "links"}
    | {"visit_planned", "visit_moved", "visit_called_off", "visit_done", "visit_missed"}
)
STAFF_KINDS = frozenset({"assigned", "escalated", "answered"})


def post(
    kind: str,
    *,
    ticket: Ticket,
    to: Any,
    message: Message | None = None,
    visit: Visit | None = None,
    capped: bool = False,
    first: bool = False,
) -> OutboxMessage | None:
    """Queue one mail to a contact or a member of staff, and have it delivered after the commit.

    ``capped`` mails of a kind are few for an address, as acknowledgements are: whoever sent a
    complaint in another's name could have them sent again and again. ``first`` says that the contact
    was made in this transaction, so that there can't have been any.

    Returns ``None`` where there is nobody to write to: no address, a contact that was switched off, a
    caller's cap reached. Staff
    preferences and permissions are looked at when it is sent. Raises ``ValueError`` for a private
    note, and for a kind that this recipient can't be sent.
    """
    if message is not None and message.kind != MessageKind.REPLY:
        raise ValueError("A private note is never mailed.")
    if kind not in (CONTACT_KINDS if isinstance(to, Contact) else STAFF_KINDS):
        raise ValueError(f"There is no mail of the kind {kind!r} to {type(to).__name__}.")
    if not to.email or (isinstance(to, Contact) and not to.is_active):
        return None
    if (capped or kind == "acknowledgement") and not first and _is_capped(kind, to):
        return None
    to_contact = to if isinstance(to, Contact) else None
    row = OutboxMessage.objects.create(
        kind=kind,
        ticket=ticket,
        message=message,
        visit=visit,
        to_contact=to_contact,
        to_user=None if to_contact else to,
        mail_id=new_mail_id(urlsplit(ticket.site.root_url).hostname or "localhost"),
        next_try_at=timezone.now(),
    )
    transaction.on_commit(delivery.wake, robust=True)
    return row


def _is_capped(kind: str, contact: Contact) -> bool:
    """Somebody may be acting in another's name: such mails are few for an address."""
    if contact._state.adding:
        return False
    posted = OutboxMessage.objects.filter(to_contact=contact, kind=kind)
    caps = helpdesk_settings.THROTTLES["acknowledge"]
    longest = max((seconds for _count, seconds in caps), default=0)
    now = timezone.now()
    times = list(
        posted.filter(created_at__gt=now - timedelta(seconds=longest)).values_list(
            "created_at", flat=True
        )
    )
    return any(
        sum(at > now - timedelta(seconds=seconds) for at in times) >= count
        for count, seconds in caps
    )
