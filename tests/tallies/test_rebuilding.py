"""``rebuild_helpdesk_recap``: it finds what is wrong, mends it, and leaves alone what is right."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import make_ticket
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Tally, TallyEntry
from wagtail_helpdesk.tallies import rebuilding
from wagtail_helpdesk.tallies.folding import fold_all


@pytest.fixture
def quarter(desk):
    """Some tickets, of which the counters know."""
    for number in range(4):
        ticket = make_ticket(desk, email=f"{number}@example.org")
        tickets.accept(ticket, by=desk.first_level1)
        if number:
            tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    fold_all()
    return desk


def stored():
    entries = TallyEntry.objects.filter(number=1).order_by("ticket", "at", "kind", "person")
    names = [
        field.attname for field in TallyEntry._meta.fields if field.name not in ("id", "folded")
    ]
    tallies = Tally.objects.order_by("grain", "start", "division", "dimension", "key")
    return list(entries.values_list(*names)), list(
        tallies.values_list(*(f.attname for f in Tally._meta.fields if f.name != "id"))
    )


def run(*args):
    call_command("rebuild_helpdesk_recap", *args, verbosity=0)


def drop_entries():
    TallyEntry.objects.filter(kind="solved").delete()


def drop_all():
    TallyEntry.objects.all().delete()
    Tally.objects.all().delete()


def another_kind():
    TallyEntry.objects.filter(kind="came").update(kind="received")


def twice():
    for entry in TallyEntry.objects.filter(kind="received"):
        entry.pk, entry.folded = None, False
        entry.save()


def another_number():
    Tally.objects.filter(grain="month", dimension="type").update(received=99)


def no_counters():
    Tally.objects.filter(grain="day").delete()


def a_counter_of_nothing():
    Tally.objects.create(
        grain="day", start=timezone.localdate(), dimension="type", key="0", solved=1
    )


@pytest.mark.parametrize(
    "harm",
    [
        drop_entries,
        drop_all,
        another_kind,
        twice,
        another_number,
        no_counters,
        a_counter_of_nothing,
    ],
)
def test_what_is_wrong_is_found_and_mended(quarter, harm):
    run("--check")
    right = stored()
    harm()
    with pytest.raises(CommandError, match="differed"):
        run("--check")
    run()
    fold_all()
    run("--check")
    assert stored() == right


def test_twice_changes_nothing(quarter, capsys):
    before = stored()
    run()
    run()
    assert stored() == before


def test_what_waits_to_be_folded_is_not_wrong(quarter, desk):
    make_ticket(desk)
    run("--check")


def test_what_was_measured_stays(quarter):
    TallyEntry.objects.filter(kind="solved").update(seconds=1234, late=True)
    drop = TallyEntry.objects.filter(kind="solved").first()
    TallyEntry.objects.filter(pk=drop.pk).update(day=drop.day - timedelta(days=40))
    run()
    assert set(TallyEntry.objects.filter(kind="solved").values_list("seconds", "late")) == {
        (1234, True)
    }
    fold_all()
    assert (
        sum(
            Tally.objects.filter(grain="month", division=0, dimension="").values_list(
                "solved_late", flat=True
            )
        )
        == 3
    )


def test_it_goes_on_in_bounded_batches(quarter, monkeypatch):
    monkeypatch.setattr(rebuilding, "TICKETS", 2)
    right = stored()
    drop_all()
    found = list(rebuilding.rebuild())
    assert [step.tickets for step in found] == [2, 2, 0]
    fold_all()
    assert stored() == right
