"""From a figure to its tickets, and from that address to the same tickets in the queue."""

from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ....conf import helpdesk_settings
from ....models import Ticket
from ....reports.behind import COLUMNS, FIGURES, OPEN, entries_behind, tickets_behind
from ....reports.periods import Period
from ....reports.solutions import solutions, tickets_of
from ....tallies.days import today
from ...counting import Count
from ...queue.desk import Desk
from . import figures
from .asked import OWN, days_in_words, of_period, parsed_day
from .scopes import Choice, choices

#: Parameters of an address of the queue.
FIGURE, FIRST, LAST, OF, BY, KEY = (
    "recap",
    "recap_first",
    "recap_last",
    "recap_of",
    "recap_by",
    "recap_key",
)
PARAMETERS = (FIGURE, FIRST, LAST, OF, BY, KEY)
SOLUTION = "solution"
WORDS = {
    each.behind: each.label
    for each in (*figures.TOGETHER, *figures.PERSONAL)
    if each.name == each.behind
} | {OPEN: figures.OPEN_LABEL, "escalated": gettext_lazy("Passed on"), "held": figures.HELD.label}


class Addresses:
    """Of the tickets behind the figures of a scope, in the queue. A page has a hundred."""

    def __init__(self, of: str) -> None:
        self.start = f"{reverse('wagtail_helpdesk_admin:tickets')}?view=all&{OF}={quote(of)}"

    def of(self, figure: str, period: Period, by: str = "", key: str = "") -> str:
        days = f"{FIRST}={period.first.isoformat()}&{LAST}={period.last.isoformat()}"
        place = f"&{BY}={by}&{KEY}={quote(key, safe='')}" if by else ""
        return f"{self.start}&{FIGURE}={figure}&{days}{place}"


@dataclass
class Behind:
    """Which figure an address of the queue asks for. One that makes no sense, or isn't theirs, finds nothing."""

    desk: Desk
    data: QueryDict
    figure: str = field(init=False)

    def __post_init__(self) -> None:
        self.figure = self.data.get(FIGURE, "")

    def __bool__(self) -> bool:
        return bool(self.figure)

    @cached_property
    def choice(self) -> Choice | None:
        return choices(self.desk).get(self.data.get(OF, ""))

    @cached_property
    def period(self) -> Period | None:
        first, last = (parsed_day(self.data.get(name, "")) for name in (FIRST, LAST))
        return Period(first, last) if first and last and first <= last else None

    @property
    def by(self) -> str:
        return self.data.get(BY, "")

    @property
    def key(self) -> str:
        return self.data.get(KEY, "")

    @cached_property
    def is_valid(self) -> bool:
        known = self.figure in FIGURES or self.figure == OPEN
        if not known or self.choice is None or self.period is None or "\x00" in self.key:
            return False
        if self.figure == OPEN and self.by in ("step", "outcome", SOLUTION):
            return False
        return self.by in ("", SOLUTION) or (self.by in COLUMNS and self._key_fits())

    def _key_fits(self) -> bool:
        """A key that can't be one would be an error of the database."""
        if self.by in ("channel", "step", "outcome"):
            return len(self.key) <= 80
        if self.by == "person":
            try:
                key = Ticket._meta.get_field("assignee").target_field.to_python(self.key)
            except Exception:
                return False
            return len(self.key) < 40 and (not isinstance(key, int) or 0 < key < 2**63)
        return self.key.isdecimal() and len(self.key) < 19

    def filter(self, visible: QuerySet[Ticket]) -> QuerySet[Ticket]:
        """Of what may be seen, what is behind the figure."""
        return visible.filter(self.condition) if self.is_valid else visible.none()

    @cached_property
    def condition(self) -> Q:
        scope = self.choice.scope
        if self.by == SOLUTION:
            given = solutions(scope, self.period, visible=self.desk.visible)
            return Q(pk__in=tickets_of(self.key, given))
        return tickets_behind(self.figure, scope, self.period, dimension=self.by, key=self.key)

    # In words, above the list

    @property
    def label(self) -> str:
        return str(WORDS.get(self.figure, ""))

    @property
    def days(self) -> str:
        return days_in_words(self.period) if self.period.first != self.period.last else ""

    @property
    def recap_url(self) -> str:
        query = QueryDict(mutable=True)
        query.update(
            {
                "of": self.data.get(OF, ""),
                **of_period(Period(self.period.first, self.period.last, OWN)),
            }
        )
        return f"{reverse('wagtail_helpdesk_admin:recap')}?{query.urlencode()}"

    def explained(self, shown: Count) -> list[str]:
        """Why there may be fewer tickets here than the figure says. ``shown`` is how many the list has."""
        if self.by == SOLUTION:
            return []
        cap = helpdesk_settings.COUNT_CAP
        if self.figure == OPEN:
            tickets = (
                Ticket.objects.filter(self.condition).order_by().values("pk")[: cap + 1].count()
            )
            times = tickets
        else:
            entries = entries_behind(
                self.figure, self.choice.scope, self.period, dimension=self.by, key=self.key
            )
            times = entries.values("pk")[: cap + 1].count()
            tickets = entries.exclude(ticket=None).values("ticket").distinct()[: cap + 1].count()
        if max(times, tickets) > cap or shown.capped:
            return []
        said = []
        if times > tickets:
            said.append(
                _("The figure is %(times)d: some tickets count more than once.") % {"times": times}
            )
        if (hidden := tickets - shown.number) > 0:
            said.append(
                _("%(number)d more are elsewhere now, where you may not see them.")
                % {"number": hidden}
            )
        return said


def is_running(period: Period) -> bool:
    return period.contains(today())
