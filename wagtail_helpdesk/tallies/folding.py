"""Entries are folded into the counters by one runner at a time, a bounded number in a transaction."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from django.db import connections, router, transaction
from django.db.models import Q

from ..clocks.heartbeat import RECAP, RECAP_OF_THE_PAST, beat
from ..models import Tally, TallyEntry
from .counting import COUNTERS, SPREADS, Counts, Slot, add_up, line_of
from .days import month_of, today

#: Entries of one transaction.
BATCH = 1_000
#: Rows of one statement: SQLite has a limit of values.
ROWS = 400


@contextmanager
def only_one() -> Iterator[None]:
    """A transaction in which nobody else changes the counters: others wait for the row that it begins with.

    The row's time changes with every one, so a report can tell whether what it knows is still true.
    """
    with transaction.atomic():
        beat(RECAP)
        yield


def fold_all(*, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Fold what there is. Returns how many entries; asks one query where there are none."""
    done = 0
    while TallyEntry.objects.filter(folded=False).exists():
        if should_stop():
            break
        folded = fold(limit=BATCH)
        done += folded
        if folded < BATCH:
            break
    return done


def fold(*, limit: int) -> int:
    with only_one():
        waiting = TallyEntry.objects.filter(folded=False).order_by("pk")
        entries = list(_locked(waiting)[:limit])
        by_month: dict[date, list[TallyEntry]] = {}
        for entry in entries:
            by_month.setdefault(month_of(entry.day), []).append(entry)
        for each in by_month.values():
            add_to_counters(add_up(line_of(entry) for entry in each))
        if any(entry.day < today() for entry in entries):
            beat(RECAP_OF_THE_PAST)
        for some in _slices([entry.pk for entry in entries if entry.number > 0]):
            TallyEntry.objects.filter(pk__in=some).update(folded=True)
        for some in _slices([entry.pk for entry in entries if entry.number < 0]):
            TallyEntry.objects.filter(pk__in=some).delete()
    return len(entries)


def _locked(waiting):
    """What an operation moves to another type just now is left for the next time."""
    features = connections[router.db_for_write(TallyEntry)].features
    return waiting.select_for_update(skip_locked=features.has_select_for_update_skip_locked)


def add_to_counters(sums: dict[Slot, Counts]) -> None:
    """Add to the counters, of one month and of its days."""
    rows = stored(sums)
    for slot, row in rows.items():
        if slot in sums:
            sums[slot].add_numbers(getattr(row, name) for name in COUNTERS)
            sums[slot].add_spreads(getattr(row, name) for name in SPREADS)
    replace([rows[slot] for slot in rows.keys() & sums.keys()], sums)


def replace(rows: Iterable[Tally], sums: dict[Slot, Counts]) -> None:
    """Write the counters in place of these rows. (A statement with a case for each row takes much longer.)"""
    for some in _slices([row.pk for row in rows]):
        Tally.objects.filter(pk__in=some).delete()
    new = (Tally(**slot._asdict(), **counts.columns()) for slot, counts in sums.items() if counts)
    Tally.objects.bulk_create(new, batch_size=ROWS)


def stored(sums: dict[Slot, Counts]) -> dict[Slot, Tally]:
    """The counters that there are among these slots, and their neighbours."""
    wanted: dict[tuple[str, str], tuple[set[date], set[int], set[str]]] = {}
    for slot in sums:
        starts, divisions, keys = wanted.setdefault(
            (slot.grain, slot.dimension), (set(), set(), set())
        )
        starts.add(slot.start)
        divisions.add(slot.division)
        keys.add(slot.key)
    rows: dict[Slot, Tally] = {}
    for (grain, dimension), (starts, divisions, keys) in wanted.items():
        found = Tally.objects.filter(
            Q(grain=grain, dimension=dimension),
            start__in=starts,
            division__in=divisions,
            key__in=keys,
        )
        rows |= {slot_of(row): row for row in found}
    return rows


def slot_of(row: Tally) -> Slot:
    return Slot(row.grain, row.start, row.division, row.dimension, row.key)


def _slices(keys: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(keys), ROWS):
        yield keys[start : start + ROWS]
