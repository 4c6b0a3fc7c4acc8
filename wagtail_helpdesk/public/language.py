"""Which language a page outside of the page tree speaks."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from ..models import Ticket


def readers_language(request: HttpRequest, ticket: Ticket | None = None) -> str:
    """The address's own language, else the one the visitor once chose, else the ticket's.

    The address says nothing on a site without language prefixes, and where the default language has none.
    """
    choices = [
        translation.get_language_from_path(request.path_info),
        request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME),
        ticket.language if ticket is not None else None,
    ]
    for code in choices:
        try:
            return translation.get_supported_language_variant(code or "")
        except LookupError:
            continue
    return translation.get_language() or settings.LANGUAGE_CODE


@contextmanager
def in_readers_language(request: HttpRequest, ticket: Ticket | None = None) -> Iterator[str]:
    """Speak that language inside the block; what is rendered later is rendered in another."""
    language = readers_language(request, ticket)
    with translation.override(language):
        yield language
