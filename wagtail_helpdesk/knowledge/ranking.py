"""Putting candidates in order: five views of how well an article fits a question, added up.

Words weigh by BM25 (Robertson and Zaragoza, "The Probabilistic Relevance Framework", 2009) with the
counts of the whole language. Pairs of words and runs of four letters weigh by how rare they are among the
candidates, as if those stood among ``CROWD`` articles: that tells neighbours apart, and costs no table. Title and best sentence are judged by
themselves, so that a long article doesn't drown them. The weights were tuned on public sets of questions
(see ``benchmarks/``); results hardly move when one of them is halved.
"""

import math
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

from ..models import ArticleText

WORDS, TITLE, PAIRS, LETTERS, SENTENCE = 1.0, 0.4, 0.5, 1.0, 1.0
K1, B = 1.2, 0.75
CROWD = 150


@dataclass(frozen=True)
class Question:
    """What is looked for: folded words in order, their stems, what each stem weighs, among how many articles."""

    words: list[str]
    stems: list[str]
    weights: dict[str, float]
    articles: int

    @cached_property
    def pairs(self) -> set[tuple[str, str]]:
        return set(pairwise(self.stems))

    @cached_property
    def letters(self) -> set[str]:
        text = f" {' '.join(self.words)} "
        return {text[i : i + 4] for i in range(len(text) - 3)}


class Candidate:
    """An article that may answer, taken apart once."""

    def __init__(self, text: ArticleText):
        self.text = text
        self.lines = [line.split() for line in text.stems.split("\n")]
        self.counts = Counter(stem for line in self.lines for stem in line)
        self.length = sum(map(len, self.lines))
        # A space on both ends of each word, as in a question's letters.
        self.letters = f" {text.words.replace(chr(10), '  ')} "

    def pairs_among(self, wanted: Container[tuple[str, str]]) -> Counter:
        """How often each of the ``wanted`` pairs of stems stands here. The others are too many to count."""
        return Counter(pair for line in self.lines for pair in pairwise(line) if pair in wanted)


def rank(question: Question, candidates: Sequence[Candidate]) -> list[tuple[float, Candidate]]:
    """The candidates, best first, each with a score between 0 and 1 that compares within one question."""
    if not candidates:
        return []
    crowd = max(len(candidates), min(question.articles, CROWD))
    pairs = [candidate.pairs_among(question.pairs) for candidate in candidates]
    letters = [candidate.letters for candidate in candidates]
    views = (
        (WORDS, _by_words(question, candidates)),
        (TITLE, [_closeness(question, candidate.lines[0]) for candidate in candidates]),
        (
            PAIRS,
            _by_rarity(
                {pair: [found[pair] for found in pairs] for pair in question.pairs},
                [candidate.length for candidate in candidates],
                crowd,
            ),
        ),
        (
            LETTERS,
            _by_rarity(
                {run: [text.count(run) for text in letters] for run in question.letters},
                list(map(len, letters)),
                crowd,
            ),
        ),
        (SENTENCE, [_best_sentence(question, candidate) for candidate in candidates]),
    )
    scores = [0.0] * len(candidates)
    for weight, values in views:
        if best := max(values):
            for position, value in enumerate(values):
                scores[position] += weight * value / best
    total = WORDS + TITLE + PAIRS + LETTERS + SENTENCE
    ranked = sorted(zip(scores, candidates, strict=True), key=lambda pair: -pair[0])
    return [(score / total, candidate) for score, candidate in ranked]


def weight_of(articles: int, of: int) -> float:
    """What a word weighs that stands in ``articles`` of the ``of`` articles there are."""
    articles = min(articles, of)
    return math.log(1 + (of - articles + 0.5) / (articles + 0.5))


def _by_words(question: Question, candidates: Sequence[Candidate]) -> list[float]:
    usual = sum(candidate.length for candidate in candidates) / len(candidates) or 1
    return [
        sum(
            weight * _saturated(candidate.counts[stem], candidate.length / usual)
            for stem, weight in question.weights.items()
            if stem in candidate.counts
        )
        for candidate in candidates
    ]


def _by_rarity(counts: Mapping[Any, list[int]], lengths: list[int], crowd: int) -> list[float]:
    """``counts`` says of each part of the question how often it stands in each candidate."""
    usual = sum(lengths) / len(lengths) or 1
    values = [0.0] * len(lengths)
    for found in counts.values():
        having = sum(1 for count in found if count)
        if not having:
            continue
        weight = weight_of(having, crowd)
        for position, count in enumerate(found):
            if count:
                values[position] += weight * _saturated(count, lengths[position] / usual)
    return values


def _saturated(count: int, relative_length: float) -> float:
    return count * (K1 + 1) / (count + K1 * (1 - B + B * relative_length))


def _best_sentence(question: Question, candidate: Candidate) -> float:
    return max((_closeness(question, line) for line in candidate.lines[1:]), default=0.0)


def _closeness(question: Question, line: Sequence[str]) -> float:
    """How much of the question stands in ``line``, and how little else."""
    distinct = set(line)
    shared = sum(weight for stem, weight in question.weights.items() if stem in distinct)
    return shared / math.sqrt(len(distinct) + 3) if shared else 0.0
