"""The conversation as the requester may read it.

The page is drawn from these types and from nothing else, and they have no place for a private note, a
reason, a surname or another person's details.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import (
    Attachment,
    Message,
    Outcome,
    Relation,
    Status,
    Ticket,
    TicketLink,
)
from .visits import PublicVisit, has_visits, line_of, public_visits

YOU, DESK, EVENT = "you", "desk", "event"
#: Whether the first name of who answered is shown in place of "the help desk".
SHOW_NAMES = "ticket__site__helpdesksettings__show_staff_names"


@dataclass(frozen=True)
class PublicFile:
    key: str
    name: str
    size: int
    missing: bool


@dataclass(frozen=True)
class Entry:
    """One thing in the timeline: something that was written (with an author), or a line that says what happened."""

    kind: str
    at: datetime
    text: str
    author: str = ""
    files: tuple[PublicFile, ...] = ()


@dataclass(frozen=True)
class Elsewhere:
    """Another ticket of the same requester that this one has to do with."""

    reference: str
    words: str


@dataclass(frozen=True)
class Conversation:
    reference: str
    subject: str
    entries: tuple[Entry, ...]
    elsewhere: tuple[Elsewhere, ...] = ()
    visits: tuple[PublicVisit, ...] = ()

    @property
    def expected(self) -> list[PublicVisit]:
        """Visits that somebody will make."""
        return [visit for visit in self.visits if visit.is_open and not visit.is_over]

    @property
    def to_confirm(self) -> list[PublicVisit]:
        return [visit for visit in self.visits if visit.can_be_confirmed]

    @property
    def waits_for_visit(self) -> bool:
        """Whether a visit has to be made, or reported, before the ticket can end."""
        return any(visit.is_open for visit in self.visits)


def conversation_of(ticket: Ticket) -> Conversation:
    """Costs four queries, whatever the length of the conversation, one more if it goes on elsewhere, and one with visits."""
    files = _files(ticket)
    complaint = Entry(YOU, ticket.created_at, ticket.body, _("You"), files.get(None, ()))
    events = list(ticket.events.values_list("at", "verb", "data", "by_contact"))
    visits = public_visits(ticket) if has_visits(event[1] for event in events) else {}
    entries = [complaint, *_messages(ticket, files), *_lines(events, visits)]
    return Conversation(
        reference=ticket.reference,
        subject=ticket.subject,
        # In one moment, what was written comes before what it led to.
        entries=tuple(sorted(entries, key=lambda entry: (entry.at, entry.kind == EVENT))),
        elsewhere=tuple(_elsewhere(ticket)),
        visits=tuple(visits.values()),
    )


def _files(ticket: Ticket) -> dict[int | None, tuple[PublicFile, ...]]:
    """By message; those of the complaint itself under ``None``."""
    files: dict[int | None, tuple[PublicFile, ...]] = {}
    rows = Attachment.objects.public().filter(ticket=ticket)
    for message, *file in rows.values_list("message", "key", "name", "size", "missing"):
        files[message] = (*files.get(message, ()), PublicFile(*file))
    return files


def _messages(ticket: Ticket, files) -> list[Entry]:
    rows = (
        Message.objects.public()
        .filter(ticket=ticket)
        .values_list("pk", "created_at", "body", "by_contact", "by_user__first_name", SHOW_NAMES)
    )
    return [
        Entry(DESK, at, body, _author(first_name, show_names), files.get(pk, ()))
        if by_contact is None
        else Entry(YOU, at, body, _("You"), files.get(pk, ()))
        for pk, at, body, by_contact, first_name, show_names in rows
    ]


def _author(first_name: str | None, show_names: bool | None) -> str:
    """Where nobody has saved the site's settings, ``show_names`` is ``None``."""
    first_name = (first_name or "").strip()
    if show_names and first_name:
        return _("%(name)s, help desk") % {"name": first_name}
    return _("The help desk")


_CHANGED_TO = {
    Status.OPEN: gettext_lazy("The help desk is working on it"),
    Status.PENDING: gettext_lazy("The help desk waits for your answer"),
    Status.ON_HOLD: gettext_lazy("The help desk waits for somebody outside"),
    Status.SOLVED: gettext_lazy("The help desk marked this as solved"),
    Status.CLOSED: gettext_lazy("This was closed"),
}


def _lines(
    events: Iterable[tuple[datetime, str, dict[str, Any], int | None]],
    visits: Mapping[int, PublicVisit],
) -> list[Entry]:
    """For each change of status, and for visits. Who moved it where inside the desk, and why, stays there."""
    lines = []
    for at, verb, data, by_contact in events:
        before, after = data.get("status") or (None, None)
        if words := line_of(verb, data, visits):
            lines.append(Entry(EVENT, at, words))
        if after in _CHANGED_TO:
            lines.append(Entry(EVENT, at, _line(before, after, by_contact is not None)))
    return lines


def _line(before: str, after: str, by_requester: bool) -> str:
    if after == Status.SOLVED and by_requester:
        return _("You marked this as solved")
    if after == Status.OPEN and before in (Status.SOLVED, Status.CLOSED):
        return _("You opened this again") if by_requester else _("The help desk opened this again")
    return str(_CHANGED_TO[Status(after)])


def _elsewhere(ticket: Ticket) -> list[Elsewhere]:
    """Where it goes on, and what it follows: only among tickets of the same requester.

    Few tickets have such links, so the other tickets are asked for in a query of their own.
    """
    links = list(
        TicketLink.objects.filter(Q(from_ticket=ticket) | Q(to_ticket=ticket)).values_list(
            "relation", "from_ticket", "to_ticket"
        )
    )
    if not links:
        return []
    numbers = {pk for _relation, *pair in links for pk in pair}
    own = Ticket.objects.filter(pk__in=numbers, contact=ticket.contact_id)
    references = dict(own.values_list("pk", "reference"))
    found = []
    for relation, source, target in links:
        ours = source == ticket.pk
        other = target if ours else source
        words = _where(relation, ours=ours, is_duplicate=ticket.outcome == Outcome.DUPLICATE)
        if words and other in references:
            found.append(Elsewhere(references[other], words))
    return found


def _where(relation: str, *, ours: bool, is_duplicate: bool) -> str:
    if relation == Relation.FOLLOW_UP:
        if ours:
            return _("This follows up on an earlier ticket:")
        return _("It goes on in a new ticket:")
    if relation == Relation.DUPLICATE and ours and is_duplicate:
        return _("It goes on in another ticket of yours:")
    return ""
