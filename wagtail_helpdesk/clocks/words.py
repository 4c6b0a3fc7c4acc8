"""What was promised, as the requester reads it: in the active language, by the site's clocks."""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..models import Ticket
from ..working_time import NeverOpen
from .promises import STOPPED
from .timetable import policy_of


@dataclass(frozen=True)
class Promised:
    """By when the requester hears of us."""

    answered: bool
    """Whether they had an answer already, so that ``due`` is when it shall be solved."""
    due: str
    late: bool
    opens: str
    """When we work again; empty while we do."""


def promised(ticket: Ticket, *, at: datetime | None = None) -> Promised | None:
    """What ``ticket`` was promised; ``None`` for nothing, and while the clock stands."""
    policy = policy_of(ticket)
    if policy is None or ticket.status in STOPPED:
        return None
    answered = ticket.first_responded_at is not None
    due = None if answered else ticket.first_response_due_at
    if due is None:
        answered, due = True, ticket.resolution_due_at
    if due is None:
        return None
    at = at or timezone.now()
    try:
        opens = policy.hours.opens_at(at)
    except NeverOpen:
        return None
    return Promised(
        answered=answered,
        due=in_words(due),
        late=due < at,
        opens=in_words(opens) if opens > at else "",
    )


def window_in_words(starts: datetime, ends: datetime) -> str:
    """“Tuesday, 24 November 2026, 09:00–11:00 (WIB)”, by the site's clocks, whoever reads it."""
    zone = timezone.get_default_timezone()
    local, end = timezone.localtime(starts, zone), timezone.localtime(ends, zone)
    if local.date() != end.date():
        return _("%(start)s – %(end)s") % {"start": in_words(starts), "end": in_words(ends)}
    return _("%(weekday)s, %(date)s, %(start)s–%(end)s (%(zone)s)") % {
        "weekday": date_format(local, "l"),
        "date": date_format(local, "DATE_FORMAT"),
        "start": date_format(local, "TIME_FORMAT"),
        "end": date_format(end, "TIME_FORMAT"),
        "zone": local.tzname(),
    }


def in_words(moment: datetime) -> str:
    """“Tuesday, 24 November 2026, 15:00 (WIB)”: the weekday, since it is what people remember."""
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return _("%(weekday)s, %(date)s, %(time)s (%(zone)s)") % {
        "weekday": date_format(local, "l"),
        "date": date_format(local, "DATE_FORMAT"),
        "time": date_format(local, "TIME_FORMAT"),
        "zone": local.tzname(),
    }
