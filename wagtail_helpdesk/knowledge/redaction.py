"""Taking out of a text what tells who it was about. What nobody knows can't be taken out: a person checks.

Nothing here reads the database; ``known.known_of`` gathers what is known of a ticket.
"""

import ipaddress
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from ..references import normalise_reference

MASK = "…"

#: References, as people type them.
REFERENCE = re.compile(
    r"\b[a-z]{2}[ -]?(?=[0-9a-z]*\d|[0-9a-z]{5}[ -]?[0-9a-z]*\d)[0-9a-z]{5}[ -]?[0-9a-z]{5}\b",
    re.IGNORECASE,
)
#: One of forty has no digit: it is known by its prefix and its hyphens.
_LETTERS = re.compile(r"\b[a-z]{2}-[a-z]{5}-[a-z]{5}\b", re.IGNORECASE)
EMAIL = re.compile(r"\S{1,254}@\S+")
#: Telephone, account and card numbers: five digits or more, however they are grouped.
NUMBER = re.compile(r"\+?\(?\d(?:[ \t\u00a0().\-/–]{0,3}\d){4,}")

#: What stands before an amount.
_PRICE = re.compile(r"(?:\b(?:Rp|IDR|USD|EUR)|[$€£])[. \t\u00a0]{0,2}\Z", re.IGNORECASE)
_CODE = re.compile(
    # Serial numbers and keys, and the addresses of devices.
    r"\b(?=(?:\w*\d){5})\w{8,}\b|\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b",
    re.IGNORECASE,
)
_URL = re.compile(
    r"\b(?:https?|ftp)://\S+|\bwww\.\S+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24}/\S*",
    re.IGNORECASE,
)
_STREET = re.compile(
    r"\b(?:[Jj]l|[Jj]ln|[Jj]alan|[Gg]g|[Gg]ang)\b\.?\s+[A-Z][\w'’]*(?: (?!(?:No|Nomor|Blok|RT|RW)\b)[A-Z][\w'’]*)*"
    r"(?:[ ,/]{1,3}(?:[Nn]o|[Nn]omor|[Bb]lok|RT|RW)\b[. ]*\w+(?:/\d+)?)*"
    r"|\b\d{1,5}[A-Za-z]? (?:[A-Z][\w'’-]* ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Drive|Close)\b"
)
_WORD = re.compile(r"[^\W_]+")
_END = ".,;:!?)]}>\"'”’"
_GAP = 3
#: Parts of names that are words of their own.
_PARTICLES = frozenset(
    """and bapak bin binti cv dan dari den der des dr drs gmbh ibu inc kak ltd mas mbak mr mrs ms pak para
    pt sdr tbk the toko und van von yang yayasan""".split()  # noqa: SIM905  a list takes a page
)


def mask_references(text: str) -> str:
    """``text`` without what is a reference, or might be one of another desk."""
    text = REFERENCE.sub(MASK, text)
    return _LETTERS.sub(lambda match: MASK if normalise_reference(match[0]) else match[0], text)


class Kind(TextChoices):
    """What was taken out. What could be two of them is the first one."""

    URL = "url", _("address with a key")
    EMAIL = "email", _("e-mail address")
    FILE = "file", _("file name")
    REFERENCE = "reference", _("reference")
    NUMBER = "number", _("number")
    STREET = "street", _("street")
    ORGANISATION = "organisation", _("organisation")
    NAME = "name", _("name")


_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Known:
    """What is known of the people that a text is about, beside what its form gives away."""

    names: Iterable[str] = ()
    """Of people: masked as a whole and part by part."""
    accounts: Iterable[str] = ()
    """What people are called by machines: masked as a whole."""
    organisations: Iterable[str] = ()
    files: Iterable[str] = ()
    placeholder: str = "[name]"
    """What stands in the place of a name."""


@dataclass(frozen=True)
class Masked:
    """Something that was taken out of a text, as it stood there."""

    kind: Kind
    text: str
    count: int = 1


@dataclass(frozen=True)
class Redacted:
    text: str
    masked: list[Masked]


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    kind: Kind


def redact(text: str, known: Known) -> Redacted:
    """``text`` with everything masked that is ``known``, or looks like an address, a number or a key."""
    text = unicodedata.normalize("NFC", text)
    pieces, counts, end = [], Counter[tuple[Kind, str]](), 0
    for span in _merged(text, [*_by_form(text), *_by_knowledge(text, known)]):
        is_name = span.kind in (Kind.NAME, Kind.ORGANISATION)
        pieces += [text[end : span.start], known.placeholder if is_name else MASK]
        counts[span.kind, " ".join(text[span.start : span.end].split())] += 1
        end = span.end
    pieces.append(text[end:])
    return Redacted("".join(pieces), as_masked(counts))


