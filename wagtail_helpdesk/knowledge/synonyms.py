"""Words that mean the same: a short standard list per language, and what editors add."""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from ..models import Synonyms
from .language import words_of

_STANDARD = Path(__file__).parent / "standard_synonyms"
Term = tuple[str, ...]


class Thesaurus:
    """The groups of one language, the editors' and the standard ones. Reading them is one query."""

    def __init__(self, language: str):
        own = [
            _terms(text)
            for text in Synonyms.objects.filter(language=language).values_list("words", flat=True)
        ]
        replaced = {group[0] for group in own if group}
        groups = own + [group for group in _standard(language) if group[0] not in replaced]
        self._others: dict[Term, list[Term]] = {}
        for group in groups:
            for term in group:
                self._others.setdefault(term, []).extend(o for o in group if o != term)
        self._longest = max(map(len, self._others), default=0)

    def __contains__(self, word: str) -> bool:
        return (word,) in self._others

    def expand(self, words: list[str]) -> list[list[str]]:
        """``words`` in order, each word or phrase together with the words of those that mean the same."""
        expanded: list[list[str]] = []
        position = 0
        while position < len(words):
            term = self._term_at(words, position)
            others = self._others.get(term, ())
            expanded.append([*term, *(word for other in others for word in other)])
            position += len(term)
        return expanded

    def _term_at(self, words: list[str], position: int) -> Term:
        for length in range(min(self._longest, len(words) - position), 1, -1):
            if (term := tuple(words[position : position + length])) in self._others:
                return term
        return (words[position],)


def first_term(text: str) -> Term:
    """What a group is known by: the folded words of its first term."""
    return next(iter(_terms(text)), ())


def standard_languages() -> list[str]:
    """The languages that a standard list comes along for."""
    return sorted(path.stem for path in _STANDARD.glob("*.toml"))


def standard_groups(language: str) -> list[list[str]]:
    """The standard groups of a language (without region), as they are written."""
    path = _STANDARD / f"{language}.toml"
    if not language.isalpha() or not path.is_file():
        return []
    return tomllib.loads(path.read_text(encoding="utf-8"))["groups"]


def _terms(text: str) -> list[Term]:
    return list(_of(text.split(",")))


def _of(terms: list[str]) -> Iterator[Term]:
    for term in terms:
        if words := tuple(words_of(term)):
            yield words


@cache
def _standard(language: str) -> list[list[Term]]:
    return [list(_of(group)) for group in standard_groups(language)]
