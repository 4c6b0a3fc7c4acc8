"""Finding things of a site: its support page in the reader's language, and the page a complaint is about."""

from urllib.parse import urlsplit

import swapper
from django.db.models import Q
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.utils.translation import get_language
from wagtail.models import Site

from ..knowledge.articles import is_open_to_strangers
from ..models import HelpdeskSettings
from ..support_pages import support_page_models


def find_support_page(site: Site | None, language: str):
    """The live support page of ``site``: in ``language``, else in the site's own, else any."""
    if site is None:
        return None
    roots = Site.get_site_root_paths()
    wanted = Q()
    for root in roots:
        if root.site_id == site.pk:
            wanted |= Q(url_path__startswith=root.root_path)
    pages = [
        page
        for model in support_page_models()
        for page in model.objects.live().filter(wanted).select_related("locale").order_by("path")
        if site_of(page.url_path, roots) == site.pk
    ]
    own_language = next((root.language_code for root in roots if root.site_id == site.pk), "")
    for code in (language, language.split("-")[0], own_language):
        for page in pages:
            if page.locale.language_code == code:
                return page
    return pages[0] if pages else None


def site_of(url_path: str, roots=None) -> int | None:
    """The site that a page belongs to, by its ``url_path``; the roots come most specific first."""
    for root in Site.get_site_root_paths() if roots is None else roots:
        if url_path.startswith(root.root_path):
            return root.site_id
    return None


def site_settings(site: Site) -> HelpdeskSettings:
    """The owner's settings; the defaults, unsaved, where nobody has saved any. (Reading writes nothing.)"""
    try:
        return site.helpdesksettings
    except HelpdeskSettings.DoesNotExist:
        return HelpdeskSettings(site=site)


def page_by_id(value: str, site: Site):
    """The public page of this site with the id ``value``, as somebody wrote it into an address."""
    if not value.isascii() or not value.isdigit() or len(value) > 9:
        return None
    return _public_page(site, pk=int(value))


def page_of_referrer(request: HttpRequest, site: Site):
    """The public page of this site that the visitor came from; ``None`` for the support page itself."""
    try:
        referrer = urlsplit(request.headers.get("referer", ""))
        if referrer.netloc != request.get_host():
            return None
        match = resolve(referrer.path)
    except (Resolver404, ValueError):
        return None
    if match.url_name != "wagtail_serve":
        return None
    path = str(match.kwargs.get("path", match.args[0] if match.args else "")).strip("/")
    language = get_language() or ""
    roots = [root for root in Site.get_site_root_paths() if root.site_id == site.pk]
    roots.sort(key=lambda root: root.language_code != language)
    if not roots:
        return None
    url_path = roots[0].root_path + (f"{path}/" if path else "")
    page = _public_page(site, url_path=url_path)
    if page is None or page.specific_class in support_page_models():
        return None
    return page


def _public_page(site: Site, **lookup):
    page_model = swapper.load_model("wagtailcore", "Page")
    page = page_model.objects.live().filter(**lookup).first()
    if page is None or site_of(page.url_path) != site.pk:
        return None
    return page if is_open_to_strangers(page) else None
