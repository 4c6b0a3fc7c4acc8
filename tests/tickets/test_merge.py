"""Two tickets are one and the same."""

import pytest

from tests.factories import make_ticket
from tests.invariants import check_books
from tests.tickets.verbs import STATUSES, everything, last_event, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Message, Relation, TicketLink


def test_one_is_closed_and_the_work_goes_on_in_the_other(desk, ticket, other):
    tickets.merge(ticket, by=desk.first_level1, into=other)
    assert (ticket.status, ticket.outcome, other.status) == ("closed", "duplicate", "new")
    link = TicketLink.objects.get()
    assert (link.from_ticket, link.to_ticket, link.relation) == (ticket, other, Relation.DUPLICATE)
    assert mail(ticket)[1:] == [("merged", ticket.contact)]
    assert mail(other)[1:] == []
    assert last_event(ticket).data == {"status": ["new", "closed"], "into": other.reference}
    assert last_event(other).data == {"merged": ticket.reference}
    for each in (ticket, other):
        check_books(each)


def test_no_text_moves(desk, ticket, other):
    tickets.reply(ticket, by=ticket.contact, body="My secret.")
    tickets.merge(ticket, by=desk.first_level1, into=other)
    assert Message.objects.get().ticket == ticket


@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, other, status):
    put(ticket, status, by=desk.first_level1)
    before = everything()
    if status == "closed":
        for one, two in ((ticket, other), (other, ticket)):
            with pytest.raises(tickets.InvalidTransition, match="closed"):
                tickets.merge(one, by=desk.first_level1, into=two)
        assert everything() == before
    else:
        tickets.merge(other, by=desk.first_level1, into=ticket)
        assert (other.status, ticket.status) == ("closed", status)
        third = make_ticket(desk)
        tickets.merge(ticket, by=desk.first_level1, into=third)
        check_books(ticket)


def test_not_into_itself(desk, ticket):
    before = everything()
    with pytest.raises(tickets.InvalidTransition):
        tickets.merge(ticket, by=desk.first_level1, into=ticket)
    assert everything() == before


def test_only_the_ticket_that_was_shown_must_be_unchanged(desk, ticket, other):
    seen = ticket.version
    tickets.note(other, by=desk.first_level1, body="Meanwhile.")
    tickets.merge(ticket, by=desk.first_level1, into=other, seen_version=seen)
    assert ticket.status == "closed"


def test_again_after_a_reopening_is_one_link(desk, ticket, other):
    tickets.merge(ticket, by=desk.first_level1, into=other)
    tickets.reopen(ticket, by=desk.first_level1)
    tickets.merge(ticket, by=desk.first_level1, into=other)
    assert TicketLink.objects.count() == 1
