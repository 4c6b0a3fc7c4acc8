"""What gives away by its form that it tells who somebody is: addresses, numbers, keys, streets.

Every pattern is read over texts that a stranger has sent: none repeats what it may have to give back without
a limit. They expect a text as ``plain.Plain`` makes it.
"""

import ipaddress
import re
from collections.abc import Iterator

from ..references import normalise_reference
from .places import STREETS
from .spans import Kind, Span

MASK = "…"

#: References, as people type them.
_REFERENCE = re.compile(
    r"\b[a-z]{2}[ _-]?(?=[0-9a-z]*\d|[0-9a-z]{5}[ _-]?[0-9a-z]*\d)[0-9a-z]{5}[ _-]?[0-9a-z]{5}\b",
    re.IGNORECASE,
)
#: One of forty has no digit: it is known by its prefix and its hyphens.
_LETTERS = re.compile(r"\b[a-z]{2}-[a-z]{5}-[a-z]{5}\b", re.IGNORECASE)
_EMAILS = (
    re.compile(r"\S{1,254}@\S+"),
    # As it is written for people, or with a space too many.
    re.compile(
        r"(?<![\w.+-])[\w.+-]{1,64} {0,2}(?:@|[(\[]at[)\]]) {0,2}"
        r"[\w-]{1,63}(?:(?:\.| {0,2}[(\[]dot[)\]] {0,2})[\w-]{1,63}){1,5}",
        re.IGNORECASE,
    ),
)
#: Telephone, account and card numbers: five digits or more, however they are grouped.
_NUMBER = re.compile(r"\+?\(?\d(?:[ \t().\-/_]{0,3}\d){4,}")

#: Prices and times of day. What follows them is no part of them: it may be a telephone number.
_GROUPED = (
    r"(?:[1-9]\d{0,2}(?:\.\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)"
    r"|[1-9]\d{0,2}(?:,\d{3}){1,4}(?:\.\d{1,2})?(?!\d))"
)
_HARMLESS = re.compile(
    rf"(?:\b(?:Rp|IDR|USD|EUR)|[$€£])[. \t]{{0,2}}(?:{_GROUPED}|[1-9]\d{{0,2}}(?: \d{{3}}){{1,2}}(?! ?\d)"
    r"|[1-9]\d{0,9}(?:[.,]\d{1,2})?(?!\d)|0(?:[.,]\d{1,2})?(?!\d))"
    # "150.000 - 200.000", "100000-200000"
    rf"(?: ?- ?(?:{_GROUPED}|[1-9]\d{{2,5}}00(?![\d.-])))?"
    # "10.00-12.00"
    r"|(?<![\d.-])(?<!\d )(?:[01]?\d|2[0-4])\.[0-5]\d ?- ?(?:[01]?\d|2[0-4])\.[0-5]\d(?![\d.-])",
    re.IGNORECASE,
)
_CODE = re.compile(
    # Serial numbers and keys, and the addresses of devices.
    r"\b(?=(?:\w*\d){5})\w{8,}\b|\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b",
    re.IGNORECASE,
)
#: In a look-ahead: of two that overlap, either may be one.
_IBAN = re.compile(
    r"\b(?=([a-z]{2}\d{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?)(?![a-z0-9]))",
    re.IGNORECASE | re.ASCII,
)
#: Number plates: the region's letters (of Indonesia), a number, letters. With hyphens or less than four digits it
#: may as well be a model, and before a unit it is something else.
_REGION = r"(?:[ABDEFGHKLMNRSTWZ]|A[ABDEG]|B[ABDEGHKLMNP]|CC|CD|D[ABCDEGHKLMNRTW]|E[ABD]|K[BHTU]|P[AB]|RI)"
_PLATES = (
    re.compile(
        rf"\b(?P<plate>{_REGION} \d{{4}} "
        r"(?!(?:[VWAMKGBP]|OK|U?HD|[KMGT]B|[KCM]M|KG|ML|[KMG]?HZ|USD|EUR|IDR|[AP]M|K?VA|K?WH?|RPM|FPS|PCS?|MFP"
        r"|MEI|MAY|JAN|FEB|MAR|APR|JUN|JUL|AUG|SEP|OKT|OCT|NOV|DES|DEC)\b)[A-Z]{1,3})\b"
    ),
    # In any letters where a word says so.
    re.compile(
        rf"\b(?:plat|plate|nopol|polisi)\b(?: nomor| no)?[.: ]{{1,3}}(?P<plate>{_REGION}[ -]?\d{{1,4}}(?:[ -]?[a-z]{{1,3}})?)\b",
        re.IGNORECASE,
    ),
)
_URL = re.compile(
    r"\b(?:https?|ftp)://\S+|\bwww\.\S+|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.[a-z]{2,24}/\S*",
    re.IGNORECASE,
)
_END = ".,;:!?)]}>\"'”’"


