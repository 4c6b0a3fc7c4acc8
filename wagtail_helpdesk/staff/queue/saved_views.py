"""The queue's saved views: sets of tickets with an index each, which one more click filters further."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import BooleanField, Func, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ...models import LIVE, EscalationStep, Holding, Status, Ticket, Verb
from ..counting import CountQuery
from .desk import Desk

#: The view without a condition of its own.
ALL = "all"


@dataclass(frozen=True)
class SavedView:
    """``name`` stands in the address, ``empty`` on the page when there is nothing in it."""

    name: str
    label: str
    empty: str
    tickets: Callable[[Desk], QuerySet]
    #: The same set with a bounded amount of work, for the count; where that differs.
    counted: Callable[[Desk, int], QuerySet] | None = None

    def to_count(self, desk: Desk, cap: int) -> QuerySet:
        return self.counted(desk, cap) if self.counted else self.tickets(desk)


class IsLive(Func):
    """``status`` is one of ``LIVE``, written out.

    SQLite uses an index on a part of the rows only where the same words stand in the query, and not
    where they are parameters, as ``live()`` has them.
    """

    template = f"%(expressions)s IN ({', '.join(repr(str(status)) for status in LIVE)})"
    output_field = BooleanField()


def live(desk: Desk) -> QuerySet:
    return desk.in_reach.filter(IsLive("status"))


def mine(desk: Desk) -> QuerySet:
    return live(desk).filter(assignee=desk.user)


def unassigned(desk: Desk) -> QuerySet:
    """What waits for the user to accept it, at their level or because nobody else is there."""
    divisions_at: dict[int, list[int]] = {}
    for place in desk.own_places:
        divisions_at.setdefault(place.level, []).append(place.division)
    if not divisions_at:
        return desk.in_reach.none()
    waiting = reduce(
        or_,
        (
            Q(level=level, division__in=sorted(divisions))
            for level, divisions in sorted(divisions_at.items())
        ),
    )
    return live(desk).filter(waiting, assignee=None)


def my_divisions(desk: Desk) -> QuerySet:
    if not desk.own_divisions:
        return desk.in_reach.none()
    return live(desk).filter(division__in=sorted(desk.own_divisions))


def waiting_for_requester(desk: Desk) -> QuerySet:
    """In the user's divisions; a manager's are all."""
    tickets = live(desk) if desk.is_manager else my_divisions(desk)
    return tickets.filter(status=Status.PENDING)


def passed_on(desk: Desk) -> QuerySet:
    """What the user held or escalated, and what is somebody else's now."""
    return desk.visible.filter(pk__in=_passed_on_keys(desk)).exclude(assignee=desk.user)


def passed_on_counted(desk: Desk, cap: int) -> QuerySet:
    """Years of service leave thousands of keys; twice the cap of them is enough to count up to it.

    Of what the user escalated without ever having held it, only what is in reach can be seen; what
    they held, they may read.
    """
    mine = desk.in_reach.filter(pk__in=escalated(desk)).order_by().values("pk")
    # Django 6.1 puts the model's own order back into a union, which lacks the columns for it.
    keys = held(desk).union(mine).order_by()
    tickets = Ticket.objects.filter(pk__in=keys[: 2 * cap + 2])
    return tickets.exclude(assignee=desk.user)


def _passed_on_keys(desk: Desk) -> QuerySet:
    return held(desk).union(escalated(desk)).order_by()


def held(desk: Desk) -> QuerySet:
    spells = Holding.objects.filter(assignee=desk.user, ended_at__isnull=False)
    return spells.order_by().values("ticket")


def escalated(desk: Desk) -> QuerySet:
    steps = EscalationStep.objects.filter(by_user=desk.user, verb=Verb.ESCALATE)
    return steps.order_by().values("ticket")


def everything(desk: Desk) -> QuerySet:
    return desk.in_reach


VIEWS = {
    view.name: view
    for view in (
        SavedView("mine", _("Mine"), _("No open ticket is assigned to you."), mine),
        SavedView(
            "unassigned",
            _("Unassigned at my level"),
            _("No ticket waits at your level for somebody to accept it."),
            unassigned,
        ),
        SavedView(
            "divisions", _("My divisions"), _("Your divisions have no open tickets."), my_divisions
        ),
        SavedView(
            "waiting",
            _("Waiting for the requester"),
            _("No ticket waits for its requester."),
            waiting_for_requester,
        ),
        SavedView(
            "passed_on",
            _("Passed on by me"),
            _("You have not passed on any ticket."),
            passed_on,
            passed_on_counted,
        ),
        SavedView(ALL, _("All"), _("There are no tickets that you may read."), everything),
    )
}


#: Compiled counts by what they depend on. Compiling costs ten times what asking does.
_count_queries: dict[tuple, CountQuery] = {}


def count_query(desk: Desk, cap: int) -> CountQuery:
    """The counts of all views for who looks at the desk.

    Its text depends on their reach alone, never on the tickets, so it is kept as long as that stays.
    """
    key = (cap, *desk.signature) if desk.signature else None
    query = _count_queries.get(key)
    if query is None:
        query = CountQuery.of(
            {name: view.to_count(desk, cap) for name, view in VIEWS.items()}, cap=cap
        )
        if key is not None:
            if len(_count_queries) >= 1_000:
                _count_queries.clear()
            _count_queries[key] = query
    return query
