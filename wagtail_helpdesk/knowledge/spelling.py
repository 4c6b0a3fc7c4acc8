"""Mistyped words, put right by the words of the articles."""

import string
from collections.abc import Iterable, Set

from ..models import VocabularyWord

#: Shorter words have too many neighbours; longer ones and further words are not looked up.
SHORTEST, LONGEST, MOST = 4, 30, 8


def corrections(
    words: Iterable[str], language: str, *, hidden: Set[str] = frozenset()
) -> dict[str, str]:
    """For each of ``words`` that no article of ``language`` has: the likeliest that one has, if any.

    None of ``hidden``, words that are not for this reader.

    One letter left out, added, changed, or two swapped, as nine of ten typing errors are. One query.
    """
    unknown = [word for word in dict.fromkeys(words) if _may_be_wrong(word)][:MOST]
    if not unknown:
        return {}
    neighbours = {word: _neighbours(word) for word in unknown}
    wanted = set().union(*neighbours.values())
    known = dict(
        VocabularyWord.objects.filter(
            language=language, word__in=wanted, articles__gt=0
        ).values_list("word", "articles")
    )
    best = {}
    for word in unknown:
        candidates = [other for other in neighbours[word] if other in known and other not in hidden]
        if candidates:
            # People rarely mistype the first letter.
            best[word] = max(
                candidates,
                key=lambda other: (known[other] * (3 if other[0] == word[0] else 1), other),
            )
    return best


def _may_be_wrong(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isalpha()


def _neighbours(word: str) -> set[str]:
    cuts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    left_out = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    # Letters of other scripts: those of the word itself.
    letters = string.ascii_lowercase if word.isascii() else "".join(sorted(set(word)))
    changed = {a + letter + b[1:] for a, b in cuts if b for letter in letters}
    added = {a + letter + b for a, b in cuts for letter in letters}
    return (left_out | swapped | changed | added) - {word}
