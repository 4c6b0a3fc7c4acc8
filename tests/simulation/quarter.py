"""A quarter in the life of a help desk: staff, nights, a holiday, and the night in which the clocks go back.

``live`` plays it by the operations, at whole minutes; ``Ledger`` works out from the history alone, minute by minute
and with none of the code that the operations use, what each ticket was promised and how long it was held.
"""

import contextlib
import random
from bisect import bisect_left
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import time_machine
from django.core.exceptions import PermissionDenied

from tests.factories import make_policy, make_ticket, promise
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Holding, Holiday, Priority, SlaTarget, Ticket

ZONE = ZoneInfo("Europe/Berlin")
START = datetime(2026, 9, 28, tzinfo=UTC)
END = datetime(2026, 12, 28, tzinfo=UTC)
HOLIDAY = datetime(2026, 10, 3).date()
MINUTE = timedelta(minutes=1)
#: Working minutes: first response and resolution by priority, and for each level.
TARGETS = {
    Priority.LOW: (480, 2400),
    Priority.NORMAL: (240, 960),
    Priority.HIGH: (120, 480),
    Priority.URGENT: (30, 240),
}
LEVEL = 180


def make_promises(desk):
    policy = make_policy(desk, zone=ZONE.key, level=LEVEL)
    for priority, (first, solved) in TARGETS.items():
        SlaTarget.objects.filter(policy=policy, priority=priority).update(
            first_response_minutes=first, resolution_minutes=solved
        )
    Holiday.objects.create(calendar=policy.calendar, date=HOLIDAY)
    policy.save()
    promise(desk, policy)
    return policy


def live(desk, *, number: int, seed: int) -> None:
    """Play ``number`` tickets. The same seed plays the same quarter."""
    chance = random.Random(seed)
    with time_machine.travel(START, tick=False) as clock:
        for index in range(number):
            moment = START + chance.randrange(int((END - START) / MINUTE) - 30 * 1440) * MINUTE
            clock.move_to(moment)
            ticket = make_ticket(
                desk,
                email=f"visitor{index % 97}@example.org",
                channel=chance.choice(["web", "web", "telephone"]),
            )
            for _act in range(chance.randrange(1, 9)):
                moment += int(chance.expovariate(1 / 400) + 1) * MINUTE
                clock.move_to(moment)
                _act_on(ticket, desk, chance)


def _act_on(ticket, desk, chance) -> None:
    staff = chance.choice(
        [
            desk.first_level1,
            desk.first_level2,
            desk.first_level3,
            desk.first_leader,
            desk.second_level1,
            desk.manager,
        ]
    )
    reason = desk.reasons[0].code
    acts = {
        "accept": lambda: tickets.accept(ticket, by=staff),
        "triage": lambda: tickets.triage(ticket, by=staff, priority=chance.choice(Priority.values)),
        "retype": lambda: tickets.triage(
            ticket, by=staff, complaint_type=chance.choice(list(desk.types.values()))
        ),
        "sideways": lambda: tickets.escalate(
            ticket,
            by=staff,
            reason=desk.reasons[1].code,
            note="Not ours.",
            to_level=ticket.level,
            division=chance.choice([desk.first, desk.second]),
        ),
        "merge": lambda: tickets.merge(ticket, by=staff, into=Ticket.objects.first()),
        "escalate": lambda: tickets.escalate(ticket, by=staff, reason=reason, note="Too deep."),
        "hand_back": lambda: tickets.hand_back(ticket, by=staff, reason=reason, note="Back."),
        "reply": lambda: tickets.reply(
            ticket, by=staff, body="News.", status=chance.choice([None, "pending", "on_hold"])
        ),
        "answer": lambda: tickets.reply(ticket, by=ticket.contact, body="Here."),
        "wait": lambda: tickets.wait(
            ticket, by=staff, status=chance.choice(["pending", "on_hold"])
        ),
        "solve": lambda: tickets.solve(ticket, by=staff, outcome="fixed"),
        "close": lambda: tickets.close(ticket, by=staff),
        "reopen": lambda: tickets.reopen(ticket, by=staff),
        "rate": lambda: tickets.rate(
            ticket, by=ticket.contact, helped=chance.choice([True, True, False])
        ),
    }
    weights = [4, 2, 1, 1, 0.1, 3, 1, 4, 3, 1, 3, 1, 2, 3]
    # It happens in life as well.
    with contextlib.suppress(PermissionDenied, tickets.InvalidTransition):
        chance.choices(list(acts.values()), weights)[0]()


