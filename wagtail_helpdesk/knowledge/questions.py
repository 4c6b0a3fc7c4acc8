"""From what somebody typed to what is looked for: words put right, widened by synonyms, weighed."""

import re
from dataclasses import dataclass

from ..models import ArticleText, VocabularyWord
from .language import function_words, stems_of, words_of
from .ranking import Question, weight_of
from .spelling import corrections
from .synonyms import Thesaurus

MAX_CHARACTERS = 500
MAX_WORDS = 40
#: Forms of one stem, and words in all, that the backend is asked for.
MAX_FORMS, MAX_TERMS = 5, 40
_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")


@dataclass(frozen=True)
class Reading:
    """How a question was read. ``terms`` is empty where no article can answer it."""

    question: Question
    terms: list[str]
    telling: set[str]
    """The stems that say what it is about; all of them where it has nothing but small words."""
    corrected: str
    """The text with mistyped words put right; empty where there was nothing to put right."""


def read(text: str, language: str, *, exact: bool = False) -> Reading | None:
    """Read ``text`` as a question in ``language``; ``None`` if there is no word in it.

    Any length is taken: what is beyond 500 characters or 40 words doesn't count. ``exact`` leaves the
    spelling as it is.
    """
    text = text[:MAX_CHARACTERS]
    typed = words_of(text)[:MAX_WORDS]
    if not typed:
        return None
    thesaurus = Thesaurus(language)
    words = thesaurus.expand(typed)
    forms = _forms_of(words, language)
    corrected = ""
    if not exact:
        stem_of = dict(zip(typed, stems_of(typed, language), strict=True))
        unknown = [w for w in typed if stem_of[w] not in forms and w not in thesaurus]
        better = corrections(unknown, language)
        if better:
            corrected = _put_right(text, better)
            words = thesaurus.expand([better.get(word, word) for word in typed])
            forms = _forms_of(words, language)
    articles = ArticleText.objects.filter(language=language).count()
    stems = stems_of(words, language)
    small = function_words(language)
    telling = {stem for word, stem in zip(words, stems, strict=True) if word not in small}
    asked = telling or set(stems)
    return Reading(
        question=Question(
            words=words,
            stems=stems,
            weights={
                stem: weight_of(sum(forms[stem].values()), articles) for stem in stems if stem in forms
            },
            articles=articles,
        ),
        terms=_terms(asked, forms),
        telling=asked,
        corrected=corrected,
    )


def _forms_of(words: list[str], language: str) -> dict[str, dict[str, int]]:
    """For each stem of ``words`` that articles have: its forms, each with how many articles have it."""
    rows = VocabularyWord.objects.filter(
        language=language, stem__in=set(stems_of(words, language)), articles__gt=0
    ).values_list("stem", "word", "articles")
    forms: dict[str, dict[str, int]] = {}
    for stem, word, articles in rows:
        forms.setdefault(stem, {})[word] = articles
    return forms


def _terms(stems: set[str], forms: dict[str, dict[str, int]]) -> list[str]:
    """The forms to ask for, of the rarest stems first: a backend that doesn't stem finds them all the same."""
    known = sorted((stem for stem in stems if stem in forms), key=lambda s: sum(forms[s].values()))
    terms: list[str] = []
    for stem in known:
        terms += sorted(forms[stem], key=forms[stem].__getitem__, reverse=True)[:MAX_FORMS]
    return terms[:MAX_TERMS]


def _put_right(text: str, better: dict[str, str]) -> str:
    def replace(match: re.Match) -> str:
        words = words_of(match[0])
        return better.get(words[0], match[0]) if len(words) == 1 else match[0]

    return _TOKEN.sub(replace, text).strip()
