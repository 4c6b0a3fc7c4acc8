"""The solutions that were given: the one-line solutions of what was solved, the most frequent first."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2s

from django.db.models import QuerySet

from ..models import Ticket
from .behind import entries_behind
from .periods import Period
from .scope import Scope

#: Tickets whose solutions are read: the last ones of a period, since lines of text are no counters.
READ = 200


@dataclass
class Solution:
    """What solved ``tickets``, by the line that staff wrote."""

    complaint_type: int
    outcome: str
    line: str
    tickets: list[int] = field(default_factory=list)

    @property
    def key(self) -> str:
        """For an address: the line itself may be about somebody."""
        text = f"{self.complaint_type}\n{self.outcome}\n{_folded(self.line)}"
        return blake2s(text.encode(), digest_size=8).hexdigest()


def solutions(scope: Scope, period: Period, *, visible: QuerySet[Ticket]) -> list[Solution]:
    """Of the last tickets that were solved in the period, and that are among the ``visible`` ones."""
    figure = "solved" if scope.person is None else "credited"
    entries = entries_behind(figure, scope, period).order_by("-day", "-pk")
    keys = set(entries.values_list("ticket", flat=True)[:READ]) - {None}
    found: dict[tuple, Solution] = {}
    solved = visible.filter(pk__in=keys).exclude(solution="").order_by("-pk")
    for pk, kind, outcome, line in solved.values_list(
        "pk", "complaint_type", "outcome", "solution"
    ):
        # What was reopened has no outcome for the time being.
        same = found.setdefault((kind, outcome, _folded(line)), Solution(kind, outcome, line))
        same.tickets.append(pk)
    return sorted(found.values(), key=lambda each: (-len(each.tickets), each.line))


def tickets_of(key: str, given: Iterable[Solution]) -> list[int]:
    return next((each.tickets for each in given if each.key == key), [])


def _folded(line: str) -> str:
    return " ".join(line.casefold().split()).rstrip(" .!")
