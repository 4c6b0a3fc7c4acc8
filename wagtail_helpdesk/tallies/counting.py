"""How entries add up to counters."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, NamedTuple

from ..models import Grain, TallyEntry, TallyKind
from .days import month_of
from .spread import step_of

#: What figures are given by. The empty one is all together.
DIMENSIONS = ("", "level", "type", "channel", "organisation", "person", "step", "outcome")
#: The counters of ``Tally``, and its two spreads.
COUNTERS = (
    "received",
    "answered",
    "answered_late",
    "solved",
    "solved_late",
    "dropped",
    "reopened",
    "credited",
    "backlog",
    "up",
    "down",
    "sideways",
    "held_seconds",
    "visits_done",
    "visits_not_at_home",
    "visits_moved",
    "helped",
    "not_helped",
)
SPREADS = ("responses", "solutions")
#: How the number of open tickets changes with it.
BACKLOG = {
    TallyKind.RECEIVED: 1,
    TallyKind.REOPENED: 1,
    TallyKind.CAME: 1,
    TallyKind.LEFT: -1,
    TallyKind.SOLVED: -1,
    TallyKind.DROPPED: -1,
}


class Line(NamedTuple):
    """What counts of an entry."""

    kind: str
    day: date
    division: int
    level: int
    type: int
    channel: str
    organisation: int | None
    person: Any
    seconds: int | None
    late: bool | None
    detail: str
    step: str
    number: int


COLUMNS = ("kind", "day", "division", "level", "complaint_type", "channel", "organisation", "person",
           "seconds", "late", "detail", "step", "number")  # fmt: skip


class Slot(NamedTuple):
    """Which counter."""

    grain: str
    start: date
    division: int
    dimension: str
    key: str


class Counts:
    """The values of one counter."""

    __slots__ = ("numbers", "spreads")

    def __init__(self) -> None:
        self.numbers: Counter[str] = Counter()
        self.spreads: dict[str, Counter[int]] = {name: Counter() for name in SPREADS}

    def __bool__(self) -> bool:
        return any(self.numbers.values()) or any(
            any(spread.values()) for spread in self.spreads.values()
        )

    def __getitem__(self, name: str) -> int:
        return self.numbers[name]

    def add(self, other: "Counts") -> None:
        self.numbers.update(other.numbers)
        for name, spread in other.spreads.items():
            self.spreads[name].update(spread)

    def add_numbers(self, numbers: Iterable[int | None]) -> None:
        """``numbers`` in the order of ``COUNTERS``."""
        for name, number in zip(COUNTERS, numbers, strict=True):
            if number:
                self.numbers[name] += number

    def add_spreads(self, spreads: Iterable[dict[str, int]]) -> None:
        """``spreads`` in the order of ``SPREADS``, as they are stored."""
        for name, steps in zip(SPREADS, spreads, strict=True):
            spread = self.spreads[name]
            for step, number in steps.items():
                spread[int(step)] += number

    def columns(self) -> dict[str, Any]:
        """As a row of ``Tally`` has them."""
        return {name: self.numbers[name] for name in COUNTERS} | {
            name: {str(step): n for step, n in sorted(spread.items()) if n}
            for name, spread in self.spreads.items()
        }


def line_of(entry: TallyEntry) -> Line:
    names = (TallyEntry._meta.get_field(name).attname for name in COLUMNS)
    return Line(*(getattr(entry, name) for name in names))


def add_up(counted: Iterable[Line]) -> dict[Slot, Counts]:
    """The counters that these change, by day and by month, of their division and of all."""
    sums: dict[Slot, Counts] = defaultdict(Counts)
    for line in counted:
        numbers, spread = values(line)
        starts = ((Grain.DAY.value, line.day), (Grain.MONTH.value, month_of(line.day)))
        for dimension, key in places(line):
            for division in (0, line.division):
                for grain, start in starts:
                    counts = sums[Slot(grain, start, division, dimension, key)]
                    for name, number in numbers:
                        counts.numbers[name] += number
                    if spread:
                        counts.spreads[spread[0]][spread[1]] += line.number
    return sums


def values(line: Line) -> tuple[list[tuple[str, int]], tuple[str, int] | None]:
    """By how much which counters grow; and the spread and step that one more belongs to."""
    number, kind = line.number, line.kind
    grows, spread = [], None
    if kind in BACKLOG:
        grows.append(("backlog", BACKLOG[TallyKind(kind)] * number))
    if kind in (TallyKind.ESCALATED, TallyKind.RATED):
        grows.append((line.detail, number))
    elif kind == TallyKind.VISITED:
        grows.append((f"visits_{line.detail}", number))
    elif kind == TallyKind.HELD:
        grows.append(("held_seconds", (line.seconds or 0) * number))
    elif kind not in (TallyKind.CAME, TallyKind.LEFT):
        grows.append((kind, number))
    if kind in (TallyKind.ANSWERED, TallyKind.SOLVED) and line.late:
        grows.append((f"{kind}_late", number))
    if line.seconds is not None:
        if kind == TallyKind.ANSWERED:
            spread = ("responses", step_of(line.seconds))
        elif kind == TallyKind.SOLVED:
            spread = ("solutions", step_of(line.seconds))
    return grows, spread


def places(line: Line) -> Iterator[tuple[str, str]]:
    """Dimension and key under which it counts."""
    if line.kind != TallyKind.CREDITED:  # each ticket once, however many worked on it
        yield "", ""
        yield "level", str(line.level)
        yield "type", str(line.type)
        yield "channel", line.channel
        if line.organisation is not None:
            yield "organisation", str(line.organisation)
    if line.person is not None:
        yield "person", str(line.person)
    if line.kind == TallyKind.ESCALATED:
        yield "step", line.step
    elif line.kind == TallyKind.SOLVED:
        yield "outcome", line.detail
