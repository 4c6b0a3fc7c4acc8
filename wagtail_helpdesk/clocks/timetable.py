"""The SLA policies of a site, ready to be asked: every operation on a ticket does, and they hardly ever change.

They are kept in the site's cache; a process whose cache the others don't share learns of a change within a minute.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from ..models import (
    ComplaintType,
    Division,
    HelpdeskSettings,
    Holiday,
    SlaLevelTarget,
    SlaPolicy,
    SlaTarget,
    Ticket,
    WorkingCalendar,
    WorkingHours,
)
from ..working_time import WorkingTime
from .heartbeat import POLICIES, beat

KEY = "wagtail_helpdesk:timetable:1"
SECONDS = 60
MINUTE = 60


@dataclass(frozen=True)
class Policy:
    """One SLA policy; targets are in working seconds, and what has none is not promised."""

    pk: int
    hours: WorkingTime
    #: priority -> target
    first_response: dict[str, int] = field(default_factory=dict)
    resolution: dict[str, int] = field(default_factory=dict)
    #: level -> how long it may hold a ticket
    levels: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Timetable:
    policies: dict[int, Policy]
    #: type, division and site -> policy, where they have one of their own
    of_type: dict[int, int]
    of_division: dict[int, int]
    of_site: dict[int, int]

    def policy_of(self, ticket: Ticket) -> Policy | None:
        """The policy of the ticket's type, else of its division, else of its site."""
        key = (
            self.of_type.get(ticket.complaint_type_id)
            or self.of_division.get(ticket.division_id)
            or self.of_site.get(ticket.site_id)
        )
        return self.policies.get(key) if key is not None else None


def timetable(*, fresh: bool = False) -> Timetable:
    """All policies as they are now; ``fresh``, whatever is in the cache."""
    known = None if fresh else cache.get(KEY)
    if known is None:
        known = _read()
        cache.set(KEY, known, SECONDS)
    return known


def policy_of(ticket: Ticket) -> Policy | None:
    """What is promised for ``ticket``; ``None`` where nobody promised anything."""
    return timetable().policy_of(ticket)


def working_seconds(ticket: Ticket, start: datetime, end: datetime) -> int:
    """Working seconds between two moments by the ticket's calendar; by the clock where it has none.

    0 if the clocks of two servers disagree.
    """
    policy = policy_of(ticket)
    if policy is None:
        return max(0, int((end - start).total_seconds()))
    return policy.hours.seconds_between(start, end)


def _read() -> Timetable:
    calendars = WorkingCalendar.objects.prefetch_related("hours", "holidays")
    hours = {calendar.pk: calendar.working_time for calendar in calendars}
    first: dict[int, dict[str, int]] = defaultdict(dict)
    solved: dict[int, dict[str, int]] = defaultdict(dict)
    for target in SlaTarget.objects.all():
        if target.first_response_minutes is not None:
            first[target.policy_id][target.priority] = target.first_response_minutes * MINUTE
        if target.resolution_minutes is not None:
            solved[target.policy_id][target.priority] = target.resolution_minutes * MINUTE
    levels: dict[int, dict[int, int]] = defaultdict(dict)
    for target in SlaLevelTarget.objects.all():
        levels[target.policy_id][target.level_id] = target.minutes * MINUTE
    return Timetable(
        policies={
            policy.pk: Policy(
                pk=policy.pk,
                hours=hours[policy.calendar_id],
                first_response=first[policy.pk],
                resolution=solved[policy.pk],
                levels=levels[policy.pk],
            )
            for policy in SlaPolicy.objects.all()
        },
        of_type=_chosen(ComplaintType, "pk"),
        of_division=_chosen(Division, "pk"),
        of_site=_chosen(HelpdeskSettings, "site"),
    )


def _chosen(model: Any, key: str) -> dict[int, int]:
    rows = model._base_manager.exclude(sla_policy=None)
    return dict(rows.values_list(key, "sla_policy"))


def forget_when_something_changes() -> None:
    """Called once, when Django is ready."""
    for model in (
        ComplaintType,
        Division,
        HelpdeskSettings,
        Holiday,
        SlaLevelTarget,
        SlaPolicy,
        SlaTarget,
        WorkingCalendar,
        WorkingHours,
    ):
        for signal in (post_save, post_delete):
            signal.connect(_forget, sender=model, dispatch_uid=f"{__name__}.{model.__name__}")


def _forget(raw: bool = False, **kwargs: Any) -> None:
    # Now, for this transaction; and after it, since others have read the old state until then.
    cache.delete(KEY)
    if not raw:
        transaction.on_commit(_changed)


def _changed() -> None:
    cache.delete(KEY)
    beat(POLICIES)  # for the timers, which work out anew what was promised by the old ones
