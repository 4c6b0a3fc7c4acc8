"""The clocks of a ticket, as its page shows them: when each is due, and why it runs or stands.

What the strip shows is in the ticket's own row: nothing is looked up for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ...clocks.promises import running
from ...clocks.timetable import policy_of
from ...models import WAITING, Status, Ticket
from ...working_time import NeverOpen
from ..due import REASONS, DueWriter, mark


@dataclass(frozen=True)
class Clock:
    """One promise. ``state`` is icon and text; ``facts`` are sentences that say why."""

    name: str
    state: SafeString
    facts: tuple[str, ...]
    due: datetime
    is_running: bool = False
    stands: bool = False


@dataclass(frozen=True)
class Clocks:
    """All of a ticket's; ``next`` is the one to look at first, ``others`` are the rest."""

    all: tuple[Clock, ...]
    next: Clock

    @property
    def others(self) -> list[Clock]:
        return [clock for clock in self.all if clock is not self.next]


def clocks_of(ticket: Ticket, *, now: datetime | None = None) -> Clocks | None:
    """``None`` where nothing was promised."""
    found = tuple(_Teller(ticket, now or timezone.now()).clocks())
    if not found:
        return None
    first = (
        min(
            (clock for clock in found if clock.is_running),
            key=lambda clock: clock.due,
            default=None,
        )
        or next((clock for clock in found if clock.stands), None)
        or found[-1]
    )
    return Clocks(found, first)


def goes_on_at(ticket: Ticket, *, now: datetime | None = None) -> datetime | None:
    """When time counts again (UTC), outside of working hours; ``None`` while it counts, and where no clock runs.

    Asks the policy, which the rest of this module doesn't.
    """
    policy, now = policy_of(ticket), now or timezone.now()
    if policy is None or not running(ticket):
        return None
    try:
        opens = policy.hours.opens_at(now)
    except NeverOpen:
        return None
    return opens if opens > now else None


class _Teller:
    def __init__(self, ticket: Ticket, now: datetime) -> None:
        self.ticket = ticket
        self.running = running(ticket)
        self.write = DueWriter(now)

    def clocks(self) -> Iterator[Clock]:
        ticket = self.ticket
        if due := ticket.first_response_due_at:
            name, until = _("First response"), _("runs until staff answer the requester")
            if met := ticket.first_responded_at:
                yield self._met(name, due, met, _("answered %(time)s"))
            else:
                yield self._open("first_response", name, due, until)
        if due := ticket.resolution_due_at:
            name, until = _("Resolution"), _("runs until the ticket is solved")
            if met := self._solved_at():
                yield self._met(name, due, met, _("solved %(time)s"))
            else:
                yield self._open("resolution", name, due, until)
        if (due := ticket.level_due_at) and ticket.is_live:
            until = _("runs until the ticket leaves this level or is solved")
            yield self._open("level", _("At this level"), due, until)

    def _solved_at(self) -> datetime | None:
        if self.ticket.status not in (Status.SOLVED, Status.CLOSED):
            return None
        return self.ticket.solved_at or self.ticket.closed_at

    def _open(self, key: str, name: str, due: datetime, until: str) -> Clock:
        if key in self.running:
            facts = (until, _("due %(time)s") % {"time": self.write.date(due)})
            return Clock(name, self.write.running(due), facts, due, is_running=True)
        return self._standing(name, due)

    def _standing(self, name: str, due: datetime) -> Clock:
        """What waiting takes is added to the target when the clock goes on: until then nobody knows when it is due."""
        ticket = self.ticket
        stands = mark("stands", _("stands"))
        since = ticket.waiting_since if ticket.status in WAITING else ticket.stopped_at
        facts = []
        if reason := REASONS.get(ticket.status):
            facts.append(str(reason))
        if since:
            facts.append(_("since %(time)s") % {"time": self.write.date(since)})
            if due < since:
                facts.append(_("was late already when it stopped"))
        return Clock(name, stands, tuple(facts), due, stands=True)

    def _met(self, name: str, due: datetime, at: datetime, words: str) -> Clock:
        kind, outcome = ("met", _("in time")) if at <= due else ("missed", _("too late"))
        facts = (
            words % {"time": self.write.date(at)},
            _("due %(time)s") % {"time": self.write.date(due)},
        )
        return Clock(name, mark(kind, outcome), facts, due)
