"""The browser that sent a complaint may reopen it without having proven the address: few mails come of it."""

from tests.factories import make_ticket
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import OutboxMessage, Ticket


def reopened():
    return OutboxMessage.objects.filter(kind="reopened").count()


def test_solving_and_reopening_in_turn_sends_three_mails_an_hour(desk, ticket):
    other = make_ticket(desk)
    for each in (ticket, other):
        for number in range(4):
            tickets.solve(each, by=each.contact, outcome="answered")
            # Both ways to reopen.
            if number % 2:
                tickets.reopen(each, by=each.contact, body=f"Dark {number}.")
            else:
                tickets.reply(each, by=each.contact, body=f"Dark {number}.")
    assert reopened() == 3
    assert set(Ticket.objects.values_list("status", flat=True)) == {"open"}


def test_another_address_is_counted_by_itself(desk, ticket):
    other = make_ticket(desk, email="another@example.org")
    for each in (ticket, ticket, ticket, other):
        tickets.solve(each, by=each.contact, outcome="answered")
        tickets.reopen(each, by=each.contact)
    assert reopened() == 4


def test_staff_tell_the_requester_each_time(desk, ticket):
    for _number in range(4):
        tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
        tickets.reopen(ticket, by=desk.first_level1)
    assert reopened() == 4
