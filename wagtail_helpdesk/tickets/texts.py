"""What people wrote, made fit to store: no NUL, no other control characters, no lone surrogates."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_BREAKS = re.compile("[\r\n\t\u2028\u2029\x85]+")
#: Characters that turn the direction of what follows: harmless in a text, misleading in a list.
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    """``text`` with line ends as ``\\n`` and without the characters that a database or a mail refuses."""
    text = (
        str(text)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\u2028", "\n")
        .replace("\u2029", "\n")
    )
    return _CONTROLS.sub("", text).strip()


def clean_line(text: str) -> str:
    """``text`` on one line, for subjects and names."""
    return " ".join(_BIDI.sub("", clean_text(_BREAKS.sub(" ", str(text)))).split())


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
