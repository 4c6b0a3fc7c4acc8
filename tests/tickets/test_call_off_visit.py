"""A visit that nobody makes."""

from tests.invariants import check_books
from tests.tickets.verbs import last_event, mail, plan
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import SupportLevel, Visit


def test_nobody_goes_there(desk, ticket):
    SupportLevel.objects.update(on_site=True)
    visit = plan(ticket, desk, by=desk.manager, hours=48)
    tickets.call_off_visit(ticket, by=desk.first_level3, visit=visit)
    stored = Visit.objects.get()
    assert (stored.called_off_at, stored.outcome) == (ticket.updated_at, "")
    assert (stored.sequence, visit.sequence) == (1, 1)  # the next version of the appointment
    assert visit.is_called_off
    assert not visit.is_open
    assert last_event(ticket).data == {"visit": visit.pk}
    assert mail(ticket)[-1] == ("visit_called_off", ticket.contact)
    check_books(ticket)
    tickets.solve(ticket, by=desk.first_level3, outcome="answered")
