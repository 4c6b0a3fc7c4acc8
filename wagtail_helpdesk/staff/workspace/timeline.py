"""The conversation and what happened, oldest first, read with as many queries for one message as for a hundred."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name

from ...models import (
    Attachment,
    ComplaintType,
    EscalationStep,
    Message,
    Status,
    Ticket,
    TicketEvent,
    Verb,
)
from .sentences import describe, label

#: Shown as what was written, or as the step that was taken.
SHOWN_OTHERWISE = (Verb.REPLY, Verb.NOTE)


@dataclass
class Entry:
    """One thing in the timeline. ``kind`` is complaint, reply, note, step or event."""

    kind: str
    at: datetime
    who: str
    #: Whether the requester wrote it.
    from_requester: bool = False
    body: str = ""
    #: An event in words.
    text: str = ""
    channel: str = ""
    #: What a reply set the ticket to.
    status: str = ""
    step: EscalationStep | None = None
    accepted_by: str = ""
    files: list[Attachment] = field(default_factory=list)
    #: Written or done after the reader's page was made.
    is_fresh: bool = False
    anchor: str = ""


class Timeline:
    """All there is to read about ``ticket``. ``fresh`` is how many of its last operations are news."""

    def __init__(self, ticket: Ticket, *, fresh: int = 0) -> None:
        self.ticket = ticket
        self.fresh = fresh

    @cached_property
    def messages(self) -> list[Message]:
        return list(self.ticket.messages.order_by("created_at", "pk"))

    @cached_property
    def events(self) -> list[TicketEvent]:
        return list(self.ticket.events.order_by("at", "pk"))

    @cached_property
    def steps(self) -> list[EscalationStep]:
        related = ("from_level", "to_level", "from_division", "to_division", "reason")
        return list(self.ticket.steps.select_related(*related).order_by("created_at", "pk"))

    @cached_property
    def files(self) -> dict[int | None, list[Attachment]]:
        """By message; under ``None`` those of the complaint itself."""
        found = defaultdict(list)
        for attachment in self.ticket.attachments.order_by("pk"):
            found[attachment.message_id].append(attachment)
        return found

    @cached_property
    def names(self) -> dict[int, str]:
        """The display names of all staff who come up, by key."""
        wanted = {self.ticket.recorded_by_id}
        for row in (*self.messages, *self.events, *self.steps):
            wanted.add(row.by_user_id)
        for event in self.events:
            wanted.update(event.data.get("assignee") or [])
        for step in self.steps:
            wanted |= {step.accepted_by_id, step.to_assignee_id}
        users = get_user_model().objects.in_bulk(wanted - {None})
        return {pk: get_user_display_name(user) for pk, user in users.items()}

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
            elif event.verb not in SHOWN_OTHERWISE and not self._is_complaint(event):
                entries.append(self._of_event(event))
        entries += [self._of_message(message) for message in self.messages]
        # What was done with a message (solved, reopened) stands below it.
        entries.sort(key=lambda entry: (entry.at, entry.kind in ("event", "step")))
        self._mark_fresh(entries)
        return [self._complaint(), *entries]

    @cached_property
    def _replies(self) -> dict[datetime, TicketEvent]:
        return {event.at: event for event in self.events if event.verb == Verb.REPLY}

    @staticmethod
    def _is_complaint(event: TicketEvent) -> bool:
        return event.verb == Verb.SUBMIT and event.by_contact_id is not None

    @property
    def fresh_entries(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.is_fresh]

    @property
    def waits_since(self) -> datetime | None:
        """Since when the requester waits for an answer; ``None`` when staff spoke last."""
        since = self.ticket.created_at
        for message in self.messages:
            if message.is_note:
                continue
            if not message.is_from_contact:
                since = None
            elif since is None:
                since = message.created_at
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
            from_requester=True,
            body=ticket.body,
            channel=ticket.get_channel_display(),
            files=self.files[None],
            anchor="complaint",
        )

    def _of_message(self, message: Message) -> Entry:
        event = self._replies.get(message.created_at)
        before, after = (event and event.data.get("status")) or ("", "")
        return Entry(
            kind=message.kind,
            at=message.created_at,
            who=self.who(message),
            from_requester=message.is_from_contact,
            body=message.body,
            channel="" if message.channel == "web" else message.get_channel_display(),
            # The first answer opens a new ticket: nothing to tell.
            status="" if before == Status.NEW else label(Status, after),
            files=self.files[message.pk],
            anchor=f"message-{message.pk}",
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
        return Entry(kind="event", at=event.at, who=self.who(event), text=self.describe(event))

    def describe(self, event: TicketEvent) -> str:
        return describe(event, who=self.who(event), names=self.names, types=self.types)

    def _mark_fresh(self, entries: Iterable[Entry]) -> None:
        """Every operation raises the version by one and writes one event, so the last events are the news."""
        if self.fresh < 1:
            return
        since = self.events[-self.fresh :][0].at if self.events else self.ticket.created_at
        for entry in entries:
            entry.is_fresh = entry.at >= since
