"""Done, as far as the desk can tell."""

import pytest
from django.core.exceptions import ValidationError

from tests.invariants import check_books
from tests.tickets.verbs import STATUSES, everything, last_event, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Message, Outcome, Rule


@pytest.mark.parametrize("outcome", Outcome.values)
def test_with_an_outcome_and_a_line(desk, ticket, outcome):
    tickets.solve(
        ticket, by=desk.first_level1, outcome=outcome, solution=" New\nwire ", body="It shines."
    )
    assert (ticket.status, ticket.outcome, ticket.solution) == ("solved", outcome, "New wire")
    assert ticket.solved_at == ticket.waiting_since == ticket.updated_at
    assert ticket.closed_at is None
    message = Message.objects.get()
    assert (message.kind, message.body, message.by) == ("reply", "It shines.", desk.first_level1)
    assert mail(ticket)[1:] == [("solved", ticket.contact)]
    assert ticket.outbox.get(kind="solved").message == message
    assert last_event(ticket).data == {
        "status": ["new", "solved"],
        "assignee": [None, desk.first_level1.pk],
        "outcome": outcome,
    }


@pytest.mark.parametrize("body", ["", "  \n", "\u200b", "\x00"])
def test_without_a_last_word(desk, ticket, body):
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed", body=body)
    assert not Message.objects.exists()
    assert ticket.outbox.get(kind="solved").message is None


def test_the_holder_keeps_it_and_their_clock_stands(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    assert ticket.assignee == desk.first_level1
    assert ticket.holdings.get(ended_at=None).assignee == desk.first_level1


def test_solving_what_nobody_accepted_is_accepting_it(desk, ticket):
    tickets.escalate(ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Dark.")
    tickets.solve(ticket, by=desk.first_level2, outcome="fixed")
    step = ticket.steps.get()
    assert (step.accepted_by, step.accepted_at) == (desk.first_level2, ticket.solved_at)
    # It waited in the queue until then; from then on it is theirs, and comes back to them.
    assert [holding.assignee for holding in ticket.holdings.order_by("pk")] == [
        None, None, desk.first_level2,
    ]  # fmt: skip
    assert ticket.assignee == desk.first_level2
    check_books(ticket)
    tickets.reopen(ticket, by=ticket.contact)
    assert ticket.assignee == desk.first_level2


def test_what_somebody_else_has_stays_theirs(desk, ticket):
    tickets.escalate(
        ticket,
        by=desk.first_level1,
        reason="needs-deeper-knowledge",
        note="Dark.",
        assignee=desk.first_level2,
    )
    tickets.solve(ticket, by=desk.first_leader, outcome="fixed")
    assert ticket.assignee == desk.first_level2
    assert ticket.steps.get().accepted_by == desk.first_leader


def test_who_accepted_it_first_stays_so(desk, ticket):
    tickets.escalate(ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Dark.")
    tickets.accept(ticket, by=desk.first_level2)
    tickets.solve(ticket, by=desk.first_leader, outcome="fixed")
    assert ticket.steps.get().accepted_by == desk.first_level2


def test_nobody_gets_a_ticket_of_a_division_where_they_do_not_work(desk, ticket):
    tickets.solve(ticket, by=desk.manager, outcome="fixed")
    assert ticket.assignee is None
    check_books(ticket)


@pytest.mark.parametrize("who", ["contact", "rule"])
def test_neither_the_requester_nor_a_rule_accepts(desk, ticket, who):
    tickets.escalate(ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Dark.")
    by = ticket.contact if who == "contact" else Rule("test")
    tickets.solve(ticket, by=by, outcome="answered")
    assert (ticket.assignee, ticket.steps.get().accepted_at) == (None, None)


@pytest.mark.parametrize("outcome", ["", "magic", None])
def test_an_outcome_is_required(desk, ticket, outcome):
    with pytest.raises(ValidationError) as caught:
        tickets.solve(ticket, by=desk.first_level1, outcome=outcome)
    assert caught.value.message_dict.keys() == {"outcome"}


def test_the_requester_says_that_it_is_solved(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.solve(ticket, by=ticket.contact, outcome="answered", body="It shines by itself.")
    assert (ticket.status, ticket.outcome, ticket.solution) == ("solved", "answered", "")
    # They need no mail about it; who has it reads what they wrote.
    assert mail(ticket)[1:] == [("answered", desk.first_level1)]
    assert Message.objects.get().by == ticket.contact


def test_a_requester_does_not_erase_the_solution_of_staff(desk, ticket):
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed", solution="New wire")
    tickets.reopen(ticket, by=ticket.contact)
    tickets.solve(ticket, by=ticket.contact, outcome="answered")
    assert ticket.solution == "New wire"
    tickets.reopen(ticket, by=ticket.contact)
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    assert ticket.solution == ""


@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status):
    put(ticket, status, by=desk.first_level1)
    before = everything()
    if status in ("solved", "closed"):
        with pytest.raises(tickets.InvalidTransition, match="already"):
            tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
        assert everything() == before
    else:
        tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
        assert ticket.status == "solved"
