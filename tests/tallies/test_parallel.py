"""Many at once: operations never wait for a counter, and nothing is counted twice or not at all."""

import pytest
from django.db import connection

from tests import factories
from tests.parallel import at_once
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import ComplaintType, Tally, TallyEntry, Ticket
from wagtail_helpdesk.reports.figures import Figures
from wagtail_helpdesk.reports.periods import Period
from wagtail_helpdesk.reports.scope import Scope
from wagtail_helpdesk.tallies.days import today
from wagtail_helpdesk.tallies.folding import fold, fold_all
from wagtail_helpdesk.tallies.rebuilding import rebuild

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def desk(transactional_db):
    if connection.vendor != "postgresql":
        pytest.fail('These tests need PostgreSQL: run them by "make test-postgres".')
    return factories.make_desk()


def test_operations_timers_and_a_rebuild_at_once(desk):
    other = ComplaintType.objects.create(name="Other", division=desk.first, level=desk.level1)
    kinds = [desk.types["First"], other]

    def work(name):
        def run():
            for number in range(8):
                ticket = factories.make_ticket(desk, email=f"{name}{number}@example.org")
                tickets.accept(ticket, by=desk.first_level1)
                for kind in (kinds[1], kinds[0], kinds[number % 2]):
                    tickets.triage(ticket, by=desk.first_level1, complaint_type=kind)
                tickets.solve(ticket, by=desk.first_level1, outcome="fixed")

        return run

    def timers():
        for _run in range(25):
            fold(limit=15)

    def rebuilds():
        for _run in range(3):
            list(rebuild())

    jobs = [work("a"), work("b"), work("c"), timers, timers, rebuilds]
    assert at_once(jobs) == [None] * len(jobs)
    fold_all()
    assert not TallyEntry.objects.filter(folded=False).exists()
    assert all(step.agrees for step in rebuild(mend=False))
    assert Ticket.objects.count() == 24
    month = Tally.objects.get(grain="month", division=0, dimension="", key="")
    assert (month.received, month.solved, month.backlog) == (24, 24, 0)
    by_type = Figures(Scope()).by_keys(["type"], Period.around(today(), "month"))["type"]
    assert sum(counts["received"] for counts in by_type.values()) == 24
