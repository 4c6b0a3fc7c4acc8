"""Which stemmer a language has: Whoosh's own, PySastrawi for Indonesian, else Snowball's."""

import re
import threading
from collections.abc import Callable
from functools import lru_cache

Stem = Callable[[str], str]

# Stemmers keep state between calls, so they take turns; what they said is remembered per word.
_turn = threading.RLock()

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


def stemmer_for(language: str) -> Stem | None:
    """The stemmer of a language ("en", "pt-br", …), or None where there is none."""
    return _find(_base(language))[1]


def stemmer_name(language: str) -> str:
    """``"whoosh"``, ``"sastrawi"``, ``"snowball"`` or ``""``: what an index was made with."""
    return _find(_base(language))[0]


def _base(language: str) -> str:
    return language.replace("_", "-").split("-")[0].lower()


@lru_cache(maxsize=64)
def _find(language: str) -> tuple[str, Stem | None]:
    for name, make in (("sastrawi", _sastrawi), ("whoosh", _whoosh), ("snowball", _snowball)):
        with _turn:
            stem = make(language)
        if stem is not None:
            return name, _remembering(stem)
    return "", None


def _remembering(stem: Stem) -> Stem:
    @lru_cache(maxsize=100_000)
    def remembered(word: str) -> str:
        with _turn:
            return stem(word) or word

    return remembered


def _sastrawi(language: str) -> Stem | None:
    if language != "id":
        return None
    try:
        from Sastrawi.Stemmer.StemmerFactory import StemmerFactory
    except ImportError:
        return None
    return StemmerFactory().create_stemmer().stem


def _whoosh(language: str) -> Stem | None:
    from whoosh.lang import NoStemmer, stemmer_for_language

    try:
        return stemmer_for_language({"nb": "no", "nn": "no"}.get(language, language))
    except (NoStemmer, re.error):  # Whoosh 2.7.4's Arabic one is broken
        return None


def _snowball(language: str) -> Stem | None:
    try:
        import snowballstemmer
    except ImportError:
        return None
    name = SNOWBALL.get(language)
    if name is None or name not in snowballstemmer.algorithms():
        return None
    return snowballstemmer.stemmer(name).stemWord