def as_masked(counts: Counter[tuple[Kind, str]]) -> list[Masked]:
    """In the order of the kinds, and in each as they came."""
    rows = [Masked(kind, text, count) for (kind, text), count in counts.items()]
    return sorted(rows, key=lambda row: _ORDER[row.kind])


def _by_form(text: str) -> Iterator[_Span]:
    for match in _URL.finditer(text):
        if _has_key(match[0]):
            yield _trimmed(match, Kind.URL)
    for match in EMAIL.finditer(text):
        yield _trimmed(match, Kind.EMAIL)
    for pattern in (REFERENCE, _LETTERS):
        for match in pattern.finditer(text):
            if normalise_reference(match[0]):
                yield _Span(*match.span(), Kind.REFERENCE)
    for match in NUMBER.finditer(text):
        before = text[max(0, match.start() - 8) : match.start()]
        if not (_is_private_network(match[0]) or _PRICE.search(before)):
            yield _Span(*match.span(), Kind.NUMBER)
    for match in _CODE.finditer(text):
        yield _Span(*match.span(), Kind.NUMBER)
    for match in _STREET.finditer(text):
        yield _Span(*match.span(), Kind.STREET)


def _by_knowledge(text: str, known: Known) -> Iterator[_Span]:
    phrases = _phrases(known)
    words = list(_WORD.finditer(text))
    folded = [_fold(word[0]) for word in words]
    longest = max(map(len, phrases), default=0)
    for first in range(len(words)):
        for length in range(min(longest, len(words) - first), 0, -1):
            last = first + length - 1
            kind = phrases.get(tuple(folded[first : last + 1]))
            if kind and _is_close(words[first : last + 1]):
                yield _Span(words[first].start(), words[last].end(), kind)
                break
    for name in known.names:
        # Scripts without spaces between words.
        if any(letter.isalpha() and letter.lower() == letter.upper() for letter in name):
            for match in re.finditer(re.escape(unicodedata.normalize("NFC", name)), text):
                yield _Span(*match.span(), Kind.NAME)


def _phrases(known: Known) -> dict[tuple[str, ...], Kind]:
    """Folded words that are masked where they follow each other."""
    found: dict[tuple[str, ...], Kind] = {}
    for name in known.names:
        words = _words(name)
        found[words] = Kind.NAME
        for word in words:
            if _tells_who(word):
                found[(word,)] = Kind.NAME
    found.update(dict.fromkeys(map(_words, known.accounts), Kind.NAME))
    for name in known.organisations:
        words = _words(name)
        core = tuple(word for word in words if word not in _PARTICLES)
        if _tells_who("".join(core)):
            found[words] = found[core] = Kind.ORGANISATION
    found.update(dict.fromkeys(map(_words, known.files), Kind.FILE))
    return {words: kind for words, kind in found.items() if len("".join(words)) > 1}


def _words(text: str) -> tuple[str, ...]:
    text = unicodedata.normalize("NFC", text)
    return tuple(_fold(word) for word in _WORD.findall(text))


def _fold(word: str) -> str:
    """Without case and accents: "José" is found as "JOSE"."""
    letters = unicodedata.normalize("NFKD", word)
    return "".join(each for each in letters if not unicodedata.combining(each)).casefold()


def _tells_who(word: str) -> bool:
    return len(word) >= 3 and word not in _PARTICLES


def _is_close(words: list[re.Match[str]]) -> bool:
    return all(after.start() - before.end() <= _GAP for before, after in pairwise(words))


def _has_key(url: str) -> bool:
    """Whether an address may open something: it carries a query, or a part that no person would type."""
    return any(mark in url for mark in "?#@=") or any(
        len(part) >= 16 and any(letter.isdigit() for letter in part) for part in url.split("/")
    )


def _is_private_network(text: str) -> bool:
    """The address of a router at home is the same for everybody."""
    try:
        return ipaddress.ip_address(text).is_private
    except ValueError:
        return False


def _trimmed(match: re.Match[str], kind: Kind) -> _Span:
    """Without the end of a sentence behind it."""
    lead = len(match[0]) - len(match[0].lstrip("<([{\"'“‘"))
    return _Span(match.start() + lead, match.start() + len(match[0].rstrip(_END)), kind)


def _merged(text: str, spans: list[_Span]) -> list[_Span]:
    """In order, with what overlaps made one, and names with nothing but spaces between them too."""
    merged: list[_Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        last = merged[-1] if merged else None
        if last is None or not _touch(text, last, span):
            merged.append(span)
            continue
        kind = min(last.kind, span.kind, key=lambda each: _ORDER[each])
        merged[-1] = _Span(last.start, max(last.end, span.end), kind)
    return merged


def _touch(text: str, last: _Span, span: _Span) -> bool:
    if span.start < last.end:
        return True
    between = text[last.end : span.start]
    return last.kind == span.kind == Kind.NAME and between.strip(" ") == "" and between != ""
