"""Where a day begins: by the clock of the project, for counters, screens and drill-downs alike.

The zone of whoever looks would give two people two figures; so would that of each calendar, since a ticket can
change its policy.
"""

from datetime import date, datetime

from django.utils import timezone


def day_of(at: datetime) -> date:
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def today() -> date:
    return day_of(timezone.now())


def month_of(day: date) -> date:
    return day.replace(day=1)
