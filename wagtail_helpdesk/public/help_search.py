"""The search of the knowledge base."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from wagtail.models import Site

from ..knowledge import find, searches

PER_PAGE = 10
MAX_PAGES = 6


def search(page, request: HttpRequest) -> HttpResponse:
    """GET ``?q=``: the answers to a question. An empty one shows the box and the topics."""
    query = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
    number = _page_number(request.GET.get("page", ""))
    exact = request.GET.get("exact") == "1"
    site = Site.find_for_request(request)
    context = {"heading": None, "query": query, "exact": exact}
    if query:
        context["ask_about"] = urlencode({"subject": query})
        results = find(
            query,
            site=site,
            locale=page.locale,
            user=request.user,
            limit=PER_PAGE,
            offset=(number - 1) * PER_PAGE,
            exact=exact,
        )
        if number == 1:
            searches.record(
                request.session, query, found=results.total, site=site, locale=page.locale
            )
        context["results"] = results
        context["hits"] = [(hit, hit.article.get_url(request)) for hit in results.hits]
        context["pages"] = Paginator(range(results.total), PER_PAGE).get_page(number)
    return TemplateResponse(
        request,
        "wagtail_helpdesk/public/help_search.html",
        {**page.get_context(request), **context},
    )


def _page_number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 4:
        return min(max(int(text), 1), MAX_PAGES)
    return 1