class Ledger:
    """Every minute of the quarter and some more, and whether somebody works in it."""

    def __init__(self):
        minutes = int((END + timedelta(days=200) - START) / MINUTE)
        self._works = [self._is_open(START + minute * MINUTE) for minute in range(minutes)]
        self._before = list(accumulate(self._works, initial=0))

    @staticmethod
    def _is_open(moment: datetime) -> bool:
        local = moment.astimezone(ZONE)
        return local.date() != HOLIDAY and local.weekday() < 5 and 9 <= local.hour < 17

    def minutes(self, start: datetime, end: datetime) -> int:
        return self._before[self._index(end)] - self._before[self._index(start)]

    def after(self, start: datetime, minutes: int) -> datetime:
        if not minutes:
            return start
        return (
            START + bisect_left(self._before, self._before[self._index(start)] + minutes) * MINUTE
        )

    @staticmethod
    def _index(moment: datetime) -> int:
        return int((moment - START) / MINUTE)

    # --- One ticket ---------------------------------------------------------------------------

    def check(self, ticket: Ticket) -> None:
        """Every stored time of ``ticket`` is what its history says."""
        history = list(
            ticket.events.order_by("at", "pk").values_list("at", "verb", "data", "by_user")
        )
        spells = self._spells(ticket, history)
        answered = self._answered(ticket, history)
        first, solved = TARGETS[Priority(ticket.priority)]
        stopped = self._sum(spells, {"pending", "solved", "closed"}, since=ticket.created_at)
        assert ticket.first_responded_at == answered
        assert ticket.resolution_due_at == self.after(ticket.created_at, solved + stopped)
        if answered is None:
            assert ticket.first_response_due_at == self.after(ticket.created_at, first + stopped)
        level_since = self._level_since(ticket, history)
        waited = self._sum(
            spells,
            {"pending", "on_hold", "solved", "closed"},
            since=level_since,
            closing_ends=True,
        )
        assert ticket.level_due_at == self.after(level_since, LEVEL + waited)
        self._check_due(ticket, answered)
        for holding in ticket.holdings.exclude(ended_at=None):
            self._check_holding(holding, spells)

    def _check_due(self, ticket, answered) -> None:
        clocks = []
        if ticket.status in ("new", "open", "on_hold"):
            clocks = [ticket.resolution_due_at]
            if answered is None:
                clocks.append(ticket.first_response_due_at)
            if ticket.status != "on_hold":
                clocks.append(ticket.level_due_at)
        assert ticket.due_at == min(clocks, default=None)

    def _check_holding(self, holding: Holding, spells) -> None:
        waited = self._sum(
            spells,
            {"pending", "on_hold", "solved", "closed"},
            since=holding.started_at,
            until=holding.ended_at,
            unfinished=True,
        )
        total = self.minutes(holding.started_at, holding.ended_at)
        assert holding.waiting_seconds == waited * 60
        assert holding.working_seconds == (total - waited) * 60

    @staticmethod
    def _spells(ticket, history):
        """(status, from, to); the last one has no end."""
        changes = [
            (at, data["status"][1]) for at, _verb, data, _user in history if "status" in data
        ]
        ends = [at for at, _status in changes[1:]] + [None]
        return [(status, at, end) for (at, status), end in zip(changes, ends, strict=True)]

    def _sum(
        self, spells, statuses, *, since, until=None, unfinished=False, closing_ends=False
    ) -> int:
        """Working minutes in ``statuses``; a spell counts once the ticket has left them, unless ``unfinished``.

        For the level's clock ``closing_ends`` the waiting; for that of the solution, closed is stopped like solved.
        """
        total = 0
        for status, start, end in spells:
            if status not in statuses:
                continue
            if end is None and not unfinished:
                break
            first = max(start, since)
            last = min(end or until, until) if until else end
            if first < last:
                total += self.minutes(first, last)
        if not unfinished and spells[-1][0] in statuses:
            total -= self._unfinished(spells, statuses, since, closing_ends)
        return total

    def _unfinished(self, spells, statuses, since, closing_ends) -> int:
        """What the run of spells that goes on has counted so far: it counts when it ends."""
        total = 0
        for status, start, end in reversed(spells[:-1]):
            closed = "closed" in (status, spells[-1][0])
            if status not in statuses or (closing_ends and closed):
                break
            if max(start, since) < end:
                total += self.minutes(max(start, since), end)
        return total

    @staticmethod
    def _answered(ticket, history) -> datetime | None:
        for at, verb, _data, user in history:
            if verb in ("reply", "solve") and user is not None:
                return at
        return None

    @staticmethod
    def _level_since(ticket, history) -> datetime:
        came = ticket.created_at
        for at, _verb, data, _user in history:
            if "level" in data and data["level"][0] is not None:
                came = at
        return came
