"""Questions as objects, and what the index answers: numbers of documents and their scores.

Scores are BM25F: a word's occurrences in all fields that are searched are added up, each
weighed by its field's boost and against the length of the text, before the sum is dampened. So a
word in the title outweighs one in the body, and no field can drown the other words asked for.
"""

import heapq
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .reading import Snapshot

Scores = dict[int, float]

#: How soon more of the same word counts no more (BM25's k1).
DAMPING = 1.2
#: Postings that any-of words may touch; the most frequent words, which say least, go first.
ANY_OF_POSTINGS = 150_000
#: So many parts are not worth ordering.
FEW = 3
#: How much a word counts that shares only the stem with the one that was asked for.
STEM_WEIGHT = 0.8
#: What a mistyped word may become at most.
EXPANSIONS = 32


@dataclass(frozen=True)
class Form:
    """One way in which a word may stand in the index."""

    field: str
    word: str
    weight: float
    #: The field whose lengths count; empty where length says nothing.
    lengths_of: str = ""


class Question:
    def ask(self, index: Snapshot) -> Scores:
        raise NotImplementedError


@dataclass(frozen=True)
class Word(Question):
    """A word in any of its forms."""

    forms: tuple[Form, ...]

    def ask(self, index: Snapshot) -> Scores:
        sums: Scores = {}
        for form in self.forms:
            average = index.average_length(form.lengths_of) if form.lengths_of else 0.0
            for leaf in index.leaves:
                found = leaf.weighed(form.field, form.word, form.lengths_of, average)
                _add(sums, found.documents, found.weights, leaf.offset, form.weight)
        return _dampened(sums, _rarity(index, len(sums)))

    def frequency(self, index: Snapshot) -> int:
        return sum(index.frequency(form.field, form.word) for form in self.forms)


@dataclass(frozen=True)
class Mistyped(Question):
    """A word, or what it is a mistyping of."""

    word: str
    fields: tuple[tuple[str, float], ...]

    def ask(self, index: Snapshot) -> Scores:
        remembered = index.memory.setdefault("mistyped", {})
        if self not in remembered:
            if len(remembered) > 200:
                remembered.clear()
            remembered[self] = Word(tuple(self._forms(index)))
        return remembered[self].ask(index)

    def _forms(self, index: Snapshot) -> Iterator[Form]:
        distance = 0 if len(self.word) < 3 else 1 if len(self.word) < 6 else 2
        for name, boost in self.fields:
            words = {self.word}
            if distance:
                for leaf in index.leaves:
                    if name in leaf.reader.indexed_field_names():
                        # The first letter is rarely wrong, and it saves most of the walk.
                        near = leaf.reader.terms_within(name, self.word, distance, prefix=1)
                        words.update(
                            text if isinstance(text, str) else text.decode() for text in near
                        )
            nearest = heapq.nsmallest(
                EXPANSIONS, words, key=lambda word: abs(len(word) - len(self.word))
            )
            for word in nearest:
                yield Form(name, word, boost * (1.0 if word == self.word else 0.5), name)


@dataclass(frozen=True)
class Phrase(Question):
    """Words that stand one after the other in one field."""

    words: tuple[str, ...]
    fields: tuple[tuple[str, float], ...]

    def ask(self, index: Snapshot) -> Scores:
        sums: Scores = {}
        for name, boost in self.fields:
            for number in self._found_in(index, name):
                sums[number] = sums.get(number, 0.0) + boost
        return _dampened(sums, _rarity(index, len(sums)) * len(self.words))

    def _found_in(self, index: Snapshot, name: str) -> Iterator[int]:
        words = set(self.words)
        for leaf in index.leaves:
            lists = {
                word: leaf.segment.postings(leaf.reader, name, word).documents for word in words
            }
            if not all(lists.values()):
                continue
            together = set.intersection(*map(set, lists.values())) - leaf.deleted
            if together:
                # The rarest pair decides about most documents before the rest is read.
                order = sorted(range(len(self.words)), key=lambda at: len(lists[self.words[at]]))
                matchers = {word: leaf.reader.postings(name, word) for word in words}
                for number in sorted(together):
                    if self._stands_in(matchers, number, order):
                        yield leaf.offset + number

    def _stands_in(self, matchers: dict[str, Any], number: int, order: list[int]) -> bool:
        """Whether the phrase begins anywhere in this document."""
        read: dict[str, list[int]] = {}
        starts: set[int] | None = None
        for at in order:
            word = self.words[at]
            if word not in read:
                matchers[word].skip_to(number)
                read[word] = matchers[word].value_as("positions")
            found = {place - at for place in read[word]}
            starts = found if starts is None else starts & found
            if not starts:
                return False
        return True


