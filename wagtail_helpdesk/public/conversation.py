"""The conversation as the requester may read it.

The page is drawn from these types and from nothing else, and they have no place for a private note, a
reason, a surname or another person's details.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..models import Attachment, Message, Outcome, Relation, Status, Ticket, TicketLink

YOU, DESK, EVENT = "you", "desk", "event"


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


def conversation_of(ticket: Ticket, *, show_names: bool) -> Conversation:
    """Costs four queries, whatever the length of the conversation.

    ``show_names`` puts the first name of who answered in place of "the help desk".
    """
    files = _files(ticket)
    complaint = Entry(YOU, ticket.created_at, ticket.body, _("You"), files.get(None, ()))
    entries = [complaint, *_messages(ticket, files, show_names), *_events(ticket)]
    return Conversation(
        reference=ticket.reference,
        subject=ticket.subject,
        # In one moment, what was written comes before what it led to.
        entries=tuple(sorted(entries, key=lambda entry: (entry.at, entry.kind == EVENT))),
        elsewhere=tuple(_elsewhere(ticket)),
    )


def _files(ticket: Ticket) -> dict[int | None, tuple[PublicFile, ...]]:
    """By message; those of the complaint itself under ``None``."""
    files: dict[int | None, tuple[PublicFile, ...]] = {}
    for attachment in Attachment.objects.public().filter(ticket=ticket):
        file = PublicFile(attachment.key, attachment.name, attachment.size, attachment.missing)
        files[attachment.message_id] = (*files.get(attachment.message_id, ()), file)
    return files


def _messages(ticket: Ticket, files, show_names: bool) -> list[Entry]:
    messages = Message.objects.public().filter(ticket=ticket).select_related("by_user")
    return [
        Entry(
            YOU if message.is_from_contact else DESK,
            message.created_at,
            message.body,
            _author(message, show_names),
            files.get(message.pk, ()),
        )
        for message in messages
    ]


def _author(message: Message, show_names: bool) -> str:
    if message.is_from_contact:
        return _("You")
    first_name = message.by_user.first_name.strip() if message.by_user else ""
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


def _events(ticket: Ticket) -> list[Entry]:
    """A line for each change of status. Who moved it where inside the desk, and why, stays there."""
    lines = []
    for at, data, by_contact in ticket.events.values_list("at", "data", "by_contact"):
        before, after = data.get("status") or (None, None)
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
    """Where it goes on, and what it follows: only among tickets of the same requester."""
    links = TicketLink.objects.filter(
        Q(from_ticket=ticket, to_ticket__contact=ticket.contact_id)
        | Q(to_ticket=ticket, from_ticket__contact=ticket.contact_id),
        relation__in=[Relation.DUPLICATE, Relation.FOLLOW_UP],
    ).values_list("relation", "from_ticket", "from_ticket__reference", "to_ticket__reference")
    found = []
    for relation, source, source_reference, target_reference in links:
        ours = source == ticket.pk
        reference = target_reference if ours else source_reference
        if relation == Relation.FOLLOW_UP:
            words = (
                _("This follows up on an earlier ticket:")
                if ours
                else _("It goes on in a new ticket:")
            )
        elif ours and ticket.outcome == Outcome.DUPLICATE:
            words = _("It goes on in another ticket of yours:")
        else:
            continue
        found.append(Elsewhere(reference, words))
    return found
