"""Finding articles: what the search page, the complaint form and the desk ask."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from wagtail.models import Locale, Site

from ..models import ArticleText
from .articles import article_models
from .candidates import candidates
from .highlights import excerpt, highlight
from .language import base_of, function_words, stems_of
from .questions import Reading, read
from .ranking import Candidate, rank

#: To be offered unasked, an article must come near the best of what was found (its score), and have this
#: share of what is asked for, weighed; or the question must name this share of the title's telling words,
#: and two of them at least. The second is for complaints, most of whose words are in no article. Found on the
#: demo's complaints and questions, where the two together offer the right article more often than the first
#: alone, and half as many wrong ones.
NEAR, STRONG, NAMED, NAMED_WORDS = 0.6, 0.4, 0.5, 2


@dataclass(frozen=True)
class Hit:
    """An article that was found. Both texts are safe HTML, with ``<mark>`` around what matched."""

    article: Any
    title_html: SafeString
    snippet_html: SafeString
    score: float
    """Between 0 and 1; compares hits of one question, not of two."""
    strong: bool
    """Whether it has most of what was asked for, so that it may be offered without being asked."""


@dataclass(frozen=True)
class Results:
    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    """How many articles fit, of at most sixty that were looked at closely."""
    did_you_mean: str = ""
    """The question spelt right; empty where there was nothing to put right."""
    corrected: bool = False
    """Whether the hits are those of ``did_you_mean``."""


def find(
    text: str,
    *,
    site: Site | None = None,
    locale: Locale | None = None,
    user=None,
    limit: int = 10,
    offset: int = 0,
    exact: bool = False,
) -> Results:
    """The articles that answer ``text`` best: a few words or a whole question, mistyped or not.

    Without ``site`` the default site, without ``locale`` the active language's. Shows what ``user`` may
    read; without one what a stranger may. Words that no article has are read as the nearest that one has,
    unless ``exact``; as none that only articles have which ``user`` may not read. Any text is taken, whatever its length; raises nothing for it.
    """
    site = site or Site.objects.filter(is_default_site=True).first()
    locale = locale or _active_locale()
    if site is None or locale is None:
        return Results()
    language = base_of(locale.language_code)
    ask = partial(_candidates, site=site, locale=locale, user=user)
    hidden: set[str] = set()
    # Words are counted over all articles. What one would give away is left out, then all that is put right.
    for as_typed in (exact, exact, True):
        reading = read(text, language, exact=as_typed, hidden=hidden)
        if reading is None:
            return Results()
        close = ask(reading.terms, reading.telling)
        secret = _secret_words(reading.put_right, close, ask, language)
        if not secret:
            break
        hidden |= secret
    corrections = {"did_you_mean": reading.corrected, "corrected": bool(reading.corrected)}
    ranked = rank(reading.question, close)
    shown = ranked[offset : offset + limit]
    return Results(hits=_hits(shown, reading, language), total=len(ranked), **corrections)


def suggest(
    text: str, *, site: Site | None = None, locale: Locale | None = None, user=None, limit: int = 3
) -> list[Hit]:
    """The few articles to offer somebody who is still writing: those that have most of what they ask."""
    return [
        hit
        for hit in find(text, site=site, locale=locale, user=user, limit=limit).hits
        if hit.strong
    ]


def _candidates(terms: list[str], telling: set[str], *, site, locale, user) -> list[Candidate]:
    if not terms:
        return []
    keys = candidates(terms, site=site, locale=locale, user=user)
    texts = ArticleText.objects.filter(pk__in=keys).in_bulk()
    close = [Candidate(texts[key]) for key in keys if key in texts]
    # A backend may find more than was asked for, say by a stemmer of its own.
    return [each for each in close if not telling.isdisjoint(each.counts)]


def _secret_words(words: Iterable[str], close: list[Candidate], ask, language: str) -> set[str]:
    """Those of ``words`` that no article of this reader has. Mostly one that was found has them."""
    told = set().union(*(each.counts for each in close))
    pairs = zip(words, stems_of(words, language), strict=True)
    return {word for word, stem in pairs if stem not in told and not ask([word], {stem})}


def _active_locale() -> Locale | None:
    try:
        return Locale.get_active()
    except Locale.DoesNotExist:
        return Locale.objects.filter(
            language_code__startswith=base_of(get_language() or "")
        ).first()


def _hits(shown: list[tuple[float, Candidate]], reading: Reading, language: str) -> list[Hit]:
    keys = [candidate.text.pk for _score, candidate in shown]
    articles = {
        article.pk: article
        for model in article_models()
        for article in model.objects.filter(pk__in=keys).select_related("locale")
    }
    return [
        Hit(
            article=articles[candidate.text.pk],
            score=score,
            strong=_is_strong(score, candidate, reading, language),
            **_texts(candidate, reading, language),
        )
        for score, candidate in shown
        if candidate.text.pk in articles
    ]


def _is_strong(score: float, candidate: Candidate, reading: Reading, language: str) -> bool:
    if score < NEAR:
        return False
    if reading.share_in(candidate.counts) >= STRONG:
        return True
    small = function_words(language)
    words = candidate.text.words.split("\n", 1)[0].split()
    # Rows that an earlier version wrote may hold more stems than words.
    title = {
        stem for word, stem in zip(words, candidate.lines[0], strict=False) if word not in small
    }
    named = sum(1 for stem in title if stem in reading.question.weights)
    return named >= NAMED_WORDS and named >= NAMED * len(title)


def _texts(candidate: Candidate, reading: Reading, language: str) -> dict[str, SafeString]:
    passages = candidate.text.passages.split("\n")
    weights = reading.question.weights
    best = max(
        range(1, len(passages)),
        key=lambda line: sum(
            weights.get(s, 0) for s in reading.telling.intersection(candidate.lines[line])
        ),
        default=0,
    )
    return {
        "title_html": highlight(passages[0], reading.telling, language),
        "snippet_html": highlight(excerpt(passages[best]), reading.telling, language)
        if best
        else SafeString(""),
    }
