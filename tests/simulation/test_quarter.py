"""Every due time and every holding of a simulated quarter, against the slow calculation.

``SIMULATED_TICKETS=3000`` plays a busy one; the default is what the suite has time for.
"""

import os

import pytest

from tests.simulation.quarter import Ledger, live, make_promises
from wagtail_helpdesk.models import Ticket

NUMBER = int(os.environ.get("SIMULATED_TICKETS", "60"))


@pytest.mark.django_db
def test_every_promise_and_every_holding_is_what_the_history_says(desk):
    make_promises(desk)
    live(desk, number=NUMBER, seed=20260928)
    ledger = Ledger()
    statuses = set()
    for ticket in Ticket.objects.prefetch_related("holdings"):
        ledger.check(ticket)
        statuses.add(ticket.status)
    assert len(statuses) >= 5, "the quarter was too quiet to prove anything"
