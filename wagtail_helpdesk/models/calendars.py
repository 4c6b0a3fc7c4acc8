"""When a company works: hours by weekday, holidays, a time zone."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from ..working_time import DAY, WorkingTime


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(
            _("Unknown time zone: “%(value)s”. Write it as “Asia/Jakarta”."),
            params={"value": value},
        )


class WorkingCalendar(ClusterableModel):
    """When time counts. What was promised by it is worked out anew when it changes."""

    name = models.CharField(_("name"), max_length=100)
    time_zone = models.CharField(
        _("time zone"),
        max_length=50,
        validators=[validate_time_zone],
        help_text=_("The hours below are those of clocks there: “Asia/Jakarta”."),
    )

    class Meta:
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        ordering = ["name"]

    def __str__(self) -> str:
        return gettext(self.name) if self.name else ""

    @classmethod
    def from_spans(
        cls,
        *,
        name: str,
        time_zone: str,
        spans: Mapping[int, Iterable[tuple[float, float]]],
        holidays: Iterable[date] = (),
    ) -> "WorkingCalendar":
        """A calendar, saved: ``spans`` has for a weekday (0 is Monday) its hours, as ``[(8, 12), (13, 17.5)]``.

        Raises ``ValidationError`` for an unknown time zone or weekday, and for hours that are none.
        """
        with transaction.atomic():
            calendar = cls(name=name, time_zone=time_zone)
            calendar.full_clean()
            calendar.save()
            for weekday, hours in spans.items():
                for opens, closes in hours:
                    row = WorkingHours(
                        calendar=calendar,
                        weekday=weekday,
                        opens_at=_time(opens),
                        closes_at=_time(closes),
                    )
                    row.full_clean()
                    row.save()
            for day in sorted(set(holidays)):
                Holiday.objects.create(calendar=calendar, date=day)
        return calendar

    @property
    def working_time(self) -> WorkingTime:
        """The hours as they are now; ask once for many calculations."""
        week: list[list[tuple[int, int]]] = [[] for _day in range(7)]
        for row in sorted(self.hours.all(), key=lambda row: row.opens_at):
            week[row.weekday].append((_seconds(row.opens_at), _seconds(row.closes_at) or DAY))
        return WorkingTime(
            zone=self.time_zone,
            week=tuple(tuple(day) for day in week),
            holidays=frozenset(row.date for row in self.holidays.all()),
        )

    def working_seconds(self, start: datetime, end: datetime) -> int:
        """Working seconds from ``start`` to ``end``; 0 where the end comes first."""
        return self.working_time.seconds_between(start, end)

    def add_working_seconds(self, start: datetime, seconds: int) -> datetime:
        """The first moment (UTC) by which ``seconds`` of work have passed. See ``WorkingTime.add``."""
        return self.working_time.add(start, seconds)


def _time(hours: float) -> time:
    """8.5 is half past eight; 24 is the end of the day."""
    minutes = round(hours * 60)
    if not 0 <= minutes <= 24 * 60:
        raise ValidationError(_("Hours are from 0 to 24."))
    return time(minutes // 60 % 24, minutes % 60)


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second


class WorkingHours(models.Model):
    """One span of a weekday. A day may have several, and one without any is free."""

    calendar = ParentalKey(WorkingCalendar, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=list(WEEKDAYS.items()))
    opens_at = models.TimeField(_("from"))
    closes_at = models.TimeField(
        _("to"), help_text=_("0:00 is the end of the day. A night shift is two rows.")
    )

    class Meta:
        verbose_name = _("working hours")
        verbose_name_plural = _("working hours")
        default_permissions = ()
        ordering = ["weekday", "opens_at"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="helpdesk_hours_weekday"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")) | Q(closes_at="00:00"),
                name="helpdesk_hours_in_order",
                violation_error_message=_("The end comes after the beginning."),
            ),
        ]

    def __str__(self) -> str:
        return f"{WEEKDAYS[self.weekday]} {self.opens_at:%H:%M}–{self.closes_at:%H:%M}"


class Holiday(models.Model):
    """A day on which nobody works."""

    calendar = ParentalKey(WorkingCalendar, on_delete=models.CASCADE, related_name="holidays")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        default_permissions = ()
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["calendar", "date"], name="helpdesk_holiday_once")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.name}".strip()
