"""Stemmers that need no search engine: PySastrawi for Indonesian, Snowball's for thirty languages.

The Whoosh backend and the knowledge base read words by the same ones. Nothing here imports Whoosh or
a model, so that either can be used without the other.
"""

from collections.abc import Callable
from functools import lru_cache
from threading import Lock

import snowballstemmer

Stem = Callable[[str], str]

#: Words whose stems are remembered, per language.
REMEMBERED = 100_000

#: Snowball names its languages in English.
SNOWBALL = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish",
    "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip


def base_of(language: str) -> str:
    """``en`` of ``en-gb``."""
    return language.replace("_", "-").split("-")[0].lower()


@lru_cache(maxsize=64)
def find_stemmer(language: str) -> tuple[str, Stem | None]:
    """The stemmer of a language without its country, and whose it is.

    ``"sastrawi"`` or ``"snowball"``; ``""`` and None where there is none.
    """
    if language == "id" and (stem := _sastrawi()) is not None:
        return "sastrawi", remembering(stem)
    name = SNOWBALL.get(language)
    if name is None or name not in snowballstemmer.algorithms():
        return "", None
    return "snowball", remembering(snowballstemmer.stemmer(name).stemWord)


def remembering(stem: Stem) -> Stem:
    """The same stemmer, for several threads, and quick at words that come again.

    Stemmers keep the word at hand in themselves, so threads take turns; Sastrawi's needs a
    millisecond for a word.
    """
    turn = Lock()

    @lru_cache(maxsize=REMEMBERED)
    def remembered(word: str) -> str:
        with turn:
            root = stem(word)
        # Sastrawi puts a space in the place of a letter that is none from a to z; a stem is one word.
        return root if root.split() == [root] else word

    return remembered


def _sastrawi() -> Stem | None:
    """The one of the extra ``[indonesian]``: it knows the roots, Snowball's only the affixes."""
    try:
        from Sastrawi.Stemmer.StemmerFactory import StemmerFactory
    except ImportError:
        return None
    return StemmerFactory().create_stemmer().stem
