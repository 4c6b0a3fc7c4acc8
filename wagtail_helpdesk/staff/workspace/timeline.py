"""The conversation and what happened, oldest first, read with as many queries for one message as for a hundred."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name

from ...models import (
    Channel,
    ComplaintType,
    EscalationStep,
    MessageKind,
    Satisfaction,
    Status,
    Ticket,
    TicketEvent,
    Verb,
    Visit,
)
from ...tickets.checklists import Checklists
from ..markup import joined
from .entries import Entry
from .markup import Writer
from .sentences import describe, describe_ticks, label
from .visits import VISIT_VERBS, describe_visit

#: What the data of an event names when its operation took a step.
MOVED = {"level", "division"}
STEP_JOINS = ("from_level", "to_level", "from_division", "to_division", "reason")
#: What is shown of a step: of the wide tables around it only the names.
STEP_COLUMNS = (
    "ticket", "verb", "direction", "note", "created_at", "accepted_at", "accepted_by", "undoes",
    "by_user", "by_contact", "by_rule", "to_assignee", "reason__name", "reason__code",
    "from_level__name", "from_level__rank", "to_level__name", "to_level__rank",
    "from_division__name", "to_division__name",
)  # fmt: skip
MESSAGE_COLUMNS = (
    "id", "kind", "channel", "body", "created_at", "by_user_id", "by_contact_id", "by_rule",
)  # fmt: skip
FILE_COLUMNS = ("message_id", "key", "name", "size", "missing")
STEP_TEMPLATE = "wagtail_helpdesk/staff/workspace/_step.html"
FILES_TEMPLATE = "wagtail_helpdesk/staff/workspace/_files.html"


class Timeline:
    """All there is to read about ``ticket``. ``fresh`` is how many of its last operations are news.

    With ``events_only`` the events are complete, and tell of the messages too. ``reader``, who was read
    already, is mostly one of those who did something, and often the only one.
    """

    def __init__(
        self,
        ticket: Ticket,
        *,
        reader: Any = None,
        fresh: int = 0,
        events_only: bool = False,
        checklists: Checklists | None = None,
    ) -> None:
        self.ticket = ticket
        self.known = {reader.pk: reader} if reader else {}
        self.checklists = checklists or Checklists()
        self.fresh = fresh
        self.events_only = events_only

    @cached_property
    def messages(self) -> list[Any]:
        """Rows with ``MESSAGE_COLUMNS``: there are many, and as objects they would cost more than to read."""
        messages = self.ticket.messages.order_by("created_at", "pk")
        return list(messages.values_list(*MESSAGE_COLUMNS, named=True))

    @cached_property
    def events(self) -> list[TicketEvent]:
        """Without those that tell of a message and nothing else: the message is shown itself."""
        if self.events_only:
            return list(self.ticket.events.order_by("at", "pk"))
        tells_more = ~Q(verb__in=[Verb.REPLY, Verb.NOTE]) | Q(data__has_key="status")
        return list(self.ticket.events.filter(tells_more).order_by("at", "pk"))

    @cached_property
    def steps(self) -> list[EscalationStep]:
        """Every step has an event that tells of another level or division; without one nothing is asked."""
        if not any(MOVED & event.data.keys() for event in self.events if event.verb != Verb.SUBMIT):
            return []
        return list(
            self.ticket.steps.select_related(*STEP_JOINS)
            .only(*STEP_COLUMNS)
            .order_by("created_at", "pk")
        )

    @cached_property
    def visits(self) -> dict[int, Visit]:
        """By key, in the order of planning. Each has an event; without one nothing is asked."""
        if not any(event.verb in VISIT_VERBS for event in self.events):
            return {}
        return {visit.pk: visit for visit in self.ticket.visits.order_by("pk")}

    @cached_property
    def files(self) -> dict[int | None, list[Any]]:
        """Rows with ``FILE_COLUMNS`` by message; under ``None`` those of the complaint itself."""
        found = defaultdict(list)
        rows = self.ticket.attachments.order_by("pk").values_list(*FILE_COLUMNS, named=True)
        for row in rows:
            found[row.message_id].append(row)
        return found

    @cached_property
    def names(self) -> dict[int, str]:
        """The display names of all staff who come up, by key."""
        wanted = {self.ticket.recorded_by_id, self.ticket.assignee_id}
        messages = [] if self.events_only else self.messages
        for row in (*messages, *self.events, *self.steps):
            wanted.add(row.by_user_id)
        for event in self.events:
            wanted.update(event.data.get("assignee") or [])
        for step in self.steps:
            wanted |= {step.accepted_by_id, step.to_assignee_id}
        wanted |= {visit.engineer_id for visit in self.visits.values()}
        unknown = wanted - {None} - self.known.keys()
        users = get_user_model().objects.in_bulk(unknown) if unknown else {}
        return {pk: get_user_display_name(user) for pk, user in (self.known | users).items()}

    @cached_property
    def types(self) -> dict[int, str]:
        triaged = [event for event in self.events if event.verb == Verb.TRIAGE]
        wanted = {pk for event in triaged for pk in event.data.get("complaint_type") or []}
        if not wanted:
            return {}
        return {pk: str(found) for pk, found in ComplaintType.objects.in_bulk(wanted).items()}

    @cached_property
    def entries(self) -> list[Entry]:
        steps = {(step.created_at, step.verb): step for step in self.steps}
        entries = []
        for event in self.events:
            step = steps.get((event.at, event.verb))
            if step is not None:
                entries.append(self._of_step(step, event))
            elif event.verb != Verb.REPLY and not self._is_complaint(event):
                entries.append(self._of_event(event))
        entries += [self._of_message(message) for message in self.messages]
        # What was done with a message (solved, reopened) stands below it.
        entries.sort(key=lambda entry: (entry.at, entry.kind in ("event", "step")))
        self._mark_fresh(entries)
        entries = _draw_together(entries)
        entries.insert(0, self._complaint())
        self._write(entries)
        return entries

    @property
    def html(self) -> SafeString:
        """All entries as they are shown, one after the other."""
        return joined(entry.html for entry in self.entries)

    def _write(self, entries: Iterable[Entry]) -> None:
        writer = Writer(lambda files: render_to_string(FILES_TEMPLATE, {"files": files}))
        for entry in entries:
            if entry.is_message:
                entry.html = writer.message(entry)
            elif entry.step is None:
                entry.html = writer.event(entry)
            else:
                entry.time = writer.time(entry.at)
                entry.html = render_to_string(STEP_TEMPLATE, {"entry": entry})
            if entry.is_fresh:
                entry.time = writer.time(entry.at)

    @cached_property
    def _replies(self) -> dict[datetime, TicketEvent]:
        return {
            event.at: event
            for event in self.events
            if event.verb == Verb.REPLY and "status" in event.data
        }

    @cached_property
    def _last_solving(self) -> TicketEvent | None:
        """The event whose solution the ticket keeps: staff's last. Events hold no text of their own."""
        solvings = [
            event for event in self.events if event.verb == Verb.SOLVE and not event.by_contact_id
        ]
        return solvings[-1] if solvings else None

    @cached_property
    def _last_rating(self) -> TicketEvent | None:
        """The event whose comment the answer keeps."""
        ratings = [event for event in self.events if event.verb == Verb.RATE]
        return ratings[-1] if ratings else None

    @cached_property
    def satisfaction(self) -> Satisfaction | None:
        """Whether it helped. Without an event that tells of it nothing is asked."""
        if self._last_rating is None:
            return None
        return Satisfaction.objects.filter(ticket=self.ticket.pk).first()

    @property
    def _comment(self) -> str:
        return self.satisfaction.comment if self.satisfaction else ""

    @staticmethod
    def _is_complaint(event: TicketEvent) -> bool:
        return event.verb == Verb.SUBMIT and event.by_contact_id is not None

    @property
    def fresh_entries(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_fresh]

    @property
    def unanswered_since(self) -> datetime | None:
        """Since when the requester waits for an answer; ``None`` when staff spoke last."""
        said = [
            (message.created_at, bool(message.by_contact_id))
            for message in self.messages
            if message.kind != MessageKind.NOTE
        ]
        # "I still have the problem" is said without a word, too.
        said += [
            (event.at, True)
            for event in self.events
            if event.verb == Verb.REOPEN and event.by_contact_id
        ]
        since: datetime | None = self.ticket.created_at
        for at, by_requester in sorted(said):
            if not by_requester:
                since = None
            elif since is None:
                since = at
        return since

    def who(self, row: Any) -> str:
        """The name of whoever did ``row``, which has a user, a contact or a rule."""
        if row.by_user_id:
            return self.names.get(row.by_user_id, "")
        if row.by_contact_id:
            return self.ticket.contact.name
        return _("The rule “%(rule)s”") % {"rule": row.by_rule}

    def _complaint(self) -> Entry:
        ticket = self.ticket
        return Entry(
            kind="complaint",
            at=ticket.created_at,
            who=ticket.contact.name,
            body=ticket.body,
            channel=label(Channel, ticket.channel),
            files=self.files.get(None, ()),
        )

    def _of_message(self, message: Any) -> Entry:
        event = self._replies.get(message.created_at)
        before, after = event.data["status"] if event else ("", "")
        return Entry(
            kind="requester" if message.by_contact_id else message.kind,
            at=message.created_at,
            who=self.who(message),
            body=message.body,
            channel="" if message.channel == Channel.WEB else label(Channel, message.channel),
            # The first answer opens a new ticket: nothing to tell.
            status=label(Status, after) if after and before != Status.NEW else "",
            files=self.files.get(message.id, ()),
        )

    def _of_step(self, step: EscalationStep, event: TicketEvent) -> Entry:
        return Entry(
            kind="step",
            at=step.created_at,
            who=self.who(step),
            text=self.describe(event),
            step=step,
            body=step.note,
            accepted_by=self.names.get(step.accepted_by_id, ""),
        )

    def _of_event(self, event: TicketEvent) -> Entry:
        return Entry(
            kind="event",
            at=event.at,
            who=self.who(event),
            text=self.describe(event),
            ticked=bool(event.data.get("done")) if event.verb == Verb.TICK else None,
        )

    def describe(self, event: TicketEvent) -> str:
        if event.verb in VISIT_VERBS:
            return describe_visit(event, who=self.who(event), names=self.names, visits=self.visits)
        return describe(
            event,
            who=self.who(event),
            names=self.names,
            types=self.types,
            solution=self.ticket.solution if event is self._last_solving else "",
            step=self._step_of(event) if event.verb == Verb.TICK else "",
            comment=self._comment if event is self._last_rating else "",
        )

    def _step_of(self, event: TicketEvent) -> str:
        return self.checklists.text_of(event.data.get("procedure"), event.data.get("step")) or "?"

    def _mark_fresh(self, entries: Iterable[Entry]) -> None:
        """Every operation raises the version by one and writes one event, so the last events are the news."""
        if self.fresh < 1:
            return
        latest = self.ticket.events.order_by("-at", "-pk").values_list("at", flat=True)
        since = list(latest[: self.fresh])[-1]
        for entry in entries:
            entry.is_fresh = entry.at >= since


def _draw_together(entries: Iterable[Entry]) -> list[Entry]:
    """One line for the steps that somebody ticked in a row: the checklist itself tells each."""
    drawn: list[Entry] = []
    number = 1
    for entry in entries:
        last = drawn[-1] if drawn else None
        continues = (
            last is not None
            and entry.ticked is not None
            and (entry.ticked, entry.who, entry.is_fresh) == (last.ticked, last.who, last.is_fresh)
        )
        number = number + 1 if continues else 1
        if continues:
            entry.text = describe_ticks(entry.who, number, done=entry.ticked)
            drawn.pop()
        drawn.append(entry)
    return drawn
