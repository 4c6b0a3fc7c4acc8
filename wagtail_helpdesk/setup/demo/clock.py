"""Playing the past: what time it is while a step of the demonstration is played."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta

from django.utils import timezone

SUNDAY = 6


@contextmanager
def pretend(moment: datetime) -> Iterator[None]:
    """``timezone.now()`` answers ``moment`` inside the block.

    Every time that Django and the operations store comes from that function. Replacing it is crude,
    and holds for the whole process; but it is one function in one place, in a command that has
    a process to itself, and it leaves the operations free of a parameter that only a
    demonstration would use. Never call this in a server.
    """
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real


def moment_of(text: str, *, now: datetime) -> datetime:
    """What a time in the data means, seen from ``now``.

    ``"12 08:30"``: half past eight, twelve working days (Monday to Saturday) ago, by the site's
    clock. ``"+2 08:00"``: in two working days. ``"-95m"``: 95 minutes ago.
    """
    if text.endswith("m"):
        return now + timedelta(minutes=int(text[:-1]))
    days, clock = text.split()
    hour, minute = clock.split(":")
    zone = timezone.get_default_timezone()
    day = now.astimezone(zone).date()
    step = timedelta(days=1 if days.startswith("+") else -1)
    left = int(days)
    while left:
        day += step
        if day.weekday() != SUNDAY:
            left -= 1 if left > 0 else -1
    return datetime.combine(day, time(int(hour), int(minute)), tzinfo=zone)
