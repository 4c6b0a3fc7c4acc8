from django.core.paginator import Paginator
from django.shortcuts import render
from wagtail.models import Page, Site

RESULTS_PER_PAGE = 10
QUERY_MAX_LENGTH = 200


def search(request):
    """Finds live, public pages of this site in the language of the request, articles included."""
    query = clean(request.GET.get("q", ""))
    results = find(request, query) if query else Page.objects.none()
    page_of_results = Paginator(results, RESULTS_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "search/search.html", {"query": query, "results": page_of_results})


def clean(text):
    """What people type, without what a database trips over.

    PostgreSQL refuses NUL in a text, and a lone quotation mark is a syntax error to SQLite's search.
    """
    printable = "".join(c if c.isprintable() and c != '"' else " " for c in text)
    return " ".join(printable.split())[:QUERY_MAX_LENGTH]


def find(request, query):
    site = Site.find_for_request(request)
    if site is None:
        return Page.objects.none()
    pages = Page.objects.live().public().descendant_of(site.root_page.localized, inclusive=True)
    return pages.specific().search(query)