def by_form(text: str) -> Iterator[Span]:
    for match in _URL.finditer(text):
        if _has_key(match[0]):
            yield _trimmed(match, Kind.URL)
    for pattern in _EMAILS:
        for match in pattern.finditer(text):
            yield _trimmed(match, Kind.EMAIL)
    for pattern in (_REFERENCE, _LETTERS):
        for match in pattern.finditer(text):
            if normalise_reference(match[0]):
                yield Span(*match.span(), Kind.REFERENCE)
    yield from _numbers(text)
    yield from _ibans(text)
    for match in _CODE.finditer(text):
        yield Span(*match.span(), Kind.NUMBER)
    for pattern in _PLATES:
        for match in pattern.finditer(text):
            yield Span(*match.span("plate"), Kind.NUMBER)
    for pattern in STREETS:
        for match in pattern.finditer(text):
            yield Span(*match.span(), Kind.STREET)


def by_form_alone(text: str) -> Iterator[Span]:
    """Where nothing is lost with too much: also references of other desks, prices, any network's addresses."""
    yield from by_form(text)
    for pattern in (_REFERENCE, _NUMBER):
        for match in pattern.finditer(text):
            yield Span(*match.span(), Kind.NUMBER)


def _numbers(text: str) -> Iterator[Span]:
    at = 0
    for harmless in [*_HARMLESS.finditer(text), None]:
        until = harmless.start() if harmless else len(text)
        for match in _NUMBER.finditer(text, at, until):
            if not _is_private_network(match[0]):
                yield Span(*match.span(), Kind.NUMBER)
        at = harmless.end() if harmless else until


def _ibans(text: str) -> Iterator[Span]:
    for match in _IBAN.finditer(text):
        if length := _iban_length(match[1]):
            yield Span(match.start(), match.start() + length, Kind.NUMBER)


def _iban_length(text: str) -> int:
    """How much of the beginning of ``text`` is an account number: words may follow it. 0 for none."""
    ends = [len(text), *(place for place, letter in enumerate(text) if letter in " -")]
    for end in sorted(ends, reverse=True):
        code = text[:end].replace(" ", "").replace("-", "")
        is_one = 15 <= len(code) <= 34 and sum(map(str.isdigit, code)) >= 10
        # In capitals it may be mistyped.
        if is_one and (code.isupper() or _is_sound(code)):
            return end
    return 0


def _is_sound(code: str) -> bool:
    """ISO 13616: as one long number, the beginning put last, it leaves 1 when divided by 97."""
    return int("".join(str(int(each, 36)) for each in code[4:] + code[:4])) % 97 == 1


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


def _trimmed(match: re.Match[str], kind: Kind) -> Span:
    """Without the end of a sentence behind it."""
    lead = len(match[0]) - len(match[0].lstrip("<([{\"'“‘"))
    return Span(match.start() + lead, match.start() + len(match[0].rstrip(_END)), kind)
