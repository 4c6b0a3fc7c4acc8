"""From text to the words that are indexed and asked for.

Every word is indexed as it is written (without case and accents), so that whatever language is
asked in, the exact word finds it. Where a word has a stem that differs, the stem is indexed
beside it, marked with its language: "en:restart" and "id:bayar" can't be taken for each other.
"""

import re
import unicodedata
from functools import lru_cache

from django.conf import settings
from django.utils.translation import get_language

from .options import Options
from .stemming import stemmer_for

#: A longer word is cut, in the index and in the question alike.
MAX_WORD = 64
#: Autocomplete knows so many letters of a word.
MAX_PREFIX = 20

# Marks that may be left out in writing: of Latin, Greek and Cyrillic; Hebrew points; harakat.
_OPTIONAL = "\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670"
# Vowel signs of the scripts of South and South-East Asia, which are no letters to Python's \w.
_SIGNS = "\u0900-\u0963\u0966-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17d3"
# Ideographs stand without spaces: each is a word of its own, and a word is a phrase of them.
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_IDEOGRAPHS}]|(?:(?![{_IDEOGRAPHS}])(?:[^\W_]|[{_SIGNS}{_OPTIONAL}]))+")
_POSSESSIVE = re.compile(r"['’]s\b")
_MARKS = re.compile(f"[{_OPTIONAL}]+")
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ħ": "h",
        "ŧ": "t",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "ð": "d",
        "þ": "th",
    }
)


def split(text: str) -> list[str]:
    """The words of a text in small letters, accents kept: what a stemmer wants to see."""
    text = _POSSESSIVE.sub("", unicodedata.normalize("NFKC", text).lower())
    return [word[:MAX_WORD] for word in _WORD.findall(text)]


@lru_cache(maxsize=100_000)
def fold(word: str) -> str:
    """The word without case and accents."""
    if word.isascii():
        return word.lower()
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", word.casefold()))
    return unicodedata.normalize("NFC", plain.translate(_LETTERS))[:MAX_WORD]


def words(text: str) -> list[str]:
    """The words of a text as they are indexed."""
    return [folded for word in split(text) if (folded := fold(word))]


def prefixes(word: str) -> list[str]:
    return [word[:length] for length in range(1, min(len(word), MAX_PREFIX) + 1)]


class Analyser:
    """How one language's texts are read."""

    def __init__(self, language: str, options: Options) -> None:
        code = language.lower()
        if options.languages is not None:
            known = {name.lower(): stemmer for name, stemmer in options.languages}
            code = known.get(code, known.get(code.split("-")[0], ""))
        self._stem = stemmer_for(code) if options.stemming and code else None
        self._mark = code.split("-")[0] + ":"

    def pairs(self, text: str) -> list[tuple[str, str]]:
        """``(word, stem)`` for each word; the stem is empty where it is the word itself."""
        stem = self._stem
        if stem is None:
            return [(word, "") for word in words(text)]
        found = []
        for raw in split(text):
            if word := fold(raw):
                root = fold(stem(raw))
                found.append((word, root if root != word else ""))
        return found

    def mark(self, stem: str) -> str:
        """The stem as the index knows it."""
        return self._mark + stem


@lru_cache(maxsize=256)
def analyser_for(language: str, options: Options) -> Analyser:
    return Analyser(language, options)


def asked_language() -> str:
    """The language in which a question is put: the one that is active."""
    return get_language() or settings.LANGUAGE_CODE
