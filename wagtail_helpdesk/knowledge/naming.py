"""Finding in a text what is known of the people that it is about."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .spans import Kind, Span

_WORD = re.compile(r"[^\W_]+")
_GAP = 3
#: Parts of names that are words of their own.
_PARTICLES = frozenset(
    """and bapak bin binti cv dan dari den der des dr drs gmbh ibu inc kak ltd mas mbak mr mrs ms pak para
    pt sdr tbk the toko und van von yang yayasan""".split()  # noqa: SIM905  a list takes a page
)
#: Letters that are no other letter with a mark, yet typed as one where a keyboard hasn't got them.
_LETTERS = str.maketrans(
    {
        "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n", "ɓ": "b", "ɗ": "d",
        "ƙ": "k", "ſ": "s", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ə": "e", "ʻ": "", "ʼ": "",
    }
)  # fmt: skip
#: As those write who have no such key: "Mueller" for "Müller".
_SPELT_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe"})
#: What Indonesian hangs on a name: "Budinya", Budi's.
_SUFFIX = "nya"
#: Names that are run together are at least this long: "Bu Ani" must not take out "bu".
_RUN_TOGETHER = 5
#: Digits of a telephone number that are the same however it is dialled.
_DIALLED = 6


@dataclass(frozen=True)
class Known:
    """What is known of the people that a text is about, beside what its form gives away."""

    names: Iterable[str] = ()
    """Of people: masked as a whole and part by part."""
    accounts: Iterable[str] = ()
    """What people are called by machines: masked as a whole."""
    organisations: Iterable[str] = ()
    files: Iterable[str] = ()
    phones: Iterable[str] = ()
    """Masked however they are grouped, and with or without the country's code."""
    placeholder: str = "[name]"
    """What stands in the place of a name."""


def by_knowledge(text: str, known: Known) -> Iterator[Span]:
    phrases = _phrases(known)
    words = list(_WORD.finditer(text))
    folded = [_fold(word[0]) for word in words]
    tree = _tree(phrases)
    close = [after.start() - before.end() <= _GAP for before, after in pairwise(words)]
    for first in range(len(words)):
        if found := _longest(tree, folded, close, first):
            last, kind = found
            yield Span(words[first].start(), words[last].end(), kind)
        stem = folded[first].removesuffix(_SUFFIX)
        if stem != folded[first] and _tells_who(stem) and phrases.get((stem,)) == Kind.NAME:
            yield Span(words[first].start(), words[first].end() - len(_SUFFIX), Kind.NAME)
    for name in known.names:
        # Scripts without spaces between words.
        if any(letter.isalpha() and letter.lower() == letter.upper() for letter in name):
            for match in re.finditer(re.escape(unicodedata.normalize("NFC", name)), text):
                yield Span(*match.span(), Kind.NAME)
    for pattern in _dialled(known.phones):
        for match in pattern.finditer(text):
            yield Span(*match.span(), Kind.NUMBER)


def _phrases(known: Known) -> dict[tuple[str, ...], Kind]:
    """Folded words that are masked where they follow each other."""
    found: dict[tuple[str, ...], Kind] = {}
    for name in known.names:
        name = unicodedata.normalize("NFC", name)
        for spelling in {name, name.lower().translate(_SPELT_OUT)}:
            found.update(dict.fromkeys(_of_name(_words(spelling)), Kind.NAME))
    found.update(dict.fromkeys(map(_words, known.accounts), Kind.NAME))
    for name in known.organisations:
        words = _words(name)
        core = tuple(word for word in words if word not in _PARTICLES)
        if _tells_who("".join(core)):
            found[words] = found[core] = Kind.ORGANISATION
    found.update(dict.fromkeys(map(_words, known.files), Kind.FILE))
    return {words: kind for words, kind in found.items() if len("".join(words)) > 1}


def _of_name(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The whole name, its parts, and what comes of parts that are run together: "OBrien", "budisantoso"."""
    yield words
    for first, word in enumerate(words):
        if _tells_who(word):
            yield (word,)
        for last in range(first + 2, len(words) + 1):
            run = "".join(words[first:last])
            if len(run) >= _RUN_TOGETHER and any(map(_tells_who, words[first:last])):
                yield (run,)


def _words(text: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFC", text)
    return tuple(_fold(word) for word in _WORD.findall(text))


def _fold(word: str) -> str:
    """Without case and accents: "José" is found as "JOSE", "Łukasz" as "lukasz"."""
    letters = unicodedata.normalize("NFKD", word)
    bare = "".join(each for each in letters if not unicodedata.combining(each))
    return bare.casefold().translate(_LETTERS)


def _tells_who(word: str) -> bool:
    return len(word) >= 3 and word not in _PARTICLES


def _tree(phrases: dict[tuple[str, ...], Kind]) -> dict[str, Any]:
    """``phrases`` word by word: what may follow each, and at "" the kind of one that ends there."""
    tree: dict[str, Any] = {}
    for words, kind in phrases.items():
        node = tree
        for word in words:
            node = node.setdefault(word, {})
        node[""] = kind
    return tree


def _longest(
    tree: dict[str, Any], words: list[str], close: list[bool], first: int
) -> tuple[int, Kind] | None:
    """Where the longest phrase ends that begins with the word ``first``, and what it is."""
    found, last, node = None, first, tree.get(words[first])
    while node is not None:
        if "" in node:
            found = last, node[""]
        if last == len(close) or not close[last]:
            break
        last += 1
        node = node.get(words[last])
    return found


def _dialled(phones: Iterable[str]) -> Iterator[re.Pattern[str]]:
    """Patterns of the numbers by their digits only: +62 812 … is 0812 … where one is at home."""
    for phone in phones:
        digits = "".join(str(int(each)) for each in phone if each.isdecimal()).lstrip("0")
        if len(digits) > _DIALLED + 4:
            digits = digits.removeprefix("62").lstrip("0")
        if len(digits) >= _DIALLED:
            digits = r"[^\w\n]{0,4}".join(digits)
            yield re.compile(rf"(?:\+?\d{{1,3}}[^\w\n]{{0,4}}|\(0\d{{0,4}}\))?{digits}")
