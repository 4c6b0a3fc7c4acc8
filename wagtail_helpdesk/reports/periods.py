"""The periods of a recap: a week, a month, a quarter, a year, or days of one's own; and the one before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from ..models import Grain

WEEK, MONTH, QUARTER, YEAR, OWN = "week", "month", "quarter", "year", "own"
KINDS = (WEEK, MONTH, QUARTER, YEAR, OWN)
MONTHS = {MONTH: 1, QUARTER: 3, YEAR: 12}
ONE_DAY = timedelta(days=1)
#: How far the development looks back, the period itself included.
DEVELOPMENT = 12


@dataclass(frozen=True, order=True)
class Period:
    """From the ``first`` day to the ``last``, both included."""

    first: date
    last: date
    kind: str = OWN

    @classmethod
    def around(cls, day: date, kind: str) -> "Period":
        """The week (from Monday), month, quarter or year that ``day`` is in."""
        if kind == WEEK:
            first = day - timedelta(days=day.weekday())
            return cls(first, first + timedelta(days=6), kind)
        length = MONTHS[kind]
        first = day.replace(month=(day.month - 1) // length * length + 1, day=1)
        return cls(first, _months_later(first, length) - ONE_DAY, kind)

    @property
    def before(self) -> "Period":
        """The one before, of the same kind; of own days, as many."""
        if self.kind == OWN:
            return Period(self.first - (self.last - self.first) - ONE_DAY, self.first - ONE_DAY)
        return Period.around(self.first - ONE_DAY, self.kind)

    @property
    def after(self) -> "Period":
        if self.kind == OWN:
            return Period(self.last + ONE_DAY, self.last + (self.last - self.first) + ONE_DAY)
        return Period.around(self.last + ONE_DAY, self.kind)

    def development(self) -> "list[Period]":
        """The last twelve periods up to this one, oldest first."""
        periods = [self]
        while len(periods) < DEVELOPMENT:
            periods.append(periods[-1].before)
        return periods[::-1]

    def contains(self, day: date) -> bool:
        return self.first <= day <= self.last


def counters_of(periods: Iterable[Period]) -> Q:
    """Which counters add up to these periods: whole months where a month lies in one, else days."""
    months: list[date] = []
    spans: list[tuple[date, date]] = []
    for period in periods:
        start = period.first
        while start <= period.last:
            end = _months_later(start.replace(day=1), 1) - ONE_DAY
            if start.day == 1 and end <= period.last:
                months.append(start)
            else:
                end = min(end, period.last)
                spans.append((start, end))
            start = end + ONE_DAY
    wanted = Q(grain=Grain.MONTH, start__in=months)
    for first, last in _joined(spans):
        wanted |= Q(grain=Grain.DAY, start__range=(first, last))
    return wanted


def counters_until(last: date) -> Q:
    """All counters from the beginning to that day."""
    month = (last + ONE_DAY).replace(day=1)
    return Q(grain=Grain.MONTH, start__lt=month) | Q(
        grain=Grain.DAY, start__gte=month, start__lte=last
    )


def _joined(spans: list[tuple[date, date]]) -> list[tuple[date, date]]:
    joined: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + ONE_DAY:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _months_later(first: date, months: int) -> date:
    years, month = divmod(first.month - 1 + months, 12)
    return first.replace(year=first.year + years, month=month + 1)
