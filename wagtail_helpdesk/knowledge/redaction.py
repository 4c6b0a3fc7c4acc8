"""Taking out of a text what tells who it was about. What nobody knows can't be taken out: a person checks.

Nothing here reads the database; ``known.known_of`` gathers what is known of a ticket.
"""

import unicodedata
from collections import Counter
from dataclasses import dataclass

from .forms import MASK, by_form
from .naming import Known, by_knowledge
from .plain import Plain
from .spans import ORDER, Kind, merged

__all__ = ["MASK", "Kind", "Known", "Masked", "Redacted", "as_masked", "redact"]


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


def redact(text: str, known: Known) -> Redacted:
    """``text`` with everything masked that is ``known``, or looks like an address, a number or a key."""
    text = unicodedata.normalize("NFC", text)
    plain = Plain.of(text)
    spans = merged(plain.text, [*by_form(plain.text), *by_knowledge(plain.text, known)])
    pieces, counts, end = [], Counter[tuple[Kind, str]](), 0
    for span in plain.as_written(spans):
        is_name = span.kind in (Kind.NAME, Kind.ORGANISATION)
        pieces += [text[end : span.start], known.placeholder if is_name else MASK]
        counts[span.kind, " ".join(text[span.start : span.end].split())] += 1
        end = span.end
    pieces.append(text[end:])
    return Redacted("".join(pieces), as_masked(counts))


def as_masked(counts: Counter[tuple[Kind, str]]) -> list[Masked]:
    """In the order of the kinds, and in each as they came."""
    rows = [Masked(kind, text, count) for (kind, text), count in counts.items()]
    return sorted(rows, key=lambda row: ORDER[row.kind])
