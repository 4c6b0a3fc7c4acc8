"""Writing one mail, at the moment it is sent: to whom, from whom, in which language, with which headers."""

import re
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.core.validators import validate_email
from django.template.loader import render_to_string
from django.utils import translation

from ..conf import helpdesk_settings
from ..models import MessageKind, OutboxMessage
from . import ical
from .contents import Desk, contents_for
from .recipients import NotWanted, Recipient, recipient_of

__all__ = ["NotWanted", "UnsendableMail", "compose"]

#: Whatever a mail server or reader might take for the end of a header's line.
_BREAKS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")


class UnsendableMail(ValueError):
    """This mail must not or can't go out, now or later. The message holds nothing of its text."""


def compose(row: OutboxMessage) -> EmailMultiAlternatives:
    """The mail for ``row``, ready to send.

    Raises ``NotWanted`` when nobody is to get it any more, ``UnsendableMail`` for one that can never be sent.
    """
    if row.message is not None and row.message.kind != MessageKind.REPLY:
        raise UnsendableMail("A private note is never mailed.")
    recipient = recipient_of(row)
    with translation.override(recipient.language):
        desk = Desk.of(row.ticket.site)
        context = {
            **contents_for(row),
            "desk": desk,
            "reply_to": helpdesk_settings.REPLY_TO,
            "language": recipient.language,
            "is_right_to_left": translation.get_language_bidi(),
        }
        templates = f"wagtail_helpdesk/mail/{row.kind}"
        subject = render_to_string(f"{templates}.subject.txt", context).strip()
        text = render_to_string(f"{templates}.txt", context).strip() + "\n"
        html = render_to_string(f"{templates}.html", {**context, "subject": subject})
    mail = EmailMultiAlternatives(
        subject=_header("subject", subject),
        body=text,
        from_email=_sender(desk),
        to=[_address(recipient)],
        reply_to=[_header("Reply-To", helpdesk_settings.REPLY_TO)]
        if helpdesk_settings.REPLY_TO
        else None,
        headers=_headers(row),
    )
    mail.attach_alternative(html, "text/html")
    if row.kind in ical.METHODS:
        with translation.override(recipient.language):
            mail.attach(*ical.attachment(row, organizer=parseaddr(mail.from_email)[1]))
    return mail


def _headers(row: OutboxMessage) -> dict[str, str]:
    headers = {
        "Message-ID": _header("Message-ID", row.mail_id),
        # Told to other machines, so that none of them answers a machine.
        "Auto-Submitted": "auto-replied" if row.kind == "acknowledgement" else "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    first = (
        OutboxMessage.objects.filter(ticket=row.ticket_id)
        .order_by("pk")
        .values_list("mail_id", flat=True)
        .first()
    )
    if first and first != row.mail_id:
        headers["In-Reply-To"] = headers["References"] = _header("References", first)
    return headers


def _sender(desk: Desk) -> str:
    given = _header(
        "sender", desk.from_email or helpdesk_settings.FROM_EMAIL or settings.DEFAULT_FROM_EMAIL
    )
    name, address = parseaddr(given)
    if name or "@" not in address:
        return given
    try:
        return str(Address(display_name=_header("sender", desk.name), addr_spec=address))
    except (ValueError, HeaderParseError):
        raise UnsendableMail("The sender's address is malformed.") from None


def _address(recipient: Recipient) -> str:
    """One bare address. No name beside it: it may be anything that a stranger typed."""
    address = _header("recipient", recipient.address)
    try:
        validate_email(address)
    except ValidationError:
        raise UnsendableMail("The recipient's address is not an e-mail address.") from None
    return address


def _header(name: str, value: str) -> str:
    if _BREAKS.search(value):
        raise UnsendableMail(f"The {name} holds a line break or a control character.")
    return value
