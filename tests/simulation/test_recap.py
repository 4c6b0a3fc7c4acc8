"""Every figure of the recap, of a simulated quarter: the counters against the slow calculation, and the tickets behind.

``SIMULATED_TICKETS=3000`` plays a busy one.
"""

from collections import Counter
from datetime import date, timedelta

import pytest
import time_machine

from tests.simulation.quarter import END, Ledger, live, make_promises
from tests.simulation.recap import SlowRecap, percentile
from tests.simulation.test_quarter import NUMBER
from wagtail_helpdesk.models import Contact, Organisation, Tally, TallyEntry, Ticket
from wagtail_helpdesk.reports.behind import tickets_behind
from wagtail_helpdesk.reports.figures import Figures
from wagtail_helpdesk.reports.periods import OWN, Period
from wagtail_helpdesk.reports.scope import Scope
from wagtail_helpdesk.tallies.folding import fold, fold_all
from wagtail_helpdesk.tallies.rebuilding import rebuild
from wagtail_helpdesk.tallies.spread import quantile

PERIODS = [
    Period.around(date(2026, 11, 1), "quarter"),
    Period.around(date(2026, 10, 25), "week"),  # the clocks go back at its end
    Period.around(date(2026, 11, 30), "month"),
    Period.around(date(2026, 9, 30), "year"),
    Period(date(2026, 10, 17), date(2026, 12, 3), OWN),
]
#: Of a row of the slow recap: what the key of each dimension is.
KEYS = {
    "division": lambda row: row[1],
    "level": lambda row: row[2],
    "type": lambda row: row[4].complaint_type_id,
    "channel": lambda row: row[4].channel,
    "organisation": lambda row: row[4].contact.organisation_id,
    "person": lambda row: row[3],
}
COUNTED = ("received", "answered", "solved", "dropped", "reopened")


