"""Places in a text that are to be taken out of it, and what they are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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


ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    kind: Kind


def merged(text: str, spans: Iterable[Span]) -> list[Span]:
    """In order, with what overlaps made one, and names with nothing but spaces between them too."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.start, -each.end)):
        last = found[-1] if found else None
        if last is None or not _touch(text, last, span):
            found.append(span)
            continue
        kind = min(last.kind, span.kind, key=lambda each: ORDER[each])
        found[-1] = Span(last.start, max(last.end, span.end), kind)
    return found


def _touch(text: str, last: Span, span: Span) -> bool:
    if span.start < last.end:
        return True
    between = text[last.end : span.start]
    return last.kind == span.kind == Kind.NAME and between.strip(" ") == "" and between != ""
