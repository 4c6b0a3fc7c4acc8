"""The queue's saved views: sets of tickets with an index each, which one more click filters further."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import BooleanField, Case, Func, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from ...models import LIVE, EscalationStep, Holding, Status, Ticket, Verb
from ..counting import CountQuery
from .desk import Desk

#: The view without a condition of its own.
ALL = "all"
#: The orders that views begin with, as the columns' heads have them. Work to do: what is late, then what is
#: due soonest; where nothing was promised, what is most urgent, and of that the oldest.
NEWEST_FIRST, DUE_FIRST = "-created_at", "due_at"


@dataclass(frozen=True)
class SavedView:
    """``name`` stands in the address, ``empty`` on the page when there is nothing in it."""

    name: str
    label: str
    empty: str
    tickets: Callable[[Desk], QuerySet]
    ordering: str = NEWEST_FIRST
    #: Whether its number is worth counting while another view is open.
    is_work: bool = True
    #: No index has it in order: each page reads the whole, and so counts it by the way.
    is_read_whole: bool = False


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


def late(desk: Desk) -> QuerySet:
    """In the user's reach: what should have been done by now."""
    return live(desk).filter(due_at__lt=desk.now)


def due_soon(desk: Desk) -> QuerySet:
    """In the user's reach: what isn't late yet, and will be within a day by the clock on the wall."""
    return live(desk).filter(due_at__gte=desk.now, due_at__lt=desk.soon)


def waiting_for_requester(desk: Desk) -> QuerySet:
    """In the user's divisions; a manager's are all."""
    waiting = Q(status=Status.PENDING)
    if desk.is_manager:
        return live(desk).filter(waiting)
    # Looked at ticket by ticket: SQLite would begin with all that wait, of any division.
    is_waiting = Case(When(waiting, then=Value(True)), default=Value(False))
    return my_divisions(desk).filter(is_waiting)


def passed_on(desk: Desk) -> QuerySet:
    """What the user held or escalated, and what is somebody else's now.

    What they held, they may read; what they escalated without ever having it, while it is in reach.
    A host's policy is asked about each.
    """
    keys = held(desk).union(desk.in_reach.filter(pk__in=escalated(desk)).order_by().values("pk"))
    readable = Ticket.objects.all() if desk.is_our_policy else desk.visible
    return readable.filter(pk__in=keys).exclude(assignee=desk.user)


def held(desk: Desk) -> QuerySet:
    """Now or before: what the user has now, who asks leaves out. So the index alone answers."""
    return Holding.objects.filter(assignee=desk.user).order_by().values("ticket")


def escalated(desk: Desk) -> QuerySet:
    steps = EscalationStep.objects.filter(by_user=desk.user, verb=Verb.ESCALATE)
    return steps.order_by().values("ticket")


def everything(desk: Desk) -> QuerySet:
    return desk.in_reach


VIEWS = {
    view.name: view
    for view in (
        SavedView("mine", _("Mine"), _("No open ticket is assigned to you."), mine, DUE_FIRST),
        SavedView(
            "unassigned",
            _("Unassigned at my level"),
            _("No ticket waits at your level for somebody to accept it."),
            unassigned,
            DUE_FIRST,
        ),
        SavedView(
            "divisions",
            _("My divisions"),
            _("Your divisions have no open tickets."),
            my_divisions,
            DUE_FIRST,
        ),
        SavedView("late", _("Late"), _("Nothing is late."), late, DUE_FIRST),
        SavedView(
            "due_soon",
            _("Due soon"),
            _("Nothing is due within the next 24 hours."),
            due_soon,
            DUE_FIRST,
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
            is_work=False,
            is_read_whole=True,
        ),
        SavedView(
            ALL,
            _("All"),
            _("There are no tickets that you may read."),
            everything,
            is_work=False,
        ),
    )
}


#: Compiled counts by what they depend on. Compiling costs ten times what asking does.
_count_queries: dict[tuple, CountQuery] = {}


def count_query(desk: Desk, cap: int, view: SavedView) -> CountQuery:
    """The counts of the views of work and of the open ``view``, for who looks at the desk.

    Its text depends on their reach alone, never on the tickets, so it is kept as long as that stays. It is run
    with the desk's ``moments``, which are another's where it was kept.
    """
    key = (view.name, cap, *desk.signature) if desk.signature else None
    query = _count_queries.get(key)
    if query is None:
        counted = (each for each in VIEWS.values() if each.is_work or each is view)
        views = [each for each in counted if not each.is_read_whole]
        query = CountQuery.of(
            {each.name: each.tickets(desk) for each in views}, cap=cap, moments=desk.moments
        )
        if key is not None:
            if len(_count_queries) >= 1_000:
                _count_queries.clear()
            _count_queries[key] = query
    return query
