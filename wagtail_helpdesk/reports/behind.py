"""The tickets behind a figure: the same entries that it counts."""

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Case, Q, QuerySet, Sum, Value, When
from django.utils import timezone

from ..models import Direction, TallyEntry, TallyKind, Ticket
from ..tallies.counting import BACKLOG
from ..tallies.days import today
from .periods import Period
from .scope import Scope

#: figure -> what the entries are that it counts.
FIGURES: dict[str, dict[str, Any]] = {
    "received": {"kind": TallyKind.RECEIVED},
    "answered": {"kind": TallyKind.ANSWERED},
    "answered_late": {"kind": TallyKind.ANSWERED, "late": True},
    "solved": {"kind": TallyKind.SOLVED},
    "solved_late": {"kind": TallyKind.SOLVED, "late": True},
    "dropped": {"kind": TallyKind.DROPPED},
    "reopened": {"kind": TallyKind.REOPENED},
    "credited": {"kind": TallyKind.CREDITED},
    "held": {"kind": TallyKind.HELD},
    **{way.value: {"kind": TallyKind.ESCALATED, "detail": way} for way in Direction},
    "escalated": {"kind": TallyKind.ESCALATED},
    "visits_done": {"kind": TallyKind.VISITED, "detail": "done"},
    "visits_not_at_home": {"kind": TallyKind.VISITED, "detail": "not_at_home"},
    "visits_moved": {"kind": TallyKind.VISITED, "detail": "moved"},
    "rated": {"kind": TallyKind.RATED},
    "helped": {"kind": TallyKind.RATED, "detail": "helped"},
    "not_helped": {"kind": TallyKind.RATED, "detail": "not_helped"},
}
OPEN = "backlog"
#: dimension -> the column of an entry, and the same of a ticket.
COLUMNS = {
    "division": ("division", "division"),
    "level": ("level", "level"),
    "type": ("complaint_type", "complaint_type"),
    "channel": ("channel", "channel"),
    "organisation": ("organisation", "contact__organisation"),
    "person": ("person", "assignee"),
    "step": ("step", ""),
    "outcome": ("detail", ""),
}


def entries_behind(
    figure: str, scope: Scope, period: Period, *, dimension: str = "", key: str = ""
) -> QuerySet[TallyEntry]:
    """The entries that the figure counts. ``figure`` is one of ``FIGURES``."""
    entries = TallyEntry.objects.filter(
        _place(scope, dimension, key, 0),
        number=1,
        day__range=(period.first, period.last),
        **FIGURES[figure],
    )
    return entries.order_by()


def tickets_behind(
    figure: str, scope: Scope, period: Period, *, dimension: str = "", key: str = ""
) -> Q:
    """Which tickets they belong to: a condition, to be asked within what somebody may see."""
    if figure != OPEN:
        entries = entries_behind(figure, scope, period, dimension=dimension, key=key)
        return Q(pk__in=entries.filter(ticket__isnull=False).values("ticket"))
    if period.last >= today():
        return Q(pk__in=Ticket.objects.live().filter(_place(scope, dimension, key, 1)).values("pk"))
    return Q(pk__in=_open_then(scope, period, dimension, key))


def _open_then(scope: Scope, period: Period, dimension: str, key: str) -> QuerySet:
    """What was open at the end of the period: it is open still, or something was done to it since."""
    midnight = datetime.combine(period.last + timedelta(days=1), time())
    end = timezone.make_aware(midnight, timezone.get_default_timezone())
    candidates = Ticket.objects.filter(updated_at__gte=end) | Ticket.objects.live()
    grows = Case(*(When(kind=kind, then=Value(by)) for kind, by in BACKLOG.items()))
    entries = TallyEntry.objects.filter(
        _place(scope, dimension, key, 0),
        number=1,
        kind__in=BACKLOG,
        day__lte=period.last,
        ticket__in=candidates.order_by().values("pk"),
    )
    open_then = entries.order_by().values("ticket").annotate(open=Sum(grows)).filter(open__gt=0)
    return open_then.values("ticket")


def _place(scope: Scope, dimension: str, key: str, column: int) -> Q:
    """Scope and key as a condition on entries (column 0) or tickets (1)."""
    wanted = Q()
    if scope.divisions is not None:
        wanted &= Q(division__in=sorted(scope.divisions))
    if scope.person is not None:
        wanted &= Q(**{COLUMNS["person"][column]: scope.person})
    if dimension:
        wanted &= Q(**{COLUMNS[dimension][column]: key})
    return wanted
