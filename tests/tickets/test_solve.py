"""Done, as far as the desk can tell."""

import pytest
from django.core.exceptions import ValidationError

from tests.tickets.verbs import STATUSES, everything, last_event, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Message, Outcome


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
    assert last_event(ticket).data == {"status": ["new", "solved"], "outcome": outcome}


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
