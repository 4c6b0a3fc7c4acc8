"""The blanks of a canned reply: a fixed set of names, filled in once and never read again."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

#: name -> what stands in its place
PLACEHOLDERS = {
    "name": _("the requester's name"),
    "reference": _("the ticket's reference"),
    "subject": _("the ticket's subject"),
    "complaint_type": _("the complaint type, as the requester reads it"),
    "division": _("the division, as the requester reads it"),
    "agent": _("your first name"),
    "desk": _("the name of the help desk"),
}
_BLANK = re.compile(r"\{\{\s*([a-z_]+)\s*\}\}")
_BRACES = re.compile(r"\{\{[^{}]{0,40}\}?\}?|\}\}")


def misspelt(text: str) -> list[str]:
    """What looks like a blank in ``text`` and is none, in order: an unknown name, a brace too few."""
    rest = _BLANK.sub(lambda blank: "" if blank[1] in PLACEHOLDERS else blank[0], text)
    return list(dict.fromkeys(_BRACES.findall(rest)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with ``values`` in its blanks. What is filled in is text, whatever braces it has."""
    return _BLANK.sub(lambda blank: values.get(blank[1], blank[0]), text)
