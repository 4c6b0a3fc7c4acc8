"""A ticket's visits, as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.utils import get_user_display_name

from ...clocks.words import in_words, window_in_words
from ...models import Ticket, TicketEvent, Verb, Visit, VisitOutcome

VISIT_VERBS = frozenset(
    {Verb.PLAN_VISIT, Verb.REPORT_VISIT, Verb.CALL_OFF_VISIT, Verb.CONFIRM_VISIT}
)
#: Visits that the panel lists, the newest first.
SHOWN = 20


@dataclass(frozen=True)
class ShownVisit:
    """One visit in words. Times are by the site's clocks, and say so."""

    visit: Visit
    window: str
    engineer: str
    state: str
    confirmed: str = ""

    @classmethod
    def of(cls, visit: Visit, *, engineer: str) -> "ShownVisit":
        return cls(
            visit=visit,
            window=window_in_words(visit.starts_at, visit.ends_at),
            engineer=engineer,
            state=state_of(visit),
            confirmed=in_words(visit.confirmed_at) if visit.confirmed_at else "",
        )

    @property
    def map_url(self) -> str:
        return map_url(self.visit.place)


def planned_visits(timeline: Any) -> list[ShownVisit]:
    """The open visits of a page that has its timeline: they cost no query of their own."""
    return [
        ShownVisit.of(visit, engineer=timeline.names.get(visit.engineer_id, ""))
        for visit in timeline.visits.values()
        if visit.is_open
    ]


def visits_of(ticket: Ticket) -> list[ShownVisit]:
    """The newest ones, with their engineers' names, in one query."""
    visits = ticket.visits.select_related("engineer").order_by("-starts_at", "-pk")
    return [
        ShownVisit.of(visit, engineer=get_user_display_name(visit.engineer))
        for visit in visits[:SHOWN]
    ]


def state_of(visit: Visit) -> str:
    """In words: planned, called off, or what came of it."""
    if visit.is_called_off:
        return _("Called off")
    if visit.outcome:
        return str(VisitOutcome(visit.outcome).label)
    return _("Planned")


def map_url(place: str) -> str:
    """For the telephone's own app for maps (RFC 5870): nobody else hears of the place before it is opened."""
    return f"geo:0,0?q={quote(' '.join(place.split()))}"


_REPORTS = {
    VisitOutcome.DONE: gettext_lazy(
        "%(who)s reported the visit as done (%(window)s). Findings: “%(findings)s”"
    ),
    VisitOutcome.NOT_AT_HOME: gettext_lazy(
        "%(who)s reported that nobody was at home (%(window)s). %(findings)s"
    ),
    VisitOutcome.MOVED: gettext_lazy(
        "%(who)s moved the visit of %(window)s: %(engineer)s comes %(new)s. %(findings)s"
    ),
}
_OTHERS = {
    Verb.PLAN_VISIT: gettext_lazy("%(who)s planned a visit of %(engineer)s: %(window)s."),
    Verb.CALL_OFF_VISIT: gettext_lazy("%(who)s called the visit off (%(window)s)."),
    Verb.CONFIRM_VISIT: gettext_lazy("%(who)s confirmed the visit (%(window)s)."),
}


def describe_visit(
    event: TicketEvent, *, who: str, names: Mapping[int, str], visits: Mapping[int, Visit]
) -> str:
    """One sentence. Events hold no text of their own: what was found is read from the visit."""
    visit = visits.get(event.data.get("visit"))
    if visit is None:
        return f"{who}: {event.get_verb_display()}"
    words = {
        "who": who,
        "window": window_in_words(visit.starts_at, visit.ends_at),
        "engineer": names.get(visit.engineer_id, "?"),
        "findings": visit.findings,
    }
    if event.verb != Verb.REPORT_VISIT:
        return str(_OTHERS[event.verb]) % words
    new = visits.get(event.data.get("moved_to"))
    if new is not None:
        words["new"] = window_in_words(new.starts_at, new.ends_at)
        words["engineer"] = names.get(new.engineer_id, "?")
    outcome = VisitOutcome(event.data["outcome"])
    return (str(_REPORTS[outcome]) % {"new": "?", **words}).strip()
