"""What is found, and in which order. modelsearch's own 136 tests are run by .ci/run."""

import time

import pytest
from django.db.models import Exists, OuterRef, Q
from modelsearch.backends.base import FilterFieldError
from modelsearch.query import MATCH_ALL, Boost, Fuzzy, Not, Or, Phrase, PlainText
from wagtail.models import Locale, Page

from wagtail_helpdesk.search.whoosh import results, scoring


@pytest.fixture
def pages(backend, make_page):
    for title in ("Reset a password", "Password policy", "A policy of reset", "Internet is slow"):
        make_page(title)
    backend.refresh_indexes()
    return backend


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (PlainText("password reset"), {"Reset a password"}),
        (PlainText("slow policy", operator="or"), {"Internet is slow", "Password policy", "A policy of reset"}),
        (Phrase("password policy"), {"Password policy"}),
        (Phrase("policy password"), set()),
        (Phrase("policy"), {"Password policy", "A policy of reset"}),
        (Fuzzy("pasword"), {"Reset a password", "Password policy"}),
        (Fuzzy("pasword resat", operator="and"), {"Reset a password"}),
        (PlainText("policy") & ~PlainText("password"), {"A policy of reset"}),
        (PlainText("???") & PlainText("slow"), {"Internet is slow"}),
        (PlainText("???"), set()),
        (Not(PlainText("???")), set()),
        (PlainText("slow") | PlainText("???"), {"Internet is slow"}),
    ],
    # A set has another order in each worker.
    ids=lambda value: "found" if isinstance(value, set) else repr(value),
)  # fmt: skip
def test_queries(pages, found, query, expected):
    assert set(found(query)) == expected


def test_a_boost_decides_the_order(pages, found):
    one, other = PlainText("slow"), PlainText("policy")
    assert found(Or([Boost(one, 50.0), other]))[0] == "Internet is slow"
    assert found(Or([Boost(one, 0.01), other]))[-1] == "Internet is slow"


def test_deep_queries_are_flat(pages, found):
    query = PlainText("slow")
    for _ in range(300):
        query = query | PlainText("password")
    assert set(found(query)) == {"Internet is slow", "Reset a password", "Password policy"}


def test_autocomplete_knows_beginnings(pages):
    def begun(text):
        return {page.title for page in pages.autocomplete(text, Page)}

    assert begun("pass") == {"Reset a password", "Password policy"}
    assert begun("pol pass") == {"Password policy"}
    assert begun("assword") == set()


def test_filters_and_orders_are_the_databases(pages, found):
    every = Page.objects.filter(depth=2)
    assert found("policy", every.order_by("title"), order_by_relevance=False) == [
        "A policy of reset",
        "Password policy",
    ]
    english = Locale.objects.filter(language_code="en", pk=OuterRef("locale_id"))
    assert set(found("policy", every.filter(Exists(english)))) == set(found("policy", every))
    assert found("policy", every.filter(~Exists(english))) == []
    assert found("policy", every.filter(Q(title__istartswith="a ") | Q(pk=0))) == [
        "A policy of reset"
    ]
    with pytest.raises(FilterFieldError):
        found("policy", every.filter(draft_title="x"))


def test_nothing_is_cut_off_before_filtering(backend, make_page, found, monkeypatch):
    """The only page that passes the filter is the last of all by score, behind several chunks."""
    monkeypatch.setattr(results, "CHUNK", 7)
    monkeypatch.setattr(results, "FIRST_CHUNK", 5)
    for _ in range(40):
        make_page("fibre fibre fibre")
    last = make_page(
        "fibre and a great many other words that make the page weaker than all the others"
    )
    backend.refresh_indexes()
    only = Page.objects.filter(title__startswith="fibre and")
    assert found("fibre", only) == [last.title]
    search = backend.search("fibre", Page)
    assert search.count() == len(list(search)) == 41
    assert [len(list(search[start : start + 10])) for start in range(0, 50, 10)] == [
        10,
        10,
        10,
        10,
        1,
    ]
    assert len({page.pk for start in range(0, 50, 10) for page in search[start : start + 10]}) == 41
    ordered = Page.objects.order_by("title")
    assert len(found("fibre", ordered, order_by_relevance=False)) == 41
    assert search.facet("locale_id") == {last.locale_id: 41}


def test_everything_keeps_the_querysets_order(pages, found):
    titles = found(MATCH_ALL, Page.objects.filter(depth=2).order_by("-title"))
    assert titles == sorted(titles, reverse=True)
    assert len(titles) == 4


def test_scores_are_told(pages):
    scores = [page.score for page in pages.search("policy", Page).annotate_score("score")]
    assert scores == sorted(scores, reverse=True)
    assert all(score > 0 for score in scores)


def test_what_was_deleted_behind_our_back_is_not_found(pages, found):
    Page.objects.filter(title="Password policy")._raw_delete("default")
    assert found("policy") == ["A policy of reset"]
    assert pages.search("policy", Page).count() == 1


def test_of_too_many_postings_the_rarest_words_are_read(pages, found, monkeypatch):
    """What is negated is no word that could be left out."""
    monkeypatch.setattr(scoring, "ANY_OF_POSTINGS", 1)
    assert found("policy slow", operator="or") == ["Internet is slow"]
    assert len(found(PlainText("slow") | Not(PlainText("policy")))) == 2


WORDS = "password policy reset internet slow a of is"
HOSTILE = {
    "long": "x" * 10_000,
    "many words": " ".join(f"word{number}" for number in range(1_500)),
    "known words": " ".join([WORDS] * 250),
    "operators": "AND OR NOT && || ! () [] {} : ^ ~ + - " * 200,
    "wildcards": "* ? ** p* ?? *a* " * 500,
    "quotes": '"' * 500,
    "half quotes": "'password\" " * 500,
    "nul": "pass\x00word \x00" * 500,
    "right to left": "كلمة السر \u202e\u202d שלום " * 300,
    "emoji": "😀🔑👩‍👩‍👧 password " * 300,
    "marks": "Z̷̡̪͎͙̲̾͗" * 400,
    "spaces": " \t\n\u3000" * 2_500,
    "fields": "title:password key:1 _all:* " * 300,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", [PlainText, Phrase, Fuzzy])
def test_hostile_queries_are_bounded(pages, name, kind):
    text = HOSTILE[name]
    list(pages.search("warm", Page))
    started = time.process_time()
    for operator in ("and", "or"):
        query = Phrase(text) if kind is Phrase else kind(text, operator=operator)
        list(pages.search(query, Page)[:10])
        list(pages.autocomplete(query, Page)[:10])
    assert (time.process_time() - started) / 4 < 0.3


def test_hostile_quotes_as_wagtail_parses_them(pages):
    from modelsearch.utils import parse_query_string

    for text in ('"a b" ' * 250, '"' * 501, "'" * 500, "x:y " * 500):
        _, query = parse_query_string(text, zero_terms=MATCH_ALL)
        started = time.process_time()
        list(pages.search(query, Page)[:10])
        assert time.process_time() - started < 0.3
