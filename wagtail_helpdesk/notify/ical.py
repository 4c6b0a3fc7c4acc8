"""Visits for calendars, as RFC 5545 has it. The library ``icalendar`` escapes and folds what people wrote.

Times are in UTC, which every calendar shows by its owner's clocks; so no file has to explain a time zone.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from ..models import OutboxMessage, Visit
from .contents import Desk

PRODUCT = "-//wagtail-helpdesk//visits//EN"
#: Kind of mail -> what its file asks of a calendar (RFC 5546). Nobody is asked to reply: nobody would read it.
METHODS = {
    "visit_planned": "PUBLISH",
    "visit_moved": "PUBLISH",
    "visit_called_off": "CANCEL",
}
#: How often a calendar that follows a feed may ask.
REFRESH = timedelta(hours=1)


def attachment(row: OutboxMessage, *, organizer: str) -> tuple[str, str, str]:
    """Name, text and type of the file that goes with a mail about ``row.visit``, in the active language.

    It holds no link: calendars are shared and synchronised more easily than mails are.
    """
    visit, method = row.visit, METHODS[row.kind]
    desk = Desk.of(row.ticket.site)
    event = event_of(visit, summary=_("Visit: %(desk)s") % {"desk": desk.name})
    event.add("description", _("Ticket %(ticket)s") % {"ticket": row.ticket.reference})
    address = vCalAddress(f"mailto:{organizer}")
    address.params["CN"] = vText(desk.name)
    event.add("organizer", address)
    text = calendar_of([event], method=method).to_ical().decode()
    return "visit.ics", text, f"text/calendar; method={method}"


def event_of(visit: Visit, *, summary: str) -> Event:
    """The part that an invitation and a feed have in common."""
    changed = visit.called_off_at or visit.reported_at or visit.created_at
    event = Event()
    event.add("uid", visit.uid)
    event.add("sequence", visit.sequence)
    event.add("dtstamp", _second(changed))
    event.add("dtstart", _second(visit.starts_at))
    event.add("dtend", _second(visit.ends_at))
    event.add("summary", summary)
    event.add("location", visit.place)
    event.add("status", "CANCELLED" if visit.is_called_off else "CONFIRMED")
    return event


def calendar_of(events: Iterable[Event], *, method: str, name: str = "") -> Calendar:
    """``name`` is for a calendar that is subscribed to (RFC 7986), and tells how often to ask for it."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", method)
    if name:
        calendar.add("name", name)
        calendar.add("x-wr-calname", name)  # what calendars asked for before RFC 7986, and still do
        calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    return calendar


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)
