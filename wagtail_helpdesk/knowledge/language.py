"""Text as a search reads it: folded words, stems of a language, and passages."""

import re
import unicodedata
from collections.abc import Iterable

from ..search.stemming import base_of, find_stemmer

MAX_WORD_LENGTH = 50
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"(?<=[.?!…])\s|\n")
_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ](?=\w)")

#: Words that say nothing of what a question is about. Other languages find theirs by how common they are.
_FUNCTION_WORDS = {
    "en": """a about after again all also am an and any are as at be because been before being but by can could
        did do does doing don dont for from get got had has have having he her here hers him his how i if im in into
        is isnt it its ive just let like me my no not now of off on one only or our out over own please she should
        so some still than that the their them then there these they this those through to too under until up us
        very want was we were what when where which while who why will with would you your""",
    "id": """ada adalah agar akan aku anda apa apakah atau bagaimana bagi bahwa banyak belum berapa bila bisa boleh
        buat bukan dalam dan dapat dari dengan di dia harus hanya ini itu jadi jangan jika juga kalau kami kamu karena
        ke kenapa kepada kita lagi lalu lebih maka mana mau melalui mereka mohon namun oleh pada para saat saja sangat
        saya sebagai sebuah secara sedang sehingga sekarang semua seperti serta setelah siapa sudah supaya tanpa tapi
        telah tentang terhadap tersebut tetapi tidak tolong untuk yang ya""",
}


def fold(text: str) -> str:
    """Small letters without accents, apostrophes inside words left out: ``Café’s`` is ``cafes``."""
    text = unicodedata.normalize("NFKD", _APOSTROPHE.sub("", text).casefold())
    return text if text.isascii() else "".join(c for c in text if not unicodedata.combining(c))


def words_of(text: str) -> list[str]:
    """The folded words of ``text``, in order; each is cut after fifty characters."""
    return [word[:MAX_WORD_LENGTH] for word in _WORD.findall(fold(text))]


def stems_of(words: Iterable[str], language: str) -> list[str]:
    """A stem for each of the folded ``words``: the word itself where the language has no stemmer."""
    _name, stem = find_stemmer(base_of(language))
    return list(words) if stem is None else [stem(word)[:MAX_WORD_LENGTH] for word in words]


def function_words(language: str) -> frozenset[str]:
    return frozenset(words_of(_FUNCTION_WORDS.get(base_of(language), "")))


def sentences_of(text: str) -> list[str]:
    """The sentences and lines of ``text``, spaces tidied, none empty."""
    pieces = (" ".join(piece.split()) for piece in _SENTENCE_END.split(text))
    return [piece for piece in pieces if piece]
