"""What visitors looked for, kept without a trace of who they were."""

import re
from collections.abc import MutableMapping
from typing import Any

from ..models import SearchLog

MASK = "…"
LAST = "wagtail_helpdesk_search"
_PERSONAL = (
    re.compile(r"\S+@\S+"),
    # References, as people type them.
    re.compile(
        r"\b[a-z]{2}[ -]?(?=[0-9a-z]*\d|[0-9a-z]{5}[ -]?[0-9a-z]*\d)[0-9a-z]{5}[ -]?[0-9a-z]{5}\b"
    ),
    # Telephone, account and card numbers: five digits or more, however they are grouped.
    re.compile(r"\+?\d(?:[\s().-]?\d){4,}"),
)


def masked(query: str) -> str:
    """``query`` in small letters, with everything masked that may tell who asked."""
    text = " ".join(query.replace("\x00", " ").split()).lower()
    for pattern in _PERSONAL:
        text = pattern.sub(MASK, text)
    return text[:200]


def record(session: MutableMapping[str, Any], query: str, *, found: int, site, locale) -> None:
    """Keep one search. Asking the same again in one session, to turn a page or to come back, is one search."""
    text = masked(query)
    if not text.strip(f"{MASK} ") or session.get(LAST, [None])[0] == text:
        return
    row = SearchLog.objects.create(
        query=text, found=found, language=locale.language_code, site=site
    )
    if getattr(session, "session_key", None):
        session[LAST] = [text, row.pk]
