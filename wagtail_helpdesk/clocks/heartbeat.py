"""Signs of life of the background jobs, so that the admin can say which of them is late."""

from django.utils import timezone

from ..models import Heartbeat

#: The job that sees to everything that was left lying. (Delivery has a beat of its own, but a
#: busy site delivers without anybody looking after the rest.)
TIMERS = "timers"


def beat(name: str) -> None:
    """Note that the job ``name`` ran just now."""
    at = timezone.now()
    if not Heartbeat.objects.filter(name=name).update(at=at):
        Heartbeat.objects.get_or_create(name=name, defaults={"at": at})
