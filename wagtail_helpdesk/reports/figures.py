"""Figures out of the counters, and out of the entries that are not folded yet."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet, Sum

from ..clocks.heartbeat import RECAP, RECAP_OF_THE_PAST
from ..models import Grain, Heartbeat, Tally, TallyEntry
from ..tallies.counting import COLUMNS, COUNTERS, SPREADS, Counts, Line, Slot, add_up
from ..tallies.days import today
from .periods import Period, counters_of, counters_until
from .scope import Scope

#: Entries that a report adds up by itself. Where the timers rest so long that there are more, it says so.
UNFOLDED = 20_000
DIVISION = "division"
Found = dict[str, dict[str, Counts]]


def last_written(last: date) -> datetime | None:
    """When the counters up to that day were written last: since then they say the same.

    What happens today says nothing about a period that is over.
    """
    name = RECAP_OF_THE_PAST if last < today() else RECAP
    return Heartbeat.objects.filter(name=name).values_list("at", flat=True).first()


class Figures:
    """The figures of a scope. Reads what is not folded once, and each question asks the counters once.

    Ask ``still_true`` last: the timers may have folded meanwhile what was read before.
    """

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        entries = TallyEntry.objects.filter(folded=False).order_by("pk")
        rows = list(entries.values_list("pk", *COLUMNS)[: UNFOLDED + 1])
        #: Whether there is more to count than a report adds up.
        self.is_behind = len(rows) > UNFOLDED
        self._read, self._last = len(rows), rows[-1][0] if rows else 0
        self._first_day = min((Line(*row[1:]).day for row in rows), default=None)
        self._unfolded: dict[str, list[tuple[Slot, Counts]]] = defaultdict(list)
        for slot, counts in add_up(Line(*row[1:]) for row in rows).items():
            if slot.grain == Grain.DAY:
                self._unfolded[slot.dimension].append((slot, counts))

    def is_folded(self, last: date) -> bool:
        """Whether the counters alone tell everything up to that day."""
        return self._first_day is None or self._first_day > last

    def still_true(self) -> bool:
        """Whether nothing was folded since it was read, and so counted twice."""
        if not self._read or self.is_behind:
            return True
        waiting = TallyEntry.objects.filter(folded=False, pk__lte=self._last)
        return waiting.count() == self._read

    # All together

    def by_period(self, periods: list[Period], *, detailed: int) -> list[Counts]:
        """What each of these periods counts; of the last ``detailed`` ones also how long things took."""
        dimension, key = self.scope.dimension
        rows = self._rows(dimension).filter(key=key)
        found = [Counts() for _period in periods]
        for start, *numbers in rows.filter(counters_of(periods)).values_list("start", *COUNTERS):
            found[_index(periods, start)].add_numbers(numbers)
        spreads = rows.filter(counters_of(periods[-detailed:]))
        for start, *steps in spreads.values_list("start", *SPREADS):
            found[_index(periods, start)].add_spreads(steps)
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

    def by_keys(self, dimensions: Collection[str], period: Period) -> Found:
        """By dimension and key, the counters (without spreads) that have any. ``"division"`` is one, too."""
        found: Found = {each: defaultdict(Counts) for each in dimensions}
        sums = [Sum(each) for each in COUNTERS]
        plain = [each for each in dimensions if each != DIVISION]
        if plain:
            rows = self._rows(*plain).filter(counters_of([period])).values_list("dimension", "key")
            for dimension, key, *numbers in rows.annotate(*sums):
                found[dimension][key].add_numbers(numbers)
        if DIVISION in dimensions:
            rows = self._of(DIVISION)[1].filter(counters_of([period])).values_list(DIVISION)
            for key, *numbers in rows.annotate(*sums):
                found[DIVISION][str(key)].add_numbers(numbers)
        for dimension in dimensions:
            name = DIVISION if dimension == DIVISION else "key"
            for slot, counts in self._fresh_of(dimension):
                if period.contains(slot.start):
                    found[dimension][str(getattr(slot, name))].numbers.update(counts.numbers)
        return {
            dimension: {key: counts for key, counts in keys.items() if counts}
            for dimension, keys in found.items()
        }

    def read_spreads(self, dimension: str, period: Period, found: dict[str, Counts]) -> None:
        """How long things took, for these keys alone: a spread can't be added up by the database."""
        name, rows = self._of(dimension)
        rows = rows.filter(counters_of([period]), **{f"{name}__in": list(found)})
        for key, *steps in rows.values_list(name, *SPREADS):
            found[str(key)].add_spreads(steps)
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
        for key, number in rows.values_list(name).annotate(Sum("backlog")):
            found[str(key)] = number or 0
        for slot, counts in self._fresh_of(dimension):
            key = str(getattr(slot, name))
            if key in found and slot.start <= last:
                found[key] += counts["backlog"]
        return found

    # Where they come from

    def _rows(self, *dimensions: str) -> QuerySet[Tally]:
        divisions = self.scope.counted_divisions
        rows = Tally.objects.order_by().filter(dimension__in=dimensions)
        return rows.filter(division__in=divisions)

    def _of(self, dimension: str) -> tuple[str, QuerySet[Tally]]:
        """The column that holds the keys, and the rows."""
        if dimension != DIVISION:
            return "key", self._rows(dimension)
        rows = Tally.objects.order_by().filter(dimension="")
        if self.scope.divisions is None:
            return DIVISION, rows.exclude(division=0)
        return DIVISION, rows.filter(division__in=self.scope.divisions)

    def _fresh_of(self, dimension: str) -> list[tuple[Slot, Counts]]:
        if dimension != DIVISION:
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


def _index(periods: list[Period], day: date) -> Any:
    return next((index for index, each in enumerate(periods) if each.contains(day)), None)
