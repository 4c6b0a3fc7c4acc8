"""Visits in the recap: each report counts once, on the day when it was made."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import make_ticket
from tests.invariants import check_books
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Tally
from wagtail_helpdesk.tallies.folding import fold_all
from wagtail_helpdesk.tallies.rebuilding import rebuild


def test_a_visit_that_was_moved_and_then_made(desk):
    ticket = make_ticket(desk)
    engineer = desk.first_level3
    tickets.triage(ticket, by=desk.manager, level=desk.level3)
    # Begun already: what came of it can be told at any hour of the day.
    begun = timezone.now()
    window = {"starts": begun, "ends": begun + timedelta(hours=1)}
    visit = tickets.plan_visit(ticket, by=engineer, engineer=engineer, place="Here", **window)
    visit = tickets.report_visit(ticket, by=engineer, visit=visit, outcome="moved", **window)
    tickets.report_visit(ticket, by=engineer, visit=visit, outcome="done", findings="All well.")
    check_books(ticket)
    fold_all()
    month = Tally.objects.get(grain="month", division=0, dimension="", key="")
    assert (month.visits_done, month.visits_moved, month.answered) == (1, 1, 1)
    assert all(checked.agrees for checked in rebuild(mend=False))
