"""Somebody says: mine."""

import pytest

from tests.tickets.verbs import REASON, STATUSES, everything, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Rule


def test_a_new_ticket_opens(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    assert (ticket.status, ticket.assignee) == ("open", desk.first_level1)
    assert [row.assignee for row in ticket.holdings.all()] == [None, desk.first_level1]
    assert mail(ticket)[1:] == []


def test_an_escalated_one_is_accepted_with_its_step(desk, ticket):
    tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note="Too deep.")
    tickets.accept(ticket, by=desk.first_level3)
    step = ticket.steps.get()
    assert (step.accepted_by, step.accepted_at) == (desk.first_level3, ticket.updated_at)


def test_the_first_acceptance_of_a_step_counts(desk, ticket):
    tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note="Too deep.")
    tickets.accept(ticket, by=desk.first_level2)
    at = ticket.updated_at
    tickets.assign(ticket, by=desk.first_leader, assignee=None)
    tickets.accept(ticket, by=desk.first_level3)
    step = ticket.steps.get()
    assert (step.accepted_by, step.accepted_at) == (desk.first_level2, at)


def test_one_that_was_given_to_me_is_confirmed(desk, ticket):
    tickets.assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
    tickets.accept(ticket, by=desk.first_level1)
    assert (ticket.status, ticket.assignee) == ("open", desk.first_level1)
    assert ticket.holdings.count() == 2


@pytest.mark.parametrize("who", ["first_level2", "first_leader", "manager"])
def test_not_what_is_somebody_else_s(desk, ticket, who):
    tickets.accept(ticket, by=desk.first_level1)
    before = everything()
    with pytest.raises(tickets.InvalidTransition, match="first_level1"):
        tickets.accept(ticket, by=getattr(desk, who))
    assert everything() == before


def test_not_twice(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    with pytest.raises(tickets.InvalidTransition, match="already"):
        tickets.accept(ticket, by=desk.first_level1)


def test_not_by_a_rule(desk, ticket):
    with pytest.raises(tickets.InvalidTransition, match="staff"):
        tickets.accept(ticket, by=Rule("round_robin"))


def test_a_manager_who_steps_in_has_it(desk, ticket):
    tickets.accept(ticket, by=desk.manager)
    assert ticket.assignee == desk.manager


@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status):
    put(ticket, status, by=desk.first_level1)
    if status in ("solved", "closed"):
        with pytest.raises(tickets.InvalidTransition, match=ticket.reference):
            tickets.accept(ticket, by=desk.first_level1)
    else:
        tickets.accept(ticket, by=desk.first_level1)
        assert ticket.status == ("open" if status == "new" else status)
