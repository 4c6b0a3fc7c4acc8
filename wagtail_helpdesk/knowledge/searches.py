"""What visitors looked for, kept without a trace of who they were."""

import unicodedata
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.crypto import salted_hmac

from ..models import SearchLog
from .forms import MASK, by_form_alone
from .plain import Plain
from .spans import merged

SALT = "wagtail_helpdesk.searches"
#: In a session: from what the last search is known again, never its text, and the key of its row.
LAST = "wagtail_helpdesk_search"
#: How long after a search a complaint is taken to have followed from it.
SAME_DAY = timedelta(days=1)


def masked(query: str) -> str:
    """``query`` in small letters, with everything masked that may tell who asked."""
    plain = Plain.of(unicodedata.normalize("NFKC", query.replace("\x00", " ")))
    text = " ".join(plain.text.split())
    for span in reversed(merged(text, by_form_alone(text))):
        text = text[: span.start] + MASK + text[span.end :]
    return text.lower()[:200]


def record(
    session: MutableMapping[str, Any], query: str, *, found: int, site, locale, elsewhere=None
) -> int | None:
    """Keep one search and answer its key; ``None`` where nothing is left of it without what is personal.

    Asking the same again in one session, to turn a page or to come back, is one search. ``elsewhere`` is an
    article in another language that answers what nothing was found for.
    """
    text = masked(query)
    if not text.strip(f"{MASK} "):
        return None
    mark = salted_hmac(SALT, text, algorithm="sha256").hexdigest()
    last, key = session.get(LAST, (None, None))
    if last == mark:
        return key
    row = SearchLog.objects.create(
        query=text, found=found, language=locale.language_code, site=site, elsewhere=elsewhere
    )
    if getattr(session, "session_key", None):
        session[LAST] = [mark, row.pk]
    return row.pk


def last_of(session: MutableMapping[str, Any]) -> int | None:
    """The search that was last kept for this session."""
    return session.get(LAST, (None, None))[1]


def forget(session: MutableMapping[str, Any]) -> None:
    """Once a complaint is sent: nothing in the session may say what whoever sent it has looked for."""
    session.pop(LAST, None)


def clicked(key: int, page) -> None:
    """Note the article that was opened first of what a search found."""
    SearchLog.objects.filter(pk=key, clicked=None).update(clicked=page.pk)


def followed(key: int) -> None:
    """Note that whoever searched has sent a complaint, where it was on the same day."""
    since = timezone.now() - SAME_DAY
    SearchLog.objects.filter(pk=key, created_at__gte=since).update(complaint_followed=True)
