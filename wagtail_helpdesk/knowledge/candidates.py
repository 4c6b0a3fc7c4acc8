"""Asking the site's search backend for articles that may answer."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from wagtail.search.backends import get_search_backend
from wagtail.search.query import PlainText

from . import postgresql, sqlite
from .articles import article_models, visible_pages

#: How many articles are ranked. The best answer is hardly ever further down (see benchmarks/).
CANDIDATES = 60


def backend_name() -> str:
    """The backend called ``helpdesk`` where the site has one, else ``default``."""
    return (
        "helpdesk" if "helpdesk" in getattr(settings, "WAGTAILSEARCH_BACKENDS", {}) else "default"
    )


def candidates(terms: list[str], *, site, locale, user) -> list[int]:
    """The keys of the articles that have most of ``terms``, best first by the backend's own judgement.

    Asked in the articles' language, whatever the reader's is: a backend may stem words by the active one.
    """
    backend = get_search_backend(backend_name())
    query = PlainText(" ".join(terms), operator="or")
    keys: list[int] = []
    with translation.override(locale.language_code):
        for model in article_models():
            articles = visible_pages(model, site=site, locale=locale, user=user)
            results = backend.search(query, articles.only("pk"))
            keys += _best_keys(results, articles)
    return keys


def _best_keys(results: Any, articles: QuerySet) -> list[int]:
    """The keys of the first of ``articles`` in these results, asked in the quickest way that gives the same."""
    for database in (sqlite, postgresql):
        if database.is_asked(results):
            try:
                entries = database.ranked(results, articles)
            except (ImportError, AttributeError):  # another version of the layer: slow, but right
                break
            to_python = articles.model._meta.pk.to_python
            return [
                to_python(key) for key in entries.values_list("object_id", flat=True)[:CANDIDATES]
            ]
    return [article.pk for article in results[:CANDIDATES]]
