"""The first working calendar and the first SLA policy, and whom they hold for."""

from datetime import time

from django.conf import settings
from wagtail.models import Site

from ..models import (
    HelpdeskSettings,
    SlaLevelTarget,
    SlaPolicy,
    SlaTarget,
    SupportLevel,
    WorkingCalendar,
    WorkingHours,
)
from . import defaults
from .report import Report


def make_promises(report: Report) -> None:
    """Office hours and targets in them, where there is no policy yet; the default site follows them."""
    if SlaPolicy.objects.exists():
        report.kept.append("SLA policies and working calendars")
        return
    policy = SlaPolicy.objects.create(name=defaults.POLICY, calendar=_calendar(report))
    for priority, (first_response, resolution) in defaults.TARGETS.items():
        SlaTarget.objects.create(
            policy=policy,
            priority=priority,
            first_response_minutes=first_response * defaults.HOUR,
            resolution_minutes=resolution * defaults.HOUR,
        )
    # An owner may have kept fewer levels than we ship, or added some.
    levels = SupportLevel.objects.order_by("rank")
    for level, hours in zip(levels, defaults.LEVEL_HOURS, strict=False):
        SlaLevelTarget.objects.create(policy=policy, level=level, minutes=hours * defaults.HOUR)
    report.made.append(f"the SLA policy “{defaults.POLICY}”")
    follow(Site.objects.order_by("-is_default_site", "pk")[0], policy, report)


def follow(site: Site, policy: SlaPolicy, report: Report) -> None:
    """Let the tickets of ``site`` follow ``policy``, unless it has one of its own."""
    row, _made = HelpdeskSettings.objects.get_or_create(site=site)
    made = row.sla_policy_id is None
    if made:
        row.sla_policy = policy
        row.save()
    report.say(made, f"the SLA policy that {site} follows")


def make_hours(calendar: WorkingCalendar, week: dict[int, list[tuple[time, time]]]) -> None:
    """Give ``calendar`` the spans of each weekday (Monday is 0)."""
    calendar.hours = [
        WorkingHours(weekday=day, opens_at=opens, closes_at=closes)
        for day, spans in week.items()
        for opens, closes in spans
    ]
    calendar.save()


def _calendar(report: Report) -> WorkingCalendar:
    existing = WorkingCalendar.objects.order_by("pk").first()
    if existing is not None:
        report.kept.append("working calendars")
        return existing
    calendar = WorkingCalendar.objects.create(name=defaults.CALENDAR, time_zone=settings.TIME_ZONE)
    make_hours(calendar, dict.fromkeys(defaults.WORKING_DAYS, defaults.WORKING_HOURS))
    report.made.append(f"the working calendar “{defaults.CALENDAR}” ({settings.TIME_ZONE})")
    return calendar
