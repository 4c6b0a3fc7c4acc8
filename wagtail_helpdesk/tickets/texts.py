"""What people wrote, made fit to store: no NUL, no other control characters, no lone surrogates."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")
_BREAKS = re.compile("[\r\n\t\u2028\u2029\x85]+")
#: Characters that turn the direction of what follows: harmless in a text, misleading in a list.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: Categories without ink (not Cn: tomorrow's emoji), and the letters and symbols that have none either.
_INKLESS = frozenset({"Cc", "Cf", "Cs", "Zs", "Zl", "Zp"})
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def clean_text(text: str) -> str:
    """``text`` with line ends as ``\\n`` and without the characters that a database or a mail refuses.

    Empty when there is nothing to see: spaces and zero-width characters only.
    """
    text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", str(text))).strip()
    return text if any(_has_ink(character) for character in text) else ""


def clean_line(text: str) -> str:
    """``text`` on one line, for subjects and names."""
    return " ".join(_BIDI.sub("", clean_text(_BREAKS.sub(" ", str(text)))).split())


def _has_ink(character: str) -> bool:
    return unicodedata.category(character) not in _INKLESS and character not in _FILLERS


def check_length(text: str, limit: int, field: str) -> str:
    """``text``, or ``ValidationError`` keyed by ``field``. Nothing is cut in silence."""
    if len(text) > limit:
        message = _("This is %(length)s characters long; at most %(limit)s fit.")
        raise ValidationError({field: message % {"length": len(text), "limit": limit}})
    return text


def require_text(text: str, limit: int, field: str = "body") -> str:
    """Cleaned ``text``, or ``ValidationError`` if nothing is left or it is too long."""
    text = clean_text(text)
    if not text:
        raise ValidationError({field: _("Enter a text.")})
    return check_length(text, limit, field)


def first_words(text: str, limit: int = 80) -> str:
    """A subject for a complaint that was sent without one: its first words, cut at a space."""
    line = clean_line(text)
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(",.;:") + "…"
