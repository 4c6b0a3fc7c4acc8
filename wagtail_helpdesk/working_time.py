"""When time counts: spans of working hours by weekday, without holidays, in a time zone of their own.

All arithmetic is in whole seconds of UTC, so a day on which the clocks change has the hours that people really
work. An hour that happens twice counts twice; one that is left out counts not at all.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

#: A span within a day, in seconds since midnight by the clock on the wall; 86,400 is the end of the day.
Span = tuple[int, int]
DAY = 24 * 3600
#: Years ahead that are looked through for enough working time.
HORIZON = 50


class NeverOpen(ValueError):
    """There is not so much working time within the next fifty years."""


@dataclass(frozen=True)
class WorkingTime:
    """The hours that count. Two of the same hours are equal, and share what was worked out for a year."""

    zone: str
    #: For Monday to Sunday the spans of the day, in order, none overlapping.
    week: tuple[tuple[Span, ...], ...]
    holidays: frozenset[date] = frozenset()

    def seconds_between(self, start: datetime, end: datetime) -> int:
        """Working seconds from ``start`` to ``end``; 0 where the end comes first."""
        first, last = _second(start), _second(end)
        if last <= first:
            return 0
        year, last_year = self._year_of(first), self._year_of(last)
        before = sum(_year(self, number).total for number in range(year, last_year))
        return (
            before
            + _year(self, last_year).worked_until(last)
            - _year(self, year).worked_until(first)
        )

    def add(self, start: datetime, seconds: int) -> datetime:
        """The first moment (UTC) by which ``seconds`` of work have passed since ``start``.

        ``seconds_between(start, add(start, n)) == n`` for every ``n`` from 0 on. Raises ``ValueError`` for
        less than nothing, and ``NeverOpen`` where working time runs out.
        """
        if seconds < 0:
            raise ValueError("Working time is only added, never taken away.")
        first = _second(start)
        if seconds == 0:
            return _moment(first)
        number = self._year_of(first)
        wanted = _year(self, number).worked_until(first) + seconds
        for each in range(number, number + HORIZON):
            year = _year(self, each)
            if wanted <= year.total:
                return _moment(year.moment_after(wanted))
            wanted -= year.total
        raise NeverOpen(f"{seconds} working seconds don't fit into {HORIZON} years.")

    def is_open(self, at: datetime) -> bool:
        """Whether time counts at this moment."""
        return self.opens_at(at) == _moment(_second(at))

    def opens_at(self, at: datetime) -> datetime:
        """The first moment from ``at`` on at which time counts (UTC). Raises ``NeverOpen``."""
        return self.add(at, 1) - timedelta(seconds=1)

    def _year_of(self, second: int) -> int:
        return datetime.fromtimestamp(second, ZoneInfo(self.zone)).year


@dataclass(frozen=True)
class _Year:
    """The working spans of one year by the calendar of its zone, in seconds since 1970."""

    starts: list[int]
    ends: list[int]
    #: Working seconds of the year before each span.
    before: list[int]
    total: int

    def worked_until(self, second: int) -> int:
        index = bisect_right(self.starts, second) - 1
        if index < 0:
            return 0
        return self.before[index] + min(second, self.ends[index]) - self.starts[index]

    def moment_after(self, seconds: int) -> int:
        index = bisect_left(self.before, seconds) - 1
        return self.starts[index] + seconds - self.before[index]


@lru_cache(maxsize=256)
def _year(hours: WorkingTime, number: int) -> _Year:
    spans = list(_spans(hours, number))
    lengths = [end - start for start, end in spans]
    sums = list(accumulate(lengths, initial=0))
    return _Year(
        starts=[start for start, _end in spans],
        ends=[end for _start, end in spans],
        before=sums[:-1],
        total=sums[-1],
    )


def _spans(hours: WorkingTime, number: int) -> Iterator[Span]:
    zone = ZoneInfo(hours.zone)
    day = date(number, 1, 1)
    reached = -(2**63)
    while day.year == number:
        if day not in hours.holidays:
            for opens, closes in hours.week[day.weekday()]:
                # Two spans that the change of clocks pushes into each other count once.
                start = max(_utc(day, opens, zone, fold=0), reached)
                end = _utc(day, closes, zone, fold=1)
                if start < end:
                    yield start, end
                    reached = end
        day += timedelta(days=1)


def _utc(day: date, wall: int, zone: ZoneInfo, *, fold: int) -> int:
    """The second at which the clock on the wall shows ``wall``; ``fold`` says which of two.

    Where it never does, because the clocks are put forward, the second at which they are.
    """
    days, rest = divmod(wall, DAY)
    local = datetime.combine(day + timedelta(days=days), time(), zone) + timedelta(seconds=rest)
    early, late = (int(local.replace(fold=each).timestamp()) for each in (0, 1))
    if early <= late:
        return (early, late)[fold]
    # A gap: by the offset before it, the clock shows it too late, by the one after it, too early.
    before, after = late, early
    offset = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def _second(moment: datetime) -> int:
    return int(moment.timestamp() // 1)


def _moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)
