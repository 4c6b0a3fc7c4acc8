"""Titles and sentences with the words found in them marked. Everything else is escaped."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .language import stems_of, words_of

SNIPPET_LENGTH = 220
_TOKEN = re.compile(r"[^\W_]+(?:['’ʼ][^\W_]+)*")


def highlight(text: str, stems: set[str], language: str) -> SafeString:
    """``text`` as HTML, its words whose stem is in ``stems`` between ``<mark>`` and ``</mark>``."""
    pieces = []
    end = 0
    for match in _TOKEN.finditer(text):
        if stems.intersection(stems_of(words_of(match[0]), language)):
            pieces += [escape(text[end : match.start()]), "<mark>", escape(match[0]), "</mark>"]
            end = match.end()
    pieces.append(escape(text[end:]))
    return mark_safe("".join(pieces))  # noqa: S308  every piece was escaped


def excerpt(text: str) -> str:
    """The beginning of ``text``, at most ``SNIPPET_LENGTH`` characters, cut between words."""
    if len(text) <= SNIPPET_LENGTH:
        return text
    return text[:SNIPPET_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:–-") + " …"
