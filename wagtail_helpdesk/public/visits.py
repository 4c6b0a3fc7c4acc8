"""Visits as the requester may read them: when, where and whom one meets; nothing of what was found."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy

from ..clocks.words import window_in_words
from ..models import Ticket, Verb, VisitOutcome

VISIT_VERBS = frozenset(
    {Verb.PLAN_VISIT, Verb.REPORT_VISIT, Verb.CALL_OFF_VISIT, Verb.CONFIRM_VISIT}
)
#: Columns that become a ``PublicVisit``.
COLUMNS = (
    "pk", "starts_at", "ends_at", "place", "contact_person", "outcome", "called_off_at",
    "confirmed_at", "engineer__first_name",
)  # fmt: skip
SHOW_NAMES = "ticket__site__helpdesksettings__show_staff_names"


@dataclass(frozen=True)
class PublicVisit:
    """One visit. ``engineer`` is a first name, and empty unless the site shows those."""

    pk: int
    window: str
    place: str
    contact_person: str
    engineer: str
    is_open: bool
    is_over: bool
    can_be_confirmed: bool


def public_visits(ticket: Ticket) -> dict[int, PublicVisit]:
    """All of ``ticket``'s, by key, in one query."""
    rows = ticket.visits.order_by("pk").values_list(*COLUMNS, SHOW_NAMES)
    now = timezone.now()
    return {row[0]: _visit(*row, now=now) for row in rows}


def expected_windows(ticket: Ticket) -> tuple[str, ...]:
    """When somebody comes: all that the look-up tells of a visit. The next one first."""
    visits = ticket.visits.open().filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")
    return tuple(window_in_words(*pair) for pair in visits.values_list("starts_at", "ends_at"))


def _visit(
    pk: int,
    starts_at: datetime,
    ends_at: datetime,
    place: str,
    contact_person: str,
    outcome: str,
    called_off_at: datetime | None,
    confirmed_at: datetime | None,
    first_name: str,
    show_names: bool | None,
    *,
    now: datetime,
) -> PublicVisit:
    return PublicVisit(
        pk=pk,
        window=window_in_words(starts_at, ends_at),
        place=place,
        contact_person=contact_person,
        engineer=first_name.strip() if show_names else "",
        is_open=not outcome and called_off_at is None,
        is_over=ends_at <= now,
        can_be_confirmed=outcome == VisitOutcome.DONE and confirmed_at is None,
    )


_LINES = {
    Verb.PLAN_VISIT: gettext_lazy("A visit was planned: %(window)s"),
    Verb.CALL_OFF_VISIT: gettext_lazy("The visit was called off: %(window)s"),
    Verb.CONFIRM_VISIT: gettext_lazy("You confirmed the visit: %(window)s"),
    VisitOutcome.DONE: gettext_lazy("We were with you: %(window)s"),
    VisitOutcome.NOT_AT_HOME: gettext_lazy("We came and found nobody: %(window)s"),
    VisitOutcome.MOVED: gettext_lazy("The visit was moved: %(window)s"),
}


def line_of(verb: str, data: Mapping[str, Any], visits: Mapping[int, PublicVisit]) -> str:
    """What an event says to the requester; empty for one that isn't of a visit."""
    if verb not in VISIT_VERBS:
        return ""
    # A visit that was moved is told by its new time.
    visit = visits.get(data.get("moved_to", data.get("visit")))
    if visit is None:
        return ""
    return str(_LINES[data.get("outcome", verb)]) % {"window": visit.window}


def has_visits(verbs: Iterable[str]) -> bool:
    """Whether any of a ticket's events is of a visit: only then its visits are asked for."""
    return not VISIT_VERBS.isdisjoint(verbs)