@pytest.fixture
def desk(desk):
    make_promises(desk)
    live(desk, number=NUMBER, seed=20260928)
    companies = [Organisation.objects.create(name=name) for name in ("Company", "Other")]
    # Half of it is folded when some requesters turn out to be of a company.
    fold(limit=TallyEntry.objects.count() // 2)
    for number, contact in enumerate(Contact.objects.order_by("pk")[:40]):
        contact.organisation = companies[number % 2]
        contact.save()
    with time_machine.travel(END + timedelta(days=30), tick=False):
        yield desk


@pytest.mark.django_db
def test_every_figure_is_what_the_history_says(desk):
    slow = SlowRecap(Ledger())
    assert len(list(slow.solved())) > NUMBER / 10
    compare(desk, slow)  # with a half that is not folded yet
    fold_all()
    compare(desk, slow)
    assert all(step.agrees for step in rebuild(mend=False))


@pytest.mark.django_db
def test_counters_made_anew_are_the_same(desk):
    fold_all()

    def all_of(model):
        names = [f.attname for f in model._meta.fields if f.name not in ("id", "folded")]
        return Counter(repr(row) for row in model.objects.values_list(*names))

    before = all_of(Tally), all_of(TallyEntry)
    Tally.objects.all().delete()
    TallyEntry.objects.all().delete()
    for _step in rebuild():
        pass
    fold_all()
    assert (all_of(Tally), all_of(TallyEntry)) == before


def compare(desk, slow):
    everything = {name: list(getattr(slow, name)()) for name in COUNTED}
    everything |= {
        name: list(getattr(slow, name)()) for name in ("credited", "escalated", "held", "rated")
    }
    scopes = [
        Scope(),
        Scope(frozenset({desk.first.pk})),
        Scope(frozenset({desk.first.pk, desk.second.pk})),
        Scope(person=desk.first_level1.pk),
        Scope(frozenset({desk.first.pk}), desk.first_level2.pk),
    ]
    for scope in scopes:
        figures = Figures(scope)
        for period in PERIODS:
            of_period = {
                name: [
                    row for row in rows if belongs(row, scope) and period.contains(slow.day(row[0]))
                ]
                for name, rows in everything.items()
            }
            compare_together(figures, period, of_period)
            compare_open(figures, period, slow)
            for name, rows in of_period.items():
                figure = name
                found = Ticket.objects.filter(tickets_behind(figure, scope, period))
                assert set(found) == {row[4] for row in rows}, (name, period)
            if scope.person is None:
                compare_keys(figures, period, of_period, slow)
                compare_escalations(figures, period, of_period["escalated"])


def belongs(row, scope):
    _at, division, _level, person, *_rest = row
    return (scope.divisions is None or division in scope.divisions) and scope.person in (
        None,
        person,
    )


def compare_together(figures, period, of_period):
    counts = figures.by_period([period.before, period], detailed=1)[1]
    for name in COUNTED:
        assert counts[name] == len(of_period[name]), (name, period, figures.scope)
    if figures.scope.person is not None:
        assert counts["credited"] == len(of_period["credited"])
    assert counts["held_seconds"] == sum(row[5] for row in of_period["held"])
    for name, spread, target in (("answered", "responses", 0), ("solved", "solutions", 1)):
        took = [row[5][0] for row in of_period[name]]
        late = [
            seconds
            for seconds, targets in (row[5] for row in of_period[name])
            if seconds > 60 * targets[target]
        ]
        assert counts[f"{name}_late"] == len(late)
        for share in (0.5, 0.9) if took else ():
            exact, read = percentile(took, share), quantile(counts.spreads[spread], share)
            assert abs(read - exact) <= max(60, 0.05 * exact), (name, share)
    for name, answer in (("helped", True), ("not_helped", False)):
        assert counts[name] == sum(row[5] == answer for row in of_period["rated"])
    for direction in ("up", "down", "sideways"):
        assert counts[direction] == sum(row[5][0] == direction for row in of_period["escalated"])


def compare_open(figures, period, slow):
    scope = figures.scope
    then = [
        ticket
        for division, _level, person, ticket in slow.open_at_the_end_of(period.last)
        if (scope.divisions is None or division in scope.divisions)
        and scope.person in (None, person)
    ]
    assert figures.backlog(period.last) == len(then)
    assert set(Ticket.objects.filter(tickets_behind("backlog", scope, period))) == set(then)


def compare_keys(figures, period, of_period, slow):
    for dimension, key_of in KEYS.items():
        found = figures.by_keys([dimension], period)[dimension]
        for name in (*COUNTED, "credited"):
            if name == "credited" and dimension != "person":
                continue
            slowly = Counter(str(key_of(row)) for row in of_period[name] if key_of(row) is not None)
            quickly = {key: counts[name] for key, counts in found.items() if counts[name]}
            assert quickly == slowly, (dimension, name, period)
            for key in slowly:
                behind = tickets_behind(name, figures.scope, period, dimension=dimension, key=key)
                rows = [row for row in of_period[name] if str(key_of(row)) == key]
                assert set(Ticket.objects.filter(behind)) == {row[4] for row in rows}
        figures.read_spreads(dimension, period, found)
        then = [(None, *row) for row in slow.open_at_the_end_of(period.last)]
        then = Counter(str(key_of(row)) for row in then if belongs(row, figures.scope))
        for key, number in figures.backlogs(dimension, period.last, found).items():
            assert number == then[key], (dimension, key)
        for key, counts in found.items():
            rows = [row for row in of_period["solved"] if str(key_of(row)) == key]
            assert sum(counts.spreads["solutions"].values()) == len(rows)


def compare_escalations(figures, period, rows):
    found = figures.by_keys(["step", "type"], period)["step"]
    quickly = Counter()
    for key, counts in found.items():
        from_level, to_level, _division, reason = map(int, key.split(">"))
        for direction in ("up", "down", "sideways"):
            quickly[from_level, direction, to_level, reason or None] += counts[direction]
    slowly = Counter((level, *more) for _at, _division, level, _person, _ticket, more in rows)
    assert +quickly == slowly
