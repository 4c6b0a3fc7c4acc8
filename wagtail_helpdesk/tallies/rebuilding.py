"""Do entries and counters say what the history of the tickets says? Compared, and mended, in bounded steps.

Operations may go on meanwhile: a ticket is compared while its row is claimed, and the counters of a month while
nobody else folds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, Min, Q

from ..clocks.heartbeat import RECAP_OF_THE_PAST, beat
from ..models import Grain, Tally, TallyEntry, Ticket
from .counting import COLUMNS, Counts, Line, add_up
from .days import month_of
from .folding import fold_all, only_one, replace, slot_of
from .replay import History, replay
from .writing import move_entries

#: Tickets of one transaction.
TICKETS = 200
#: What was measured stays as it was measured: calendars and targets change, and the past doesn't.
MEASURED = ("seconds", "late")
IDENTITY = (
    "kind", "at", "day", "division_id", "level_id", "complaint_type_id", "channel",
    "organisation_id", "person_id", "detail", "step",
)  # fmt: skip


@dataclass
class Found:
    """How many tickets and counters there are, and how many of them differed."""

    tickets: int = 0
    differing_tickets: int = 0
    counters: int = 0
    differing_counters: int = 0

    @property
    def agrees(self) -> bool:
        return not (self.differing_tickets or self.differing_counters)

    def add(self, other: "Found") -> "Found":
        for name, number in vars(other).items():
            setattr(self, name, getattr(self, name) + number)
        return self


def rebuild(*, mend: bool = True, since: date | None = None) -> Iterator[Found]:
    """Compare everything, or what happened since that day, and ``mend`` what differs. Yields after each step.

    Only compares without ``mend``. Each step is one transaction of bounded size; doing it twice changes nothing.
    """
    for keys in _batches(since):
        yield compare_tickets(keys, mend=mend)
    yield from compare_all_counters(mend=mend, since=since)


def compare_all_counters(*, mend: bool, since: date | None = None) -> Iterator[Found]:
    """The counters alone, month by month."""
    if mend:
        fold_all()
    for month in _months(since):
        yield compare_counters(month, mend=mend)


def compare_tickets(keys: list[int], *, mend: bool) -> Found:
    """The entries of these tickets. What differs is looked at once more while nobody else changes it."""
    found = Found(tickets=len(keys))
    suspects = [ticket.pk for ticket, _missing, _surplus in _compared(keys)]
    if suspects:
        with transaction.atomic():
            # As every operation begins: until this is done, others wait.
            Ticket.objects.filter(pk__in=suspects).update(version=F("version"))
            for _ticket, missing, surplus in _compared(suspects):
                found.differing_tickets += 1
                if mend:
                    _mend(missing, surplus)
    return found


def _compared(keys: list[int]) -> Iterator[tuple[Ticket, list[TallyEntry], list[TallyEntry]]]:
    """Of the tickets that differ: what is missing, and what is there and should not be."""
    tickets = list(Ticket.objects.filter(pk__in=keys).select_related("contact"))
    entries: dict[int, list[TallyEntry]] = {ticket.pk: [] for ticket in tickets}
    for entry in TallyEntry.objects.filter(ticket__in=keys, number=1).order_by("pk"):
        entries[entry.ticket_id].append(entry)
    for history in History.read(tickets):
        missing, surplus = _differences(list(replay(history)), entries[history.ticket.pk])
        if missing or surplus:
            yield history.ticket, missing, surplus


def _differences(
    wanted: list[TallyEntry], stored: list[TallyEntry]
) -> tuple[list[TallyEntry], list[TallyEntry]]:
    """What is missing, and what is there and should not be."""
    spare: dict[tuple, list[TallyEntry]] = {}
    for entry in stored:
        spare.setdefault(_identity(entry), []).append(entry)
    missing = []
    for entry in wanted:
        same = spare.get(_identity(entry))
        if same:
            same.pop()
        else:
            missing.append(entry)
    return missing, [entry for rest in spare.values() for entry in rest]


def _identity(entry: TallyEntry) -> tuple[Any, ...]:
    return tuple(str(getattr(entry, name)) for name in IDENTITY)


def _mend(missing: list[TallyEntry], surplus: list[TallyEntry]) -> None:
    measured = {(entry.kind, entry.at, entry.person_id): entry for entry in surplus}
    for entry in missing:
        if like := measured.get((entry.kind, entry.at, entry.person_id)):
            entry.seconds, entry.late = like.seconds, like.late
    rows = TallyEntry.objects.filter(pk__in=[entry.pk for entry in surplus])
    move_entries(rows)
    rows.delete()
    TallyEntry.objects.bulk_create(missing)


def compare_counters(month: date, *, mend: bool) -> Found:
    """The counters of a month and of its days, against the entries that are folded."""
    days = Q(grain=Grain.DAY, start__gte=month, start__lt=_next(month))
    with only_one():
        rows = {
            slot_of(row): row
            for row in Tally.objects.filter(days | Q(grain=Grain.MONTH, start=month))
        }
        sums = add_up(_folded(month))
        stored = {slot: _columns(row) for slot, row in rows.items()}
        wanted = {slot: counts.columns() for slot, counts in sums.items() if counts}
        differing = [
            slot
            for slot in stored.keys() | wanted.keys()
            if stored.get(slot, _nothing()) != wanted.get(slot, _nothing())
        ]
        if mend and differing:
            beat(RECAP_OF_THE_PAST)
            gone = [rows[slot] for slot in differing if slot in rows]
            replace(gone, {slot: sums[slot] for slot in differing if slot in sums})
    return Found(counters=len(wanted), differing_counters=len(differing))


def _folded(month: date) -> Iterable[Line]:
    """What the counters should hold: all that is folded, and what is about to be taken back.

    In one query, so that an operation that moves an entry meanwhile is seen as a whole or not at all.
    """
    entries = TallyEntry.objects.filter(
        Q(folded=True) | Q(number=-1), day__gte=month, day__lt=_next(month)
    )
    rows = entries.order_by().values_list(*COLUMNS)
    return (Line(*row)._replace(number=1) for row in rows.iterator(chunk_size=2_000))


def _columns(row: Tally) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _nothing()}


def _nothing() -> dict[str, Any]:
    return Counts().columns()


def _batches(since: date | None) -> Iterator[list[int]]:
    tickets = Ticket.objects.order_by("pk")
    if since is not None:
        tickets = tickets.filter(updated_at__date__gte=since)
    last = 0
    while keys := list(tickets.filter(pk__gt=last).values_list("pk", flat=True)[:TICKETS]):
        yield keys
        last = keys[-1]


def _months(since: date | None) -> Iterator[date]:
    """From the first that has anything to the last."""
    ends = [
        TallyEntry.objects.aggregate(first=Min("day"), last=Max("day")),
        Tally.objects.aggregate(first=Min("start"), last=Max("start")),
    ]
    firsts = [end["first"] for end in ends if end["first"]]
    if not firsts:
        return
    month = month_of(max(min(firsts), since) if since else min(firsts))
    last = max(end["last"] for end in ends if end["last"])
    while month <= last:
        yield month
        month = _next(month)


def _next(month: date) -> date:
    return month_of(month + timedelta(days=31))
