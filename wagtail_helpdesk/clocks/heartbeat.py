"""Signs of life of the background jobs, so that the admin can say which of them is late."""

from datetime import datetime

from django.utils import timezone

from ..models import Heartbeat

#: The job that sees to everything that was left lying. (Delivery has a beat of its own, but a
#: busy site delivers without anybody looking after the rest.)
TIMERS = "timers"
#: When SLA policies or calendars changed last, and up to when what they promise was worked out anew.
POLICIES, PROMISES = "policies", "promises"
#: When the counters of the recap were last written; and those of a day that was over.
RECAP, RECAP_OF_THE_PAST = "recap", "recap_past"


def beat(name: str, *, at: datetime | None = None) -> None:
    """Note that the job ``name`` ran just now, or at ``at`` (UTC)."""
    at = at or timezone.now()
    if not Heartbeat.objects.filter(name=name).update(at=at):
        Heartbeat.objects.get_or_create(name=name, defaults={"at": at})
