"""The demonstration's hours and targets: an office in West Indonesian Time, and faults around the clock."""

from datetime import date, time
from typing import Any

from wagtail.models import Site

from ...models import (
    HelpdeskSettings,
    Holiday,
    SlaLevelTarget,
    SlaPolicy,
    SlaTarget,
    SupportLevel,
    WorkingCalendar,
)
from .. import defaults
from ..promises import follow, make_hours
from ..report import Report

HOUR = defaults.HOUR


def make_promises(data: dict[str, Any], site: Site) -> dict[str, SlaPolicy]:
    """Make the policies of ``data``; ``site`` follows the first. Returns key -> policy."""
    calendars = {key: _calendar(row) for key, row in data["calendars"].items()}
    levels = {level.rank: level for level in SupportLevel.objects.all()}
    policies = {
        key: _policy(row, calendars[row["calendar"]], levels)
        for key, row in data["policies"].items()
    }
    shipped = SlaPolicy.objects.filter(name=defaults.POLICY).first()
    if shipped is not None:
        # What setup_helpdesk made a moment ago makes room, unless somebody follows it elsewhere.
        HelpdeskSettings.objects.filter(site=site, sla_policy=shipped).update(sla_policy=None)
    follow(site, next(iter(policies.values())), Report())
    return policies


def _calendar(row: dict[str, Any]) -> WorkingCalendar:
    calendar, made = WorkingCalendar.objects.get_or_create(
        name=row["name"], defaults={"time_zone": row["time_zone"]}
    )
    if made:
        calendar.holidays = [
            Holiday(date=date.fromisoformat(day), name=name)
            for day, name in row.get("holidays", {}).items()
        ]
        make_hours(
            calendar,
            {
                int(day): [tuple(map(time.fromisoformat, span)) for span in spans]
                for day, spans in row["week"].items()
            },
        )
    return calendar


def _policy(
    row: dict[str, Any], calendar: WorkingCalendar, levels: dict[int, SupportLevel]
) -> SlaPolicy:
    policy, made = SlaPolicy.objects.get_or_create(
        name=row["name"], defaults={"calendar": calendar}
    )
    if made:
        for priority, (first_response, resolution) in row["targets"].items():
            SlaTarget.objects.create(
                policy=policy,
                priority=priority,
                first_response_minutes=first_response * HOUR,
                resolution_minutes=resolution * HOUR,
            )
        for rank, hours in enumerate(row["levels"], start=1):
            SlaLevelTarget.objects.create(policy=policy, level=levels[rank], minutes=hours * HOUR)
    return policy
