"""Two small habits of this host: it opens in the browser's language, and it forbids inline code."""

from django.conf import settings
from django.http import Http404, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from wagtail.models import Site

# Addresses that are not pages: they never change their language by themselves.
NOT_PAGES = ("admin", "documents", "demo", "helpdesk", "i18n", "media", "static", "sitemap.xml")

# For the public pages. The admin has a policy of its own needs and is left alone.
PUBLIC_POLICY = "; ".join(
    [
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
        "frame-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    ]
)


class OpenInBrowserLanguage:
    """Sends a visitor whose browser prefers another language to the page's twin in it.

    Only where nothing has been chosen yet: once the language switch has set the language cookie,
    the address alone decides. Crawlers name no language and see the address they asked for.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not self.may_move(request):
            return self.get_response(request)
        language = translation.get_language_from_request(request)
        if language != settings.LANGUAGE_CODE and has_twin(request, language):
            response = HttpResponseRedirect(f"/{language}{request.get_full_path()}")
        else:
            response = self.get_response(request)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    def may_move(self, request):
        return (
            request.method in ("GET", "HEAD")
            and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES
            and not translation.get_language_from_path(request.path_info)
            and request.path_info.split("/")[1] not in NOT_PAGES
        )


def has_twin(request, language):
    parts = [part for part in request.path_info.split("/") if part]
    if parts[:1] == ["search"]:
        return True
    site = Site.find_for_request(request)
    if site is None:
        return False
    with translation.override(language):
        home = site.root_page.localized
        if home.locale.language_code != language:
            return False
        try:
            home.specific.route(request, parts)
        except Http404:
            return False
    return True


class PublicContentSecurityPolicy:
    """A strict policy on public pages, unless the response has brought its own."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if not request.path_info.startswith("/admin/"):
            response.headers.setdefault("Content-Security-Policy", PUBLIC_POLICY)
        return response
