"""The requester says that somebody was there, and nobody says it for them."""

import pytest
from django.core.exceptions import PermissionDenied

from tests.factories import make_ticket
from tests.invariants import check_books
from tests.tickets.verbs import everything, last_event, plan
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Rule, SupportLevel, Visit


@pytest.fixture
def visit(desk, ticket):
    SupportLevel.objects.update(on_site=True)
    return plan(ticket, desk, by=desk.manager, hours=0)


def done(ticket, desk, visit):
    tickets.report_visit(ticket, by=desk.manager, visit=visit, outcome="done", findings="A mouse.")


@pytest.mark.parametrize("ended", ["", "solve", "close"])
def test_whatever_became_of_the_ticket(desk, ticket, visit, ended):
    done(ticket, desk, visit)
    if ended:
        tickets.solve(ticket, by=desk.manager, outcome="visit")
    if ended == "close":
        tickets.close(ticket, by=desk.manager)
    status = ticket.status
    tickets.confirm_visit(ticket, by=ticket.contact, visit=visit)
    assert Visit.objects.get().confirmed_at == visit.confirmed_at == ticket.updated_at
    assert ticket.status == status
    event = last_event(ticket)
    assert (event.verb, event.by, event.data) == (
        "confirm_visit",
        ticket.contact,
        {"visit": visit.pk},
    )
    check_books(ticket)


def test_only_the_requester(desk, ticket, visit):
    done(ticket, desk, visit)
    stranger = make_ticket(desk, email="another@example.org").contact
    for by in (desk.manager, desk.superuser, desk.first_level3, Rule("test"), stranger):
        with pytest.raises(PermissionDenied):
            tickets.confirm_visit(ticket, by=by, visit=visit)
    assert Visit.objects.get().confirmed_at is None


def test_only_what_was_done_and_once(desk, ticket, visit):
    other = make_ticket(desk, email=ticket.contact.email)
    with pytest.raises(tickets.InvalidTransition):
        tickets.confirm_visit(ticket, by=ticket.contact, visit=visit)
    done(ticket, desk, visit)
    with pytest.raises(tickets.InvalidTransition):
        tickets.confirm_visit(other, by=other.contact, visit=visit)
    tickets.confirm_visit(ticket, by=ticket.contact, visit=visit)
    before = everything()
    with pytest.raises(tickets.InvalidTransition):
        tickets.confirm_visit(ticket, by=ticket.contact, visit=visit)
    assert everything() == before
