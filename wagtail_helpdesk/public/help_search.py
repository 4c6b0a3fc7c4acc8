"""The search of the knowledge base."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from wagtail.models import Locale, Site

from ..knowledge import find, searches, suggest
from ..knowledge.finding import Hit
from . import throttle
from .trail import Trail

PER_PAGE = 10
MAX_PAGES = 6
#: Other languages that are looked into where nothing was found, and articles that are shown of them.
MAX_LANGUAGES, ABROAD = 5, 3

Addressed = tuple[Hit, str]


def search(page, request: HttpRequest) -> HttpResponse:
    """GET ``?q=``: the answers to a question. An empty one shows the box and the topics."""
    query = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
    number = _page_number(request.GET.get("page", ""))
    exact = request.GET.get("exact") == "1"
    site = Site.find_for_request(request)
    context = {"heading": None, "query": query, "exact": exact}
    if query:
        results = find(
            query,
            site=site,
            locale=page.locale,
            user=request.user,
            limit=PER_PAGE,
            offset=(number - 1) * PER_PAGE,
            exact=exact,
        )
        # A word of another language may look like a mistyped one of this.
        doubtful = results.corrected or not results.total
        abroad = _in_other_languages(query, request, page, site) if doubtful else []
        trail = _trail(request, query, results, page, site, abroad)
        on = trail.on if trail else str
        context["ask_about"] = urlencode({"subject": query} | (trail.query if trail else {}))
        context["trail"] = trail
        context["abroad"] = [(hit, on(address)) for hit, address in abroad]
        context["results"] = results
        context["hits"] = [(hit, on(address)) for hit, address in _addressed(results.hits, request)]
        context["pages"] = Paginator(range(results.total), PER_PAGE).get_page(number)
    return TemplateResponse(
        request,
        "wagtail_helpdesk/public/help_search.html",
        {**page.get_context(request), **context},
    )


def _trail(request: HttpRequest, query: str, results, page, site, abroad) -> Trail | None:
    """The search is kept once; who turns its pages carries it along."""
    carried = Trail.of(request)
    if carried is not None and carried.kind == "search":
        return carried
    if not throttle.counts("search", request):
        return None
    key = searches.record(
        request.session,
        query,
        found=results.total,
        site=site,
        locale=page.locale,
        elsewhere=abroad[0][0].article if abroad else None,
    )
    return Trail("search", key) if key is not None else None


def _in_other_languages(query: str, request: HttpRequest, page, site) -> list[Addressed]:
    """Who asks in another language than the page's, or for what was never translated, gets that at least."""
    others = Locale.objects.exclude(pk=page.locale_id).order_by("pk")[:MAX_LANGUAGES]
    hits = [
        hit
        for locale in others
        for hit in suggest(query, site=site, locale=locale, user=request.user)
    ]
    return _addressed(hits, request)[:ABROAD]


def _addressed(hits: list[Hit], request: HttpRequest) -> list[Addressed]:
    """With its address each; without those that have none, as where the site has one language only."""
    pairs = [(hit, hit.article.get_url(request)) for hit in hits]
    return [(hit, address) for hit, address in pairs if address]


def _page_number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 4:
        return min(max(int(text), 1), MAX_PAGES)
    return 1
