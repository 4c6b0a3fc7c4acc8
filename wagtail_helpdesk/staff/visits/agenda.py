"""Which visits somebody is shown, and in which order: what waits to be reported, today, tomorrow, later."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name

from ...models import Ticket, Verb, Visit, VisitOutcome
from ..queue.desk import Desk
from ..workspace.visits import map_url, state_of

MINE, DIVISIONS, ALL = "mine", "divisions", "all"
#: Days after today that are listed, and how many visits of each kind at most.
AHEAD = 14
UNREPORTED_MAX, PLANNED_MAX = 50, 200
RELATED = ("engineer", "ticket__contact", "ticket__level")


@dataclass(frozen=True)
class Line:
    """One visit on the page."""

    visit: Visit
    ticket: Ticket
    hours: str
    #: Where it isn't said above the line.
    day: str
    engineer: str
    state: str
    can_report: bool
    can_call_off: bool

    @property
    def map_url(self) -> str:
        return map_url(self.visit.place)


@dataclass(frozen=True)
class Section:
    key: str
    title: str
    lines: list[Line]
    #: What it says when nothing is in it; a section without words is left out then.
    empty: str = ""
    #: There are more than are shown.
    is_cut: bool = False


class Agenda:
    """The visits that ``desk``'s user may see of those that are ``whose``; by the site's clocks."""

    def __init__(self, desk: Desk, whose: str) -> None:
        self.desk = desk
        self.choices = offered(desk)
        self.whose = whose if whose in self.choices else MINE
        self.zone = timezone.get_default_timezone()
        self.today = timezone.localtime(desk.now, self.zone).date()

    @property
    def visits(self) -> QuerySet:
        """Neither called off nor moved: those have gone from the day."""
        reach = None if self.desk.is_manager else self.desk.reach
        visits = Visit.objects.visible_to(self.desk.user, reach).filter(called_off_at=None)
        visits = visits.exclude(outcome=VisitOutcome.MOVED)
        if self.whose == MINE:
            visits = visits.filter(engineer=self.desk.user)
        elif self.whose == DIVISIONS:
            visits = visits.filter(ticket__division__in=sorted(self.desk.reach.led))
        return visits.select_related(*RELATED)

    def sections(self) -> list[Section]:
        unreported = self._unreported()
        known = {visit.pk for visit in unreported}
        by_day: dict[int, list[Visit]] = {}
        planned = list(self._planned())
        for visit in planned[:PLANNED_MAX]:
            if visit.pk not in known:
                by_day.setdefault(min((self._day(visit) - self.today).days, 2), []).append(visit)
        sections = [
            Section(
                "unreported",
                _("To be reported"),
                self._lines(unreported[:UNREPORTED_MAX], with_day=True),
                is_cut=len(unreported) > UNREPORTED_MAX,
            ),
            self._of_day(0, _("Today"), _("No visit today."), by_day),
            self._of_day(1, _("Tomorrow"), _("No visit tomorrow."), by_day),
            Section(
                "later",
                _("In the next two weeks"),
                self._lines(by_day.get(2, []), with_day=True),
                is_cut=len(planned) > PLANNED_MAX,
            ),
        ]
        return [section for section in sections if section.lines or section.empty]

    def _of_day(self, ahead: int, title: str, empty: str, by_day: dict) -> Section:
        day = self.today + timedelta(days=ahead)
        words = {"day": title, "date": _dated(day)}
        lines = self._lines(by_day.get(ahead, []), with_day=False)
        return Section(
            title=_("%(day)s, %(date)s") % words, key=f"day{ahead}", lines=lines, empty=empty
        )

    def _unreported(self) -> list[Visit]:
        """Over, and nobody has said what came of it; the oldest first."""
        over = self.visits.open().filter(ends_at__lt=self.desk.now).order_by("ends_at", "pk")
        return list(over[: UNREPORTED_MAX + 1])

    def _planned(self) -> QuerySet:
        first, last = self._midnight(0), self._midnight(AHEAD + 1)
        days = self.visits.filter(starts_at__gte=first, starts_at__lt=last)
        return days.order_by("starts_at", "pk")[: PLANNED_MAX + 1]

    def _midnight(self, ahead: int) -> datetime:
        return datetime.combine(self.today + timedelta(days=ahead), time(), tzinfo=self.zone)

    def _day(self, visit: Visit) -> date:
        return timezone.localtime(visit.starts_at, self.zone).date()

    def _lines(self, visits: list[Visit], *, with_day: bool) -> list[Line]:
        return [self._line(visit, with_day) for visit in visits]

    def _line(self, visit: Visit, with_day: bool) -> Line:
        desk, verbs = self.desk, set()
        if visit.is_open:
            asked = [Verb.REPORT_VISIT, Verb.CALL_OFF_VISIT]
            reach = None if desk.is_manager else desk.reach
            verbs = desk.policy.verbs_for(desk.user, visit.ticket, asked, reach=reach)
        starts, ends = (
            timezone.localtime(at, self.zone) for at in (visit.starts_at, visit.ends_at)
        )
        hours = _("%(start)s–%(end)s (%(zone)s)") % {
            "start": date_format(starts, "TIME_FORMAT"),
            "end": date_format(ends, "TIME_FORMAT"),
            "zone": starts.tzname(),
        }
        return Line(
            visit=visit,
            ticket=visit.ticket,
            hours=hours,
            day=_dated(starts) if with_day else "",
            engineer=get_user_display_name(visit.engineer) if self.whose != MINE else "",
            state="" if visit.is_open else state_of(visit),
            can_report=Verb.REPORT_VISIT in verbs,
            can_call_off=Verb.CALL_OFF_VISIT in verbs,
        )


def offered(desk: Desk) -> dict[str, str]:
    """Whose visits ``desk``'s user may choose to see."""
    choices = {MINE: _("Mine")}
    if desk.reach.led:
        choices[DIVISIONS] = _("My divisions")
    if desk.is_manager:
        choices[ALL] = _("All")
    return choices


def _dated(day: date) -> str:
    return _("%(weekday)s, %(date)s") % {
        "weekday": date_format(day, "l"),
        "date": date_format(day, "DATE_FORMAT"),
    }
