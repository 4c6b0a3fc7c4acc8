"""The figures: what each is called, how it is counted, and which tickets are behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.formats import number_format
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from ....tallies.counting import Counts
from ....tallies.spread import quantile

#: Of fewer cases there is no median and no share: one more or less would change it.
ENOUGH = 5
NUMBER, DURATION, SHARE = "number", "duration", "share"


@dataclass(frozen=True)
class Figure:
    """``behind`` is the figure of ``reports.behind`` whose tickets it counts."""

    name: str
    label: str
    definition: str
    value: Callable[[Counts], int | None]
    behind: str = ""
    kind: str = NUMBER


def _count(name: str, label: str, definition: str, behind: str | None = None) -> Figure:
    return Figure(
        name, label, definition, lambda counts: counts[name], name if behind is None else behind
    )


def _quantile(name: str, label: str, definition: str, spread: str, share: float, behind: str):
    def value(counts: Counts) -> int | None:
        steps = counts.spreads[spread]
        return quantile(steps, share) if sum(steps.values()) >= ENOUGH else None

    return Figure(name, label, definition, value, behind, DURATION)


RECEIVED = _count(
    "received",
    gettext_lazy("Received"),
    gettext_lazy("Tickets that came in, by whatever channel; follow-ups of older ones too."),
)
SOLVED = _count(
    "solved",
    gettext_lazy("Solved"),
    gettext_lazy(
        "How often an open ticket was solved, in the division and at the level that had it then. "
        "One that is reopened and solved again counts again."
    ),
)
SOLVED_LATE = _count(
    "solved_late",
    gettext_lazy("Solved late"),
    gettext_lazy(
        "Of these: solved after the time that was promised. Where nothing is promised, nothing is late."
    ),
)
DROPPED = _count(
    "dropped",
    gettext_lazy("Closed unsolved"),
    gettext_lazy("Open tickets that were closed without being solved: duplicates, for one."),
)
REOPENED = _count(
    "reopened",
    gettext_lazy("Reopened"),
    gettext_lazy("How often a solved or closed ticket was opened again."),
)
ANSWERED = _count(
    "answered",
    gettext_lazy("First responses"),
    gettext_lazy("Tickets that got their first answer from staff."),
)
ANSWERED_LATE = _count(
    "answered_late",
    gettext_lazy("First responses late"),
    gettext_lazy("Of these: given after the time that was promised."),
)
UP = _count(
    "up", gettext_lazy("Passed up"), gettext_lazy("How often a ticket went to a higher level.")
)
DOWN = _count(
    "down",
    gettext_lazy("Passed down"),
    gettext_lazy("How often a ticket went to a lower level: handed back, mostly."),
)
SIDEWAYS = _count(
    "sideways",
    gettext_lazy("Passed to another division"),
    gettext_lazy("How often a ticket went to another division at the same level."),
)
CREDITED = _count(
    "credited",
    gettext_lazy("Worked on and solved"),
    gettext_lazy(
        "Tickets that were solved, for everybody who held them until then: one that three worked on counts for "
        "each of the three."
    ),
)
HELD = Figure(
    "held",
    gettext_lazy("Held"),
    gettext_lazy(
        "Working hours for which tickets were held, of what was passed on or closed. Waiting for somebody else "
        "doesn't count."
    ),
    lambda counts: counts["held_seconds"] or None,
    "held",
    DURATION,
)
RESPONSE_MEDIAN = _quantile(
    "response_median",
    gettext_lazy("First response, median"),
    gettext_lazy(
        "Working hours from the beginning to the first answer of staff, without waiting for the requester; half "
        "were quicker. Right to within 5 per cent."
    ),
    "responses", 0.5, "answered",
)  # fmt: skip
RESPONSE_90 = _quantile(
    "response_90",
    gettext_lazy("First response, 90th percentile"),
    gettext_lazy("Nine of ten were quicker than this."),
    "responses", 0.9, "answered",
)  # fmt: skip
SOLUTION_MEDIAN = _quantile(
    "solution_median",
    gettext_lazy("Resolution, median"),
    gettext_lazy(
        "Working hours from the beginning to the solution, without waiting for the requester; half were quicker. "
        "Right to within 5 per cent."
    ),
    "solutions", 0.5, "solved",
)  # fmt: skip
SOLUTION_90 = _quantile(
    "solution_90",
    gettext_lazy("Resolution, 90th percentile"),
    gettext_lazy("Nine of ten were quicker than this."),
    "solutions", 0.9, "solved",
)  # fmt: skip
VISITS_DONE = _count(
    "visits_done",
    gettext_lazy("Visits done"),
    gettext_lazy(
        "Visits that were reported as done, by the day of the report and for who reported it."
    ),
)
VISITS_MISSED = _count(
    "visits_not_at_home",
    gettext_lazy("Nobody at home"),
    gettext_lazy("Visits at which nobody was there."),
)
VISITS_MOVED = _count(
    "visits_moved",
    gettext_lazy("Visits moved"),
    gettext_lazy("How often a visit was moved to another time."),
)
RATED = Figure(
    "rated",
    gettext_lazy("Answers to “did we help you?”"),
    gettext_lazy("Requesters who said whether it helped, by the day on which they first did."),
    lambda counts: counts["helped"] + counts["not_helped"],
    "rated",
)
HELPED = Figure(
    "helped",
    pgettext_lazy("share of requesters", "Helped"),
    gettext_lazy(
        "The share of these answers that say yes, as they stand now. Who says nothing isn't counted."
    ),
    lambda counts: _share(counts["helped"], counts["helped"] + counts["not_helped"]),
    "helped",
    SHARE,
)
OPEN_LABEL = gettext_lazy("Open at the end")
OPEN_DEFINITION = gettext_lazy(
    "Tickets that were neither solved nor closed when the last day was over."
)
LATE_LABEL = gettext_lazy("Late now")
LATE_DEFINITION = gettext_lazy(
    "Open tickets that are past the time that was promised, at this moment, whatever the period."
)

#: All together; and of one person.
TOGETHER = (
    RECEIVED, SOLVED, SOLVED_LATE, DROPPED, REOPENED, ANSWERED, ANSWERED_LATE,
    RESPONSE_MEDIAN, RESPONSE_90, SOLUTION_MEDIAN, SOLUTION_90, UP, DOWN, SIDEWAYS,
    VISITS_DONE, VISITS_MISSED, VISITS_MOVED, RATED, HELPED,
)  # fmt: skip
PERSONAL = (
    CREDITED, ANSWERED, ANSWERED_LATE, RESPONSE_MEDIAN, RESPONSE_90, SOLVED, SOLVED_LATE,
    SOLUTION_MEDIAN, REOPENED, UP, DOWN, SIDEWAYS, HELD,
    VISITS_DONE, VISITS_MISSED, RATED, HELPED,
)  # fmt: skip
#: Beside each other.
COMPARED = (
    RECEIVED, SOLVED, SOLVED_LATE, REOPENED, RESPONSE_MEDIAN, SOLUTION_MEDIAN, SOLUTION_90, HELPED,
)  # fmt: skip
COMPARED_PEOPLE = (
    CREDITED, ANSWERED, UP, REOPENED, HELD, RESPONSE_MEDIAN, VISITS_DONE, HELPED,
)  # fmt: skip


def in_words(figure: Figure, value: int | None) -> str:
    if value is None:
        return too_few() if figure is not HELD else duration(0)
    return sized(value, figure.kind)


def sized(value: int, kind: str) -> str:
    if kind == SHARE:
        return f"{number(value)} %"
    return duration(value) if kind == DURATION else number(value)


def _share(number: int, total: int) -> int | None:
    return round(100 * number / total) if total >= ENOUGH else None


def number(value: int) -> str:
    return _number(value, get_language())


@lru_cache(maxsize=5_000)
def _number(value: int, language: str | None) -> str:
    return number_format(value, force_grouping=True)


def too_few() -> str:
    return _("not enough to say")


def duration(seconds: int) -> str:
    """In working hours; under one, in minutes."""
    if seconds < 3_600:
        return _("%(number)s min") % {"number": number_format(round(seconds / 60))}
    places = 1 if seconds < 100 * 3_600 else 0
    hours = number_format(round(seconds / 3_600, places), decimal_pos=places, force_grouping=True)
    return _("%(number)s h") % {"number": hours}


def change(now: int | None, before: int | None, kind: str) -> str:
    """By how much it differs, with its sign; a share only of enough cases."""
    if now is None or before is None:
        return "–"
    difference = now - before
    if not difference:
        return _("the same")
    sign = "+" if difference > 0 else "−"
    size = sized(abs(difference), NUMBER if kind == SHARE else kind)
    if kind == SHARE:
        return _("%(difference)s percentage points") % {"difference": f"{sign}{size}"}
    if abs(before) < ENOUGH:
        return f"{sign}{size}"
    percent = round(100 * abs(difference) / before)
    return f"{sign}{size} ({sign}{number(percent)} %)"
