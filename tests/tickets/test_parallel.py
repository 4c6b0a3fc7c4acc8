"""Two people at once, on a database that really runs them at once."""

import pytest
from django.db import connection

from tests import factories
from tests.invariants import check_books
from tests.parallel import at_once
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Contact, Holding, OutboxMessage, Ticket

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def desk(transactional_db):
    if connection.vendor != "postgresql":
        pytest.fail('These tests need PostgreSQL: run them by "make test-postgres".')
    return factories.make_desk()


def test_twenty_equal_submissions_are_one_ticket(desk):
    results = at_once([lambda: factories.make_ticket(desk, idempotency_key="the same form")] * 20)
    assert {getattr(result, "pk", result) for result in results} == {Ticket.objects.get().pk}
    assert Contact.objects.count() == 1
    assert Holding.objects.count() == 1
    assert OutboxMessage.objects.filter(kind="acknowledgement").count() == 1
    check_books(Ticket.objects.get())


def test_twenty_new_people_of_one_address_are_one_contact(desk):
    results = at_once([lambda: factories.make_ticket(desk)] * 20)
    assert all(isinstance(result, Ticket) for result in results), results
    assert Contact.objects.count() == 1
    assert Ticket.objects.count() == 20


def test_two_agents_lose_nothing_in_two_hundred_rounds(desk):
    ticket = factories.make_ticket(desk)
    tickets.accept(ticket, by=desk.first_level1)

    def agent(user, name):
        def work():
            mine = Ticket.objects.get(pk=ticket.pk)
            for number in range(200):
                tickets.reply(mine, by=user, body=f"{name} {number}")
                priority = ("low", "high")[number % 2]
                tickets.triage(mine, by=user, priority=priority)

        return work

    results = at_once([agent(desk.first_level1, "one"), agent(desk.first_level2, "two")])
    assert results == [None, None]
    bodies = set(ticket.messages.values_list("body", flat=True))
    assert bodies == {f"{name} {number}" for name in ("one", "two") for number in range(200)}
    assert Ticket.objects.get(pk=ticket.pk).version == 2 + 2 * 2 * 200
    check_books(ticket)


def test_of_two_who_saw_the_same_version_one_wins(desk):
    ticket = factories.make_ticket(desk)
    tickets.accept(ticket, by=desk.first_level1)
    for _round in range(20):
        seen = Ticket.objects.get(pk=ticket.pk).version

        def answer(user, seen=seen):
            mine = Ticket.objects.get(pk=ticket.pk)
            return lambda: tickets.reply(mine, by=user, body="Mine.", seen_version=seen)

        results = at_once([answer(desk.first_level1), answer(desk.first_level2)])
        assert sum(isinstance(result, tickets.StaleTicket) for result in results) == 1, results
    assert ticket.messages.count() == 20


def test_an_answer_and_a_closing_at_once_both_happen_in_an_order(desk):
    for _round in range(50):
        ticket = factories.make_ticket(desk)
        tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
        contact = ticket.contact
        mine, theirs = Ticket.objects.get(pk=ticket.pk), Ticket.objects.get(pk=ticket.pk)
        results = at_once(
            [
                lambda mine=mine: tickets.close(mine, by=desk.first_level1),
                lambda theirs=theirs, contact=contact: tickets.reply(
                    theirs, by=contact, body="Still dark."
                ),
            ]
        )
        assert not any(isinstance(result, Exception) for result in results), results
        check_books(ticket)


def test_merging_into_each_other_at_once_ends(desk):
    for _round in range(20):
        one, two = factories.make_ticket(desk), factories.make_ticket(desk)
        first, second = Ticket.objects.get(pk=one.pk), Ticket.objects.get(pk=two.pk)
        results = at_once(
            [
                lambda first=first, two=two: tickets.merge(first, by=desk.manager, into=two),
                lambda second=second, one=one: tickets.merge(second, by=desk.manager, into=one),
            ]
        )
        assert sum(isinstance(result, tickets.InvalidTransition) for result in results) == 1, (
            results
        )
        check_books(one)
        check_books(two)
