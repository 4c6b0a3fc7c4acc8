"""An engineer's visits for the calendar on their telephone, which can't sign in: the address is the key.

What is asked with it stays out of our logs, and what opens nothing looks the same whatever is wrong with it.
"""

import logging
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from .. import visit_feeds
from ..models import Visit, VisitOutcome
from ..notify.ical import calendar_of, event_of
from ..notify.recipients import language_of
from .responses import private

logger = logging.getLogger(__name__)

BEFORE, AFTER = timedelta(days=30), timedelta(days=180)
#: More than anybody visits in that time.
EVENTS_MAX = 1_000


# Nothing changes by any method; and Django writes the address of a request it refuses into the log.
@csrf_exempt
def visit_feed(request: HttpRequest, token: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD"):
        return _unlogged(HttpResponse(status=405, headers={"Allow": "GET, HEAD"}))
    try:
        user = visit_feeds.reader_of(token)
        text = _calendar(user) if user is not None else None
    except Exception:
        # Handled by Django it would be logged with its address.
        logger.exception("A calendar of visits could not be written.")
        return _unlogged(HttpResponse(status=503, headers={"Retry-After": "600"}))
    if text is None:
        return no_feed(request)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="visits.ics"'
    return private(response)


@csrf_exempt
def no_feed(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Also for an address with something too much: where no view answers, Django logs all of it."""
    return _unlogged(HttpResponse("Not found", status=404, content_type="text/plain"))


def _calendar(user: Any) -> bytes:
    """Asked anew each time: what ``user`` may not read any more is not in it."""
    now = timezone.now()
    visits = (
        Visit.objects.visible_to(user)
        .filter(engineer=user, called_off_at=None)
        .filter(starts_at__gte=now - BEFORE, starts_at__lte=now + AFTER)
        .exclude(outcome=VisitOutcome.MOVED)
        .select_related("ticket")
        .order_by("starts_at", "pk")
    )
    with translation.override(language_of(user)):
        events = [_event(visit) for visit in visits[:EVENTS_MAX]]
        return calendar_of(events, method="PUBLISH", name=_("Visits")).to_ical()


def _event(visit: Visit) -> Any:
    """No more than is needed on the way: what the ticket is about stays behind the log-in."""
    event = event_of(visit, summary=_("Visit: %(ticket)s") % {"ticket": visit.ticket.reference})
    whom = ", ".join(filter(None, [visit.contact_person, visit.contact_phone]))
    if whom:
        event.add("description", whom)
    event.add("class", "PRIVATE")
    return event


def _unlogged(response: HttpResponse) -> HttpResponse:
    # What Django sets itself once it has logged a response, so that it does so once.
    response._has_been_logged = True
    return private(response)
