from datetime import timedelta
import pytest, time_machine
from django.utils import timezone
from tests.factories import make_ticket
from tests.invariants import check_books
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import TallyEntry, Tally
from wagtail_helpdesk.tallies.folding import fold_all
from wagtail_helpdesk.tallies.rebuilding import rebuild


def test_v(desk):
    ticket = make_ticket(desk)
    tickets.triage(ticket, by=desk.manager, level=desk.level3)
    now = timezone.now()
    v = tickets.plan_visit(
        ticket,
        by=desk.first_level3,
        engineer=desk.first_level3,
        starts=now + timedelta(minutes=5),
        ends=now + timedelta(hours=1),
        place="Here",
    )
    v = tickets.report_visit(
        ticket,
        by=desk.first_level3,
        visit=v,
        outcome="moved",
        starts=now + timedelta(minutes=6),
        ends=now + timedelta(hours=2),
    )
    tickets.report_visit(
        ticket, by=desk.first_level3, visit=v, outcome="done", findings="All well."
    )
    check_books(ticket)
    fold_all()
    m = Tally.objects.get(grain="month", division=0, dimension="", key="")
    assert (m.visits_done, m.visits_moved, m.answered) == (1, 1, 1)
    assert all(s.agrees for s in rebuild(mend=False))
