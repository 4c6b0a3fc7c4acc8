"""Where a site's support page lies. Every page about a ticket says it, so it is kept: see ``memory``."""

from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from ..support_pages import support_page_models
from .memory import SECONDS, forget, languages
from .support import find_support_page


@dataclass(frozen=True)
class SupportAddresses:
    """Where a site's support page lies, in one language."""

    title: str
    landing: str
    complaint: str
    status: str
    mail_link: str
    forget: str
    lost: str
    mine: str


def support_addresses(request: HttpRequest) -> SupportAddresses | None:
    """The addresses of the live support page of this request's site, in the active language.

    In another language where it has none in this one; ``None`` where the site has no live support page.
    """
    site = Site.find_for_request(request)
    if site is None:
        return None
    language = get_language() or ""
    key = _key(site.pk, language)
    known = cache.get(key)
    if known is not None:
        return SupportAddresses(**known)
    page = find_support_page(site, language)
    addresses = addresses_of(page, request) if page is not None else None
    if addresses is not None:
        cache.set(key, asdict(addresses), SECONDS)
    return addresses


def addresses_of(page, request: HttpRequest) -> SupportAddresses | None:
    landing = page.get_url(request)
    if landing is None:
        return None
    return SupportAddresses(
        title=page.title,
        landing=landing,
        complaint=landing + page.reverse_subpage("complaint"),
        status=landing + page.reverse_subpage("status"),
        mail_link=landing + page.reverse_subpage("mail_link"),
        forget=landing + page.reverse_subpage("forget_status"),
        lost=landing + page.reverse_subpage("lost_reference"),
        mine=landing + page.reverse_subpage("mine"),
    )


def forget_when_something_changes() -> None:
    """Any page may lie above a support page, and be part of its address. Called once, when Django is ready."""
    for signal in (page_published, page_unpublished, page_slug_changed, post_page_move):
        signal.connect(_forget_addresses, dispatch_uid=__name__)
    for model in (Site, *support_page_models()):
        post_save.connect(_forget_addresses, sender=model, dispatch_uid=__name__)
        post_delete.connect(_forget_addresses, sender=model, dispatch_uid=__name__)


def _forget_addresses(**kwargs: Any) -> None:
    sites = Site.objects.values_list("pk", flat=True)
    forget(_key(site, language) for site in sites for language in languages())


def _key(site_id: int, language: str) -> str:
    return f"wagtail_helpdesk:support_addresses:2:{site_id}:{language}"
