"""How every operation begins and ends: claim the row, check who acts, change, record, commit, signal."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.permissions import policy_registry

from .. import signals
from ..clocks.promises import keep_promises
from ..models import (
    Actor,
    Contact,
    EscalationStep,
    Holding,
    Message,
    Rule,
    Ticket,
    TicketEvent,
    TicketWords,
)
from ..models.actors import actor_fields
from ..tallies.changes import Place
from ..tallies.writing import keep_tally
from .errors import StaleTicket

#: What a requester may do with a ticket of their own.
CONTACT_VERBS = frozenset({"reply", "solve", "close", "reopen", "rate", "confirm_visit"})
#: What nobody else may do for them: who else would know?
CONTACT_ONLY = frozenset({"rate", "confirm_visit"})
RELATED = ("site", "locale", "contact", "complaint_type", "level", "division", "assignee")


@dataclass
class Claim:
    """A ticket that this transaction has to itself. ``row`` is fresh from the database."""

    row: Ticket
    by: Actor
    verb: str
    at: datetime
    before: dict[str, Any] = field(init=False)
    came_from: Place = field(init=False)
    was_answered: bool = field(init=False)
    #: What the operation has written of who had the ticket: the step, and the holdings that ended.
    step: EscalationStep | None = None
    ended: list[Holding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.before, self.came_from = state(self.row), Place.of(self.row)
        self.was_answered = self.row.first_responded_at is not None

    @property
    def by_staff(self) -> bool:
        return not isinstance(self.by, Contact | Rule)

    def record(self, **data: Any) -> TicketEvent:
        """Write the event, what the recap counts of it, and the audit log for staff, once everything
        else has been changed.

        What changed of ``state`` is recorded as ``[before, after]`` by itself, so the events of a
        ticket tell its whole way. ``data`` is more of that kind: keys and codes, no text that
        somebody wrote.
        """
        after = state(self.row)
        changes = {
            key: [self.before[key], after[key]] for key in after if after[key] != self.before[key]
        }
        event = record(self.row, verb=self.verb, by=self.by, at=self.at, **changes, **data)
        keep_tally(self, event)
        return event

    def signal(self, **extra: Any) -> None:
        announce(self.row, verb=self.verb, by=self.by, **extra)


@contextmanager
def claim(
    ticket: Ticket, verb: str, *, by: Actor, seen_version: int | None = None
) -> Iterator[Claim]:
    """One transaction around one operation on ``ticket``.

    It begins with the ``UPDATE`` that raises the version: from then on other writers of this
    ticket wait, on every database (``SELECT … FOR UPDATE`` does nothing on SQLite). At the end the row is
    saved, and the caller's ``ticket`` shows the new state. If anything is raised inside, nothing
    has changed, neither in the database nor in ``ticket``.

    Raises ``PermissionDenied``, or ``StaleTicket`` if ``seen_version`` is given and no longer the last.
    """
    actor_fields(by)
    with transaction.atomic():
        rows = Ticket.objects.filter(pk=ticket.pk)
        if seen_version is not None:
            rows = rows.filter(version=seen_version)
        if not rows.update(version=F("version") + 1):
            _raise_missing(ticket, verb, seen_version)
        row = Ticket.objects.select_related(*RELATED).get(pk=ticket.pk)
        check_permission(row, verb, by=by)
        # Only now, and never before the last change: the times of a ticket follow the order of its
        # changes, though writers wait for each other and the clocks of two servers differ.
        at = max(timezone.now(), row.updated_at)
        yield Claim(row=row, by=by, verb=verb, at=at)
        row.updated_at = at
        keep_promises(row, at=at)
        row.save()
    _show(row, on=ticket)


def state(ticket: Ticket) -> dict[str, Any]:
    """What the events of a ticket tell the changes of: codes, ranks and keys."""
    return {
        "status": str(ticket.status),
        "priority": str(ticket.priority),
        "complaint_type": ticket.complaint_type_id,
        "level": ticket.level.rank,
        "division": ticket.division_id,
        "assignee": ticket.assignee_id,
    }


def check_permission(ticket: Ticket, verb: str, *, by: Actor) -> None:
    """Raise ``PermissionDenied`` unless ``by`` may do ``verb`` with ``ticket``."""
    match by:
        case Rule():
            allowed = verb not in CONTACT_ONLY
        case Contact():
            allowed = verb in CONTACT_VERBS and by.pk is not None and by.pk == ticket.contact_id
        case _:
            policy = policy_registry.get_by_type(Ticket)
            allowed = verb not in CONTACT_ONLY and policy.user_has_permission_for_instance(
                by, verb, ticket
            )
    if not allowed:
        raise PermissionDenied(
            _("You may not do this with ticket %(ticket)s: %(verb)s.")
            % {"ticket": ticket.reference, "verb": verb}
        )


def record(ticket: Ticket, *, verb: str, by: Actor, at: datetime, **data: Any) -> TicketEvent:
    event = TicketEvent.objects.create(
        ticket=ticket, verb=verb, at=at, data=data, **actor_fields(by)
    )
    if not isinstance(by, Contact | Rule):
        log(instance=ticket, action=f"wagtail_helpdesk.{verb}", user=by, data=data or None)
    # No partial here: Django logs the __qualname__ of what fails, and a partial has none.
    transaction.on_commit(lambda: keep_words(ticket), robust=True)
    return event


def announce(ticket: Ticket, *, verb: str, by: Actor, **extra: Any) -> None:
    signal = getattr(signals, verb)
    transaction.on_commit(partial(signal.send_robust, sender=Ticket, ticket=ticket, by=by, **extra))


def keep_words(ticket: Ticket) -> None:
    """Write the ticket's words for the staff's search. After the commit: it may fail, and cost nothing."""
    messages = Message.objects.filter(ticket=ticket.pk).values_list("body", flat=True)
    texts = [ticket.contact.name, ticket.subject, ticket.body, *messages]
    TicketWords.objects.keep(ticket.pk, "\n".join(texts))


def _raise_missing(ticket: Ticket, verb: str, seen_version: int | None) -> None:
    if seen_version is None or not Ticket.objects.filter(pk=ticket.pk).exists():
        raise Ticket.DoesNotExist(f"Ticket {ticket.reference} is gone.")
    raise StaleTicket(
        _("Ticket %(ticket)s was changed by somebody else in the meantime.")
        % {"ticket": ticket.reference},
        verb=verb,
        ticket=ticket,
    )


def _show(row: Ticket, *, on: Ticket) -> None:
    """Give the caller's object the state that was committed."""
    for model_field in Ticket._meta.concrete_fields:
        name = model_field.attname
        if model_field.generated:  # the database works it out: read again when somebody asks
            row.__dict__.pop(name, None)
            on.__dict__.pop(name, None)
        else:
            on.__dict__[name] = row.__dict__[name]
    on._state.fields_cache.update(row._state.fields_cache)
