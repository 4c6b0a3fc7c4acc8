"""The mailed link to a conversation: who has it may read and answer, until it expires or is revoked.

A token is ``<reference>.<expiry>.<mac>``. The mac is a keyed hash (160 bits of HMAC-SHA-256) over purpose,
reference, expiry and the ticket's nonce, so nothing is stored, and a new nonce revokes every
link of that ticket. Tokens are made when a mail is written, and never stand in a query string.
"""

import base64
import time

from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from .conf import helpdesk_settings
from .models import Ticket
from .references import normalise_reference

SALT = "wagtail_helpdesk.links"
CONVERSATION = "conversation"
#: Whether it helped, as the mailed links say it.
ANSWERS = {True: "yes", False: "no"}
#: Seconds by which the clocks of two servers may differ.
LEEWAY = 60
#: Characters of a token; ours have about fifty.
MAX_LENGTH = 200


def make_token(ticket: Ticket, *, purpose: str = CONVERSATION, expires: int | None = None) -> str:
    """A token for ``ticket``; ``expires`` is in seconds since 1970 (default: ``LINK_DAYS`` from now)."""
    if expires is None:
        expires = int(time.time()) + helpdesk_settings.LINK_DAYS * 86400
    reference = ticket.reference.replace("-", "")
    return f"{reference}.{expires:x}.{_mac(ticket, purpose, expires)}"


def read_token(token: str, *, purpose: str = CONVERSATION) -> Ticket | None:
    """The ticket that a token opens now; ``None`` for every token that opens nothing."""
    if len(token) > MAX_LENGTH or not token.isascii() or token.count(".") != 2:
        return None
    reference, expiry, mac = token.split(".")
    try:
        expires = int(expiry, 16)
    except ValueError:
        return None
    ticket = (
        Ticket.objects.select_related("site", "contact", "satisfaction")
        .filter(reference=normalise_reference(reference) or "-")
        .first()
    )
    if ticket is None:
        return None
    if not constant_time_compare(mac, _mac(ticket, purpose, expires)):
        return None
    if expires + LEEWAY < time.time():
        return None
    return ticket


def link_url(ticket: Ticket, *, purpose: str = CONVERSATION) -> str:
    """The absolute address to mail, made from the site's own address and never from a Host header."""
    path = reverse(
        "wagtail_helpdesk:open_link", kwargs={"token": make_token(ticket, purpose=purpose)}
    )
    return ticket.site.root_url + path


def rating_url(ticket: Ticket, *, helped: bool) -> str:
    """The absolute address to mail of a page where this answer to "did we help you?" is chosen."""
    arguments = {"token": make_token(ticket), "answer": ANSWERS[helped]}
    return ticket.site.root_url + reverse("wagtail_helpdesk:rate_link", kwargs=arguments)


def _mac(ticket: Ticket, purpose: str, expires: int) -> str:
    value = f"{purpose}:{ticket.pk}:{ticket.reference}:{expires:x}:{ticket.link_nonce}"
    digest = salted_hmac(SALT, value, algorithm="sha256").digest()[:20]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
