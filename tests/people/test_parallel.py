"""Merges that cross, and complaints that come in while two contacts become one, on a database that runs them at once."""

import pytest
from django.db import connection

from tests import factories
from tests.invariants import check_books
from tests.parallel import at_once
from wagtail_helpdesk import people, tickets
from wagtail_helpdesk.models import Contact, OutboxMessage, Ticket

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def desk(transactional_db):
    if connection.vendor != "postgresql":
        pytest.fail('These tests need PostgreSQL: run them by "make test-postgres".')
    return factories.make_desk()


@pytest.fixture
def two(desk):
    return [
        factories.make_ticket(desk, email=f"ada@{name}.example").contact for name in ("old", "new")
    ]


def merge(desk, lost, into):
    return lambda: people.merge_contacts(lost, into=into, by=desk.manager)


@pytest.mark.parametrize("crossed", [False, True])
def test_twenty_merges_at_once_are_one(desk, two, crossed):
    calls = [merge(desk, *two), merge(desk, *(reversed(two) if crossed else two))] * 10
    results = at_once(calls)
    assert all(isinstance(each, Contact | people.MergeRefused) for each in results), results
    [survivor] = Contact.objects.standing()
    assert Ticket.objects.filter(contact=survivor).count() == 2
    assert Contact.objects.count() == 2


def test_what_comes_in_meanwhile_is_the_survivor_s(desk, two):
    """Neither a twin, nor a ticket or a mail that stays with the lost one."""
    lost, stays = two
    submissions = [lambda: factories.make_ticket(desk, email="ada@old.example")] * 12
    calls = [*submissions[:6], merge(desk, lost, stays), *submissions[6:]]
    results = at_once(calls)
    assert all(isinstance(each, Ticket | Contact) for each in results), results
    assert Contact.objects.count() == 2
    assert set(Ticket.objects.values_list("contact", flat=True)) == {stays.pk}
    assert Ticket.objects.count() == 14
    assert not OutboxMessage.objects.filter(to_contact=lost, state="queued").exists()


def test_work_on_the_tickets_meanwhile_brings_nothing_back(desk, two):
    lost, stays = two
    moved = [factories.make_ticket(desk, email="ada@old.example") for _number in range(5)]

    def work(ticket):
        return lambda: tickets.reply(
            Ticket.objects.get(pk=ticket.pk), by=desk.first_level1, body="We are looking at it."
        )

    results = at_once([*(work(ticket) for ticket in moved * 2), merge(desk, lost, stays)])
    assert not [each for each in results if isinstance(each, Exception)], results
    for ticket in moved:
        ticket.refresh_from_db()
        assert ticket.contact == stays
        assert ticket.messages.count() == 2
        check_books(ticket)
