"""From what somebody typed to what is looked for: words put right, widened by synonyms, weighed."""

import re
from collections.abc import Container, Set
from dataclasses import dataclass, replace

from ..models import ArticleText, VocabularyWord
from .language import function_words, stems_of, words_of
from .ranking import Question, weight_of
from .spelling import corrections
from .synonyms import Thesaurus

MAX_CHARACTERS = 500
MAX_WORDS = 40
#: Forms of one stem, and words in all, that the backend is asked for.
MAX_FORMS, MAX_TERMS = 5, 40
#: A word that more articles have than this isn't asked for where rarer ones bring enough to look at: backends
#: score every article that has one of the words.
COMMON, ENOUGH = 1_000, 60
#: What a synonym weighs beside the word that was typed.
ALTERNATIVE = 0.5

#: Words that mean the same, for each word or phrase of a question.
Groups = list[list[str]]
#: For each stem that articles have: its forms, each with how many articles have it.
Forms = dict[str, dict[str, int]]
_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")


@dataclass(frozen=True)
class Reading:
    """How a question was read. ``terms`` is empty where no article can answer it."""

    question: Question
    terms: list[str]
    """The words to ask the backend for."""
    telling: set[str]
    """The stems that say what it is about; all of them where it has nothing but small words."""
    meanings: list[set[str]]
    """For each telling word or phrase the stems that it may be answered by."""
    corrected: str
    """The text with mistyped words put right; empty where there was nothing to put right."""
    put_right: frozenset[str] = frozenset()
    """The words that it was put right by."""

    def share_in(self, stems: Container[str]) -> float:
        """How much of what is asked for, weighed, is among ``stems``: between 0 and 1."""
        weights, unknown = self.question.weights, weight_of(0, self.question.articles)
        asked = found = 0.0
        for meaning in self.meanings:
            asked += max((weights[stem] for stem in meaning if stem in weights), default=unknown)
            found += max((weights.get(stem, 0) for stem in meaning if stem in stems), default=0)
        return found / asked if asked else 0.0


def read(
    text: str, language: str, *, exact: bool = False, hidden: Set[str] = frozenset()
) -> Reading | None:
    """Read ``text`` as a question in ``language``; ``None`` if there is no word in it.

    Any length is taken: what is beyond 500 characters or 40 words doesn't count. ``exact`` leaves the
    spelling as it is; by none of the words in ``hidden`` is anything put right.
    """
    text = text[:MAX_CHARACTERS]
    typed = words_of(text)[:MAX_WORDS]
    if not typed:
        return None
    thesaurus = Thesaurus(language)
    groups = thesaurus.expand(typed)
    forms = _forms_of(groups, language)
    corrected, put_right = "", frozenset()
    if not exact and (better := _better(typed, forms, thesaurus, language, hidden)):
        corrected = _put_right(text, better)
        put_right = frozenset(better.values())
        groups = thesaurus.expand([better.get(word, word) for word in typed])
        forms = _forms_of(groups, language)
    return replace(_reading(groups, forms, corrected, language), put_right=put_right)


def _reading(groups: Groups, forms: Forms, corrected: str, language: str) -> Reading:
    small = function_words(language)
    articles = ArticleText.objects.filter(language=language).count()
    meanings = [
        set(stems_of([word for word in group if word not in small], language))
        for group in groups
        if group[0] not in small
    ] or [set(stems_of(group, language)) for group in groups]
    telling = set().union(*meanings)
    words: list[str] = []
    weights: dict[str, float] = {}
    for group in groups:
        stems = stems_of(group, language)
        # Where articles have the word itself, others that mean the same are worth less.
        is_known = stems[0] in forms
        for position, stem in enumerate(stems):
            if stem in forms:
                share = ALTERNATIVE if is_known and position else 1.0
                weight = share * weight_of(sum(forms[stem].values()), articles)
                weights[stem] = max(weight, weights.get(stem, 0.0))
        others = [word for word, stem in zip(group, stems, strict=True) if stem in forms]
        words += group[:1] if is_known or not others else others
    return Reading(
        question=Question(
            words=words, stems=stems_of(words, language), weights=weights, articles=articles
        ),
        terms=_terms(telling, forms),
        telling=telling,
        meanings=meanings,
        corrected=corrected,
    )


def _better(
    typed: list[str], forms: Forms, thesaurus: Thesaurus, language: str, hidden: Set[str]
) -> dict[str, str]:
    stem_of = dict(zip(typed, stems_of(typed, language), strict=True))
    unknown = [word for word in typed if stem_of[word] not in forms and word not in thesaurus]
    return corrections(unknown, language, hidden=hidden)


def _forms_of(groups: Groups, language: str) -> Forms:
    words = {word for group in groups for word in group}
    rows = VocabularyWord.objects.filter(
        language=language, stem__in=set(stems_of(words, language)), articles__gt=0
    ).values_list("stem", "word", "articles")
    forms: Forms = {}
    for stem, word, articles in rows:
        forms.setdefault(stem, {})[word] = articles
    return forms


def _terms(stems: set[str], forms: Forms) -> list[str]:
    """The forms to ask for, of the rarest stems first: a backend that doesn't stem finds them all the same."""
    articles_of = {stem: sum(forms[stem].values()) for stem in stems if stem in forms}
    terms: list[str] = []
    brought = 0
    for stem in sorted(articles_of, key=articles_of.__getitem__):
        if articles_of[stem] > COMMON and brought >= ENOUGH:
            break
        brought += articles_of[stem]
        terms += sorted(forms[stem], key=forms[stem].__getitem__, reverse=True)[:MAX_FORMS]
    return terms[:MAX_TERMS]


def _put_right(text: str, better: dict[str, str]) -> str:
    def replace(match: re.Match) -> str:
        words = words_of(match[0])
        return better.get(words[0], match[0]) if len(words) == 1 else match[0]

    return _TOKEN.sub(replace, text).strip()
