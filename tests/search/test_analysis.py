"""What counts as a word, in which language, and with which stem."""

import re

import pytest
from django.utils import translation

from wagtail_helpdesk.knowledge.language import stems_of
from wagtail_helpdesk.search.stemming import base_of, find_stemmer
from wagtail_helpdesk.search.whoosh import stemming
from wagtail_helpdesk.search.whoosh.analysis import Analyser, fold, prefixes, words
from wagtail_helpdesk.search.whoosh.options import Options
from wagtail_helpdesk.search.whoosh.stemming import stemmer_for, stemmer_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Half-Blood", ["half", "blood"]),
        ("Ĥéllø Wörld", ["hello", "world"]),
        ("the customer's password", ["the", "customer", "password"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("İstanbul ılık", ["istanbul", "ilik"]),
        ("snake_case", ["snake", "case"]),
        ("מִלָּה", ["מלה"]),
        ("مُحَمَّد", ["محمد"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("日本語 text", ["日", "本", "語", "text"]),
        ("a\x00b 😀 !!! **", ["a", "b"]),
        ("", []),
    ],
)
def test_words_are_told_apart_and_folded(text, expected):
    assert words(text) == expected


def test_long_words_are_cut_alike_everywhere():
    assert words("x" * 10_000) == ["x" * 64]
    assert len(fold("ﷺ" * 64)) <= 64
    assert prefixes("word") == ["w", "wo", "wor", "word"]
    assert len(prefixes("x" * 64)) == 20


def test_a_stem_is_given_where_it_differs():
    english = Analyser("en-gb", Options(path="x"))
    assert english.pairs("Resetting passwords online") == [
        ("resetting", "reset"),
        ("passwords", "password"),
        ("online", "onlin"),
    ]
    assert english.mark("reset") == "en:reset"
    assert Analyser("en", Options(path="x", stemming=False)).pairs("passwords") == [
        ("passwords", "")
    ]


def test_languages_may_be_limited_and_renamed():
    options = Options(path="x", languages=(("gsw", "de"),))
    assert Analyser("gsw", options).pairs("Häuser") == [("hauser", "haus")]
    assert Analyser("en", options).pairs("passwords") == [("passwords", "")]
    assert Analyser("xx", Options(path="x")).pairs("passwords") == [("passwords", "")]


@pytest.mark.parametrize(
    ("language", "word", "stems"),
    [
        ("fr", "continuellement", {"continuel"}),
        ("tr", "kitaplar", {"kitap"}),  # Snowball's: Whoosh has none
        ("ar", "الكتاب", {"كتب", "كتاب"}),  # Whoosh's, or Snowball's where that is broken
    ],
)
def test_other_languages_have_their_stemmers(language, word, stems):
    assert Analyser(language, Options(path="x")).pairs(word)[0][1] in stems


def test_the_knowledge_base_reads_words_by_the_same_stemmers():
    for language, name, word, stem in [
        ("id", "sastrawi", "pembayaran", "bayar"),
        ("en-gb", "snowball", "passwords", "password"),
        ("tr", "snowball", "kitaplar", "kitap"),
        ("xx", "", "passwords", "passwords"),
    ]:
        assert find_stemmer(base_of(language))[0] == name
        assert stems_of([word], language) == [stem]
    # Those that Whoosh has none for are the very same.
    assert stemmer_for("tr") is find_stemmer("tr")[1]
    assert stemmer_for("id") is find_stemmer("id")[1]


def test_a_stemmer_that_fails_at_every_word_is_not_used(monkeypatch):
    def broken(word):
        return re.sub("a", "\\u", word)

    monkeypatch.setattr("whoosh.lang.stemmer_for_language", lambda language: broken)
    stemming._find.cache_clear()
    try:
        assert stemmer_name("ar") == "snowball"
        assert stemmer_name("xx") == ""
    finally:
        stemming._find.cache_clear()


def test_indonesian_is_stemmed_by_pysastrawi():
    indonesian = Analyser("id", Options(path="x"))
    assert stemmer_name("id") == "sastrawi"
    assert indonesian.pairs("pembayaran mempermainkan kata") == [
        ("pembayaran", "bayar"),
        ("mempermainkan", "main"),
        ("kata", ""),
    ]


def test_stems_are_found_in_the_language_that_is_active(backend, make_page, found):
    make_page("Resetting your passwords")
    make_page("Berlari cepat", "id")
    backend.refresh_indexes()
    with translation.override("en"):
        assert found("password reset") == ["Resetting your passwords"]
        assert found("berlari") == ["Berlari cepat"]
    with translation.override("de"):
        assert found("password") == []
        assert found("passwords") == ["Resetting your passwords"]


def test_indonesian_pages_are_found_by_other_affixes(backend, make_page, found):
    make_page("Cara pembayaran tagihan", "id")
    backend.refresh_indexes()
    with translation.override("id"):
        assert found("membayar") == ["Cara pembayaran tagihan"]
    with translation.override("en"):
        assert found("membayar") == []
        assert found("pembayaran") == ["Cara pembayaran tagihan"]


def test_a_language_is_not_taken_for_another(backend, make_page, found):
    """ "gift" is poison in German; its stem there is not that of the English "gifts"."""
    make_page("Gifts")
    make_page("Gifte", "de")
    backend.refresh_indexes()
    with translation.override("de"):
        assert found("gift") == ["Gifte"]
    with translation.override("en"):
        assert found("gift") == ["Gifts"]
