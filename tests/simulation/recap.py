"""The recap of the simulated quarter, worked out slowly from events, steps and holdings, with none of the counters' code.

Figures are sums over all tickets each time they are asked for; working time is counted minute by minute.
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from tests.simulation.quarter import TARGETS
from wagtail_helpdesk.models import Priority, SupportLevel, Ticket

OPEN = {"new", "open", "pending", "on_hold"}
DONE = {"pending", "solved", "closed"}


class SlowRecap:
    def __init__(self, ledger):
        self.ledger = ledger
        self.zone = ZoneInfo(settings.TIME_ZONE)
        self.tickets = [
            _Life(ticket, ledger)
            for ticket in Ticket.objects.select_related("contact").prefetch_related("holdings")
        ]

    def day(self, at: datetime) -> date:
        return at.astimezone(self.zone).date()

    # Each of these is (at, division, level, person, ticket, more), of all tickets and for all time.

    def received(self):
        for life in self.tickets:
            yield (life.ticket.created_at, *life.place_after(0)[:2], None, life.ticket, None)

    def solved(self):
        yield from self._turns(lambda was, is_: was in OPEN and is_ == "solved")

    def dropped(self):
        yield from self._turns(lambda was, is_: was in OPEN and is_ == "closed")

    def reopened(self):
        yield from self._turns(lambda was, is_: was in ("solved", "closed") and is_ in OPEN)

    def _turns(self, wanted):
        for life in self.tickets:
            for number, (at, was, is_) in life.turns.items():
                if wanted(was, is_):
                    yield (at, *life.place_after(number), life.ticket, life.took(number))

    def answered(self):
        for life in self.tickets:
            for number, event in enumerate(life.events):
                if event.verb in ("reply", "solve") and event.by_contact_id is None:
                    division, level, _person = life.place_after(number)
                    yield (
                        event.at,
                        division,
                        level,
                        event.by_user_id,
                        life.ticket,
                        life.took(number),
                    )
                    break

    def credited(self):
        for life in self.tickets:
            for number, (at, was, is_) in life.turns.items():
                if was in OPEN and is_ == "solved":
                    held = [life.place_after(each) for each in range(number + 1)]
                    for division, person in {(d, p) for d, _level, p in held if p}:
                        level = [at for d, at, p in held if (d, p) == (division, person)][-1]
                        yield (at, division, level, person, life.ticket, None)

    def escalated(self):
        for life in self.tickets:
            for step in life.ticket.steps.all():
                yield (
                    step.created_at, step.from_division_id, step.from_level_id, step.by_user_id,
                    life.ticket, (step.direction, step.to_level_id, step.reason_id),
                )  # fmt: skip

    def held(self):
        for life in self.tickets:
            for holding in life.ticket.holdings.all():
                if holding.ended_at:
                    yield (
                        holding.ended_at, holding.division_id, holding.level_id, holding.assignee_id,
                        life.ticket, holding.working_seconds,
                    )  # fmt: skip

    def rated(self):
        """On the day of the first answer, with the last one."""
        for life in self.tickets:
            said = [(n, e) for n, e in enumerate(life.events) if e.verb == "rate"]
            if said:
                number, first = said[0]
                answer = said[-1][1].data["helped"][1]
                assert life.ticket.satisfaction.helped == answer
                yield (first.at, *life.place_after(number), life.ticket, answer)

    def open_at_the_end_of(self, last: date) -> list:
        """(division, level, person, ticket) of what was open then."""
        found = []
        for life in self.tickets:
            number = max(
                (n for n, e in enumerate(life.events) if self.day(e.at) <= last), default=None
            )
            if number is not None and life.status_after(number) in OPEN:
                found.append((*life.place_after(number), life.ticket))
        return found


class _Life:
    """One ticket, event by event."""

    def __init__(self, ticket, ledger):
        self.ticket, self.ledger = ticket, ledger
        self.events = list(ticket.events.order_by("at", "pk"))
        self.level_of = dict(SupportLevel.objects.values_list("rank", "pk"))

    def _last(self, name, number):
        told = [e.data[name][1] for e in self.events[: number + 1] if name in e.data]
        return told[-1] if told else None

    def place_after(self, number):
        return (
            self._last("division", number),
            self.level_of[self._last("level", number)],
            self._last("assignee", number),
        )

    def status_after(self, number):
        return self._last("status", number)

    @property
    def turns(self):
        """Number of the event -> (at, from, to), where the status changed."""
        return {
            number: (event.at, *event.data["status"])
            for number, event in enumerate(self.events)
            if "status" in event.data
        }

    def took(self, number):
        """(working seconds so far, targets of the priority then)."""
        until, priority = self.events[number].at, self._last("priority", number)
        minutes, status, since = 0, None, None
        for event in self.events[: number + 1]:
            if status is not None and status not in DONE:
                minutes += self.ledger.minutes(since, event.at)
            since, status = event.at, event.data.get("status", [None, status])[1]
        assert since == until
        return minutes * 60, TARGETS[Priority(priority)]


def percentile(values, share):
    """The nearest rank."""
    ordered = sorted(values)
    rank = next(n for n in range(1, len(ordered) + 1) if n >= share * len(ordered) - 1e-9)
    return ordered[rank - 1]
