"""Which stemmer a language has: PySastrawi for Indonesian, Whoosh's own, else Snowball's."""

import re
from functools import lru_cache

from ..stemming import Stem, base_of, find_stemmer, remembering

#: Whoosh knows Norwegian by one name.
_WHOOSH = {"nb": "no", "nn": "no"}


def stemmer_for(language: str) -> Stem | None:
    """The stemmer of a language ("en", "pt-br", …), or None where there is none."""
    return _find(base_of(language))[1]


def stemmer_name(language: str) -> str:
    """``"whoosh"``, ``"sastrawi"``, ``"snowball"`` or ``""``: what an index was made with."""
    return _find(base_of(language))[0]


@lru_cache(maxsize=64)
def _find(language: str) -> tuple[str, Stem | None]:
    name, stem = find_stemmer(language)
    if name != "sastrawi" and (own := _whoosh(language)) is not None:
        return "whoosh", remembering(own)
    return name, stem


def _whoosh(language: str) -> Stem | None:
    from whoosh.lang import NoStemmer, stemmer_for_language

    try:
        stem = stemmer_for_language(_WHOOSH.get(language, language))
        stem("word")  # that of Arabic in Whoosh 2.7.4 fails at every word, whatever its language
    except (NoStemmer, re.error):
        return None
    return stem
