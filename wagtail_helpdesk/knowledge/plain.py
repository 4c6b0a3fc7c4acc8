"""A text as patterns read it: one kind of space, one kind of hyphen, nothing that can't be seen."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from .spans import Span

#: Characters that no reader sees, with which a number can be broken up: joiners, marks of direction.
_UNSEEN = frozenset(
    map(chr, (0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F)))
) | frozenset(map(chr, (*range(0x2060, 0x2070), 0xFEFF)))
_SEPARATORS = {"\u00b7": ".", "\u2212": "-", "\u2027": ".", "\u2022": "."}


@dataclass(frozen=True)
class Plain:
    """``text`` has a character for each of ``places``, where it stands in what was written."""

    text: str
    places: list[int]

    @classmethod
    def of(cls, written: str) -> "Plain":
        places = [place for place, letter in enumerate(written) if letter not in _UNSEEN]
        letters = {letter: _plain(letter) for letter in set(written)}
        return cls("".join(letters[written[place]] for place in places), places)

    def as_written(self, spans: list[Span]) -> Iterator[Span]:
        """``spans`` of the plain text, as spans of what was written."""
        for span in spans:
            if span.start < span.end:
                yield Span(self.places[span.start], self.places[span.end - 1] + 1, span.kind)


def _plain(letter: str) -> str:
    """One character for one, so that a place in the text stays a place in it."""
    alike = unicodedata.normalize("NFKC", letter)
    letter = alike if len(alike) == 1 else letter
    if unicodedata.category(letter) == "Pd":
        return "-"
    return _SEPARATORS.get(letter, letter)
