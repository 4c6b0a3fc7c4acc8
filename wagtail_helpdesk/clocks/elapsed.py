"""How long something took. By the clock, until working calendars exist; callers need not know."""

from datetime import datetime


def working_seconds(start: datetime, end: datetime) -> int:
    """Whole working seconds from ``start`` to ``end`` (UTC); 0 if the clocks of two servers disagree."""
    return max(0, int((end - start).total_seconds()))
