"""The private address of an engineer's calendar: made, renewed, revoked, and read.

A token is 256 random bits. Only its keyed hash is stored, so the address can be shown once, and whoever reads the
database can't follow a calendar. It is revoked by deleting the row.
"""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import salted_hmac
from wagtail.admin.utils import get_admin_base_url
from wagtail.models import Site
from wagtail.permissions import policy_registry

from .models import Ticket, VisitFeed

SALT = "wagtail_helpdesk.visit_feeds"
#: Characters of a token; ours have 43.
MAX_LENGTH = 100


def renew(user: Any) -> str:
    """A new token for ``user``; the one before, if there was one, opens nothing any more."""
    token = secrets.token_urlsafe(32)
    VisitFeed.objects.update_or_create(
        user=user, defaults={"token_hash": _hash(token), "created_at": timezone.now()}
    )
    return token


def revoke(user: Any) -> None:
    VisitFeed.objects.filter(user=user).delete()


def reader_of(token: str) -> Any | None:
    """Whose calendar it is, if they may read tickets now; ``None`` for every token that opens nothing."""
    if len(token) > MAX_LENGTH or not token.isascii():
        return None
    users = get_user_model()._default_manager
    user = users.filter(helpdesk_visit_feed__token_hash=_hash(token), is_active=True).first()
    if user is None or not policy_registry.get_by_type(Ticket).user_has_permission(user, "view"):
        return None
    return user


def feed_url(token: str) -> str:
    """The absolute address, made from the site's own and never from a Host header."""
    site = Site.objects.filter(is_default_site=True).first()
    base = (site.root_url if site else "") or get_admin_base_url() or ""
    return base.rstrip("/") + reverse("wagtail_helpdesk:visit_feed", kwargs={"token": token})


def _hash(token: str) -> str:
    return salted_hmac(SALT, token, algorithm="sha256").hexdigest()
