"""When a company works: hours by weekday, holidays, a time zone."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel


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