@dataclass(frozen=True)
class AllOf(Question):
    parts: tuple[Question, ...]

    def ask(self, index: Snapshot) -> Scores:
        sums: Scores | None = None
        for part in self._rarest_first(index):
            if isinstance(part, NoneOf) and sums is not None:
                without = part.question.ask(index)
                sums = {number: score for number, score in sums.items() if number not in without}
            else:
                scores = part.ask(index)
                sums = scores if sums is None else _in_both(sums, scores)
            if not sums:
                return {}
        return sums or {}

    def _rarest_first(self, index: Snapshot) -> list[Question]:
        """A word that is nowhere spares looking for the others; what must not be found comes last."""
        parts = list(self.parts)
        if len(parts) > FEW:
            parts.sort(key=lambda part: _frequency(part, index))
        return sorted(parts, key=lambda part: isinstance(part, NoneOf))


@dataclass(frozen=True)
class AnyOf(Question):
    parts: tuple[Question, ...]

    def ask(self, index: Snapshot) -> Scores:
        sums: Scores = {}
        for part in self._affordable(index):
            scores = part.ask(index)
            if not sums:
                sums = dict(scores)
                continue
            for number, score in scores.items():
                sums[number] = sums.get(number, 0.0) + score
        return sums

    def _affordable(self, index: Snapshot) -> list[Question]:
        if index.size * len(self.parts) <= ANY_OF_POSTINGS:
            return list(self.parts)
        costs = [(_frequency(part, index), place) for place, part in enumerate(self.parts)]
        spent, chosen = 0, []
        for cost, place in sorted(costs):
            spent += cost
            if chosen and spent > ANY_OF_POSTINGS:
                break
            chosen.append(self.parts[place])
        return chosen


@dataclass(frozen=True)
class NoneOf(Question):
    question: Question

    def ask(self, index: Snapshot) -> Scores:
        without = self.question.ask(index)
        return {number: 1.0 for number in index.living() if number not in without}


@dataclass(frozen=True)
class Boosted(Question):
    question: Question
    boost: float

    def ask(self, index: Snapshot) -> Scores:
        return {number: score * self.boost for number, score in self.question.ask(index).items()}


@dataclass(frozen=True)
class Everything(Question):
    def ask(self, index: Snapshot) -> Scores:
        return dict.fromkeys(index.living(), 1.0)


@dataclass(frozen=True)
class Nothing(Question):
    def ask(self, index: Snapshot) -> Scores:
        return {}


@dataclass
class Ranking:
    """Keys of the objects that match, best first, with their scores."""

    keys: list[str] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    #: Documents in the index.
    size: int = 0


def rank(question: Question, index: Snapshot) -> Ranking:
    """All that match, best first; what scores the same stays in the order it was indexed in."""
    scores = question.ask(index)
    numbers = [number for number in scores if number not in index.deleted]
    numbers.sort()
    numbers.sort(key=scores.__getitem__, reverse=True)
    return Ranking(index.keys(numbers), [scores[number] for number in numbers], index.size)


def _add(sums: Scores, documents, weights, offset: int, weight: float) -> None:
    if not sums and not offset:
        # The first list is the longest for most words; this is several times quicker.
        if weight == 1.0:
            sums.update(zip(documents, weights, strict=True))
        else:
            sums.update(zip(documents, (w * weight for w in weights), strict=True))
        return
    get = sums.get
    for document, found in zip(documents, weights, strict=True):
        number = document + offset
        sums[number] = get(number, 0.0) + found * weight


def _frequency(part: Question, index: Snapshot) -> int:
    """How many postings a part will touch at most, where that is known."""
    return part.frequency(index) if isinstance(part, Word) else 0


def _rarity(index: Snapshot, frequency: int) -> float:
    return math.log(1 + (index.size - frequency + 0.5) / (frequency + 0.5))


def _dampened(sums: Scores, rarity: float) -> Scores:
    return {number: rarity * found / (DAMPING + found) for number, found in sums.items()}


def _in_both(one: Scores, other: Scores) -> Scores:
    if len(other) < len(one):
        one, other = other, one
    return {number: score + other[number] for number, score in one.items() if number in other}
