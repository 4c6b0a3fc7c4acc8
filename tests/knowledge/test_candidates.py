"""Which articles are looked at closely: the search backend decides, in time that is bounded."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import get_language
from wagtail.models import Locale
from wagtail.search.backends import get_search_backend
from wagtail.search.query import PlainText

from wagtail_helpdesk.knowledge import postgresql, sqlite
from wagtail_helpdesk.knowledge.articles import visible_pages
from wagtail_helpdesk.knowledge.candidates import _best_keys as best_keys
from wagtail_helpdesk.knowledge.candidates import candidates
from wagtail_helpdesk.pages.models import ArticlePage

LIGHTS = {"router": 5, "light": 3, "cable": 2}


@pytest.fixture
def shelf(library):
    """Articles with some words more often than others, two of which are not to be found."""
    for number in range(1, 9):
        body = " ".join(f"{word} " * (number % times) + "and" for word, times in LIGHTS.items())
        library.article(f"Number {number}", body)
    library.article("Router of the staff", "router light cable", internal=True)
    library.article("Draft of a router", "router light cable", publish=False)
    return library


def found(library, terms, count=60):
    articles = visible_pages(
        ArticlePage, site=library.site, locale=Locale.objects.get(language_code="en")
    )
    query = PlainText(" ".join(terms), operator="or")
    return get_search_backend("default").search(query, articles), articles


OURS = sqlite if connection.vendor == "sqlite" else postgresql


@pytest.mark.parametrize("terms", [["router"], ["light", "cable"], [*LIGHTS, "zebra"], ["zebra"]])
@pytest.mark.parametrize("count", [3, 60])
def test_the_quick_way_gives_what_the_search_layer_gives(shelf, monkeypatch, terms, count):
    monkeypatch.setattr("wagtail_helpdesk.knowledge.candidates.CANDIDATES", count)
    results, articles = found(shelf, terms)
    assert OURS.is_asked(results)
    monkeypatch.setattr(results, "get_queryset", None)  # the slow way
    keys = best_keys(results, articles)
    assert keys == [page.pk for page in found(shelf, terms)[0][:count]]
    assert bool(keys) == (terms != ["zebra"])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="which indexes PostgreSQL has")
def test_postgresql_asks_what_has_an_index(shelf):
    results, articles = found(shelf, ["router"])
    sql = str(postgresql.ranked(results, articles).query)
    where = sql[sql.index("WHERE") : sql.index("ORDER BY")]
    assert where.count("@@") == 2 and '"title" ||' not in sql


@pytest.mark.skipif(connection.vendor != "sqlite", reason="how SQLite is asked")
def test_sqlite_scores_nothing_twice(shelf):
    locale = Locale.objects.get(language_code="en")
    with CaptureQueriesContext(connection) as queries:
        candidates(["router", "light"], site=shelf.site, locale=locale, user=None)
    asked = [query["sql"] for query in queries if "MATCH" in query["sql"]]
    assert len(asked) == 1 and asked[0].count("MATCH") == 1


def test_another_search_layer_is_asked_in_its_own_way(shelf, monkeypatch):
    results, articles = found(shelf, ["router"])
    keys = best_keys(results, articles)
    asked = {
        sqlite: "modelsearch.backends.database.sqlite.query.MatchExpression",
        postgresql: "modelsearch.backends.database.postgres.postgres.IndexEntry",
    }
    monkeypatch.delattr(asked[OURS])
    results, articles = found(shelf, ["router"])
    assert best_keys(results, articles) == keys


def test_other_databases_and_backends_are_asked_as_they_are(any_search, shelf):
    results, _articles = found(shelf, ["router"])
    assert sqlite.is_asked(results) == (connection.vendor == "sqlite")
    assert postgresql.is_asked(results) == (connection.vendor == "postgresql")
    locale = Locale.objects.get(language_code="en")
    keys = candidates(["router"], site=shelf.site, locale=locale, user=None)
    assert len(keys) == 7 and set(keys) == {page.pk for page in results[:60]}


def test_asked_in_the_language_of_the_articles(library, monkeypatch):
    asked = []

    class Backend:
        def search(self, query, articles):
            asked.append(get_language())
            return Found()

    class Found(list):
        query_compiler = None

    monkeypatch.setattr(
        "wagtail_helpdesk.knowledge.candidates.get_search_backend", lambda name: Backend()
    )
    locale = library.indonesian().locale
    candidates(["sandi"], site=library.site, locale=locale, user=None)
    assert asked == ["id"] and get_language() == "en"
