"""Figures out of the counters, and out of the entries that are not folded yet."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import QuerySet, Sum

from ..clocks.heartbeat import RECAP
from ..models import Grain, Heartbeat, Tally, TallyEntry
from ..tallies.counting import COLUMNS, COUNTERS, SPREADS, Counts, Line, Slot, add_up
from .periods import Period, counters_of, counters_until
from .scope import Scope

#: Entries that a report adds up by itself. Where the timers rest so long that there are more, it says so.
UNFOLDED = 20_000
Read = TypeVar("Read")


def consistently(read: Callable[[], Read]) -> Read:
    """What ``read`` answers; once more if the counters were written meanwhile, and it saw half of that."""
    for _attempt in range(2):
        before = _last_written()
        answer = read()
        if _last_written() == before:
            return answer
    return read()


def _last_written():
    return Heartbeat.objects.filter(name=RECAP).values_list("at", flat=True).first()


class Figures:
    """The figures of a scope. Reads what is not folded once, and each question asks the counters once."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    # All together

    def by_period(self, periods: list[Period]) -> list[Counts]:
        """What each of these periods counts; they don't overlap."""
        dimension, key = self.scope.dimension
        rows = self._rows(dimension).filter(counters_of(periods), key=key)
        found = [Counts() for _period in periods]
        for row in rows.values("start", *COUNTERS, *SPREADS):
            found[_index(periods, row["start"])].add_row(row)
        for slot, counts in self._fresh(dimension):
            if slot.key == key and (index := _index(periods, slot.start)) is not None:
                found[index].add(counts)
        return found

    def backlog(self, last: date) -> int:
        """How many tickets were open at the end of that day."""
        dimension, key = self.scope.dimension
        rows = self._rows(dimension).filter(counters_until(last), key=key)
        number = rows.aggregate(number=Sum("backlog"))["number"] or 0
        return number + sum(
            counts["backlog"]
            for slot, counts in self._fresh(dimension)
            if slot.key == key and slot.start <= last
        )

    # By the keys of a dimension

    def by_key(self, dimension: str, period: Period) -> dict[str, Counts]:
        """The counters (without spreads) of each key that has any. By ``"division"``, of each division."""
        name, rows = self._of(dimension)
        sums = {each: Sum(each) for each in COUNTERS}
        found: dict[str, Counts] = defaultdict(Counts)
        for row in rows.filter(counters_of([period])).values(name).annotate(**sums):
            found[str(row[name])].numbers.update({each: row[each] or 0 for each in COUNTERS})
        for slot, counts in self._fresh_of(dimension):
            if period.contains(slot.start):
                found[str(getattr(slot, name))].numbers.update(counts.numbers)
        return {key: counts for key, counts in found.items() if counts}

    def read_spreads(self, dimension: str, period: Period, found: dict[str, Counts]) -> None:
        """How long things took, for these keys alone: a spread can't be added up by the database."""
        name, rows = self._of(dimension)
        rows = rows.filter(counters_of([period]), **{f"{name}__in": list(found)})
        for row in rows.values(name, *SPREADS):
            for each in SPREADS:
                steps = {int(step): number for step, number in row[each].items()}
                found[str(row[name])].spreads[each].update(steps)
        for slot, counts in self._fresh_of(dimension):
            key = str(getattr(slot, name))
            if key in found and period.contains(slot.start):
                for each in SPREADS:
                    found[key].spreads[each].update(counts.spreads[each])

    def backlogs(self, dimension: str, last: date, keys: Iterable[str]) -> dict[str, int]:
        """How many tickets of each key were open at the end of that day."""
        name, rows = self._of(dimension)
        keys = list(keys)
        rows = rows.filter(counters_until(last), **{f"{name}__in": keys})
        found = dict.fromkeys(keys, 0)
        for row in rows.values(name).annotate(number=Sum("backlog")):
            found[str(row[name])] = row["number"] or 0
        for slot, counts in self._fresh_of(dimension):
            key = str(getattr(slot, name))
            if key in found and slot.start <= last:
                found[key] += counts["backlog"]
        return found

    # Where they come from

    def _rows(self, dimension: str) -> QuerySet[Tally]:
        divisions = self.scope.counted_divisions
        rows = Tally.objects.order_by().filter(dimension=dimension)
        if len(divisions) == 1:
            return rows.filter(division=divisions[0])
        return rows.filter(division__in=divisions)

    def _of(self, dimension: str) -> tuple[str, QuerySet[Tally]]:
        """The column that holds the keys, and the rows."""
        if dimension != "division":
            return "key", self._rows(dimension)
        rows = Tally.objects.order_by().filter(dimension="")
        if self.scope.divisions is None:
            return "division", rows.exclude(division=0)
        return "division", rows.filter(division__in=self.scope.divisions)

    def _fresh_of(self, dimension: str) -> list[tuple[Slot, Counts]]:
        if dimension != "division":
            return self._fresh(dimension)
        divisions = self.scope.divisions
        return [
            (slot, counts)
            for slot, counts in self._unfolded.get("", [])
            if (slot.division in divisions if divisions is not None else slot.division)
        ]

    def _fresh(self, dimension: str) -> list[tuple[Slot, Counts]]:
        divisions = set(self.scope.counted_divisions)
        return [
            (slot, counts)
            for slot, counts in self._unfolded.get(dimension, [])
            if slot.division in divisions
        ]

    @cached_property
    def _unfolded(self) -> dict[str, list[tuple[Slot, Counts]]]:
        """dimension -> what is not folded yet, by days."""
        entries = TallyEntry.objects.filter(folded=False).order_by("pk")
        rows = [Line(*row) for row in entries.values_list(*COLUMNS)[: UNFOLDED + 1]]
        self.is_behind = len(rows) > UNFOLDED
        found: dict[str, list[tuple[Slot, Counts]]] = defaultdict(list)
        for slot, counts in add_up(rows).items():
            if slot.grain == Grain.DAY:
                found[slot.dimension].append((slot, counts))
        return found

    #: Whether there is more to count than a report adds up.
    is_behind = False


def _index(periods: list[Period], day: date) -> Any:
    return next((index for index, each in enumerate(periods) if each.contains(day)), None)
