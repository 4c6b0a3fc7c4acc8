"""What staff read of the requester's answer to "did we help you?"."""

import pytest
from django.urls import reverse

from tests.staff.test_workspace import page, text_of
from wagtail_helpdesk import tickets


@pytest.fixture
def rated(desk, ticket):
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    tickets.rate(ticket, by=ticket.contact, helped=False, comment="Dark <b>again</b>.")
    return ticket


def test_the_strip_and_the_conversation_tell(client, desk, rated):
    client.force_login(desk.first_level1)
    response = client.get(page(rated))
    text = text_of(response)
    assert "Did it help? No says the requester" in text
    assert "A. Visitor says that it didn't help: “Dark <b>again</b>.”" in text
    assert "<b>again" not in response.content.decode()


def test_only_the_last_answer_brings_its_comment(client, desk, rated):
    tickets.rate(rated, by=rated.contact, helped=True, comment="The bulb.")
    client.force_login(desk.first_level1)
    text = text_of(client.get(page(rated)))
    assert "A. Visitor says that it didn't help. " in text
    assert "A. Visitor says that it helped: “The bulb.”" in text
    assert "Dark" not in text
    history = text_of(client.get(page(rated, "ticket_history")))
    assert "A. Visitor says that it helped: “The bulb.”" in history


def test_it_costs_one_query_where_there_is_an_answer(
    client, desk, rated, django_assert_max_num_queries
):
    client.force_login(desk.first_level1)
    client.get(page(rated))
    with django_assert_max_num_queries(22):
        client.get(page(rated))


def test_nobody_of_staff_is_offered_to_answer(client, desk, rated):
    client.force_login(desk.superuser)
    address = reverse("wagtail_helpdesk:ticket_rate", args=[rated.reference])
    assert client.post(address, {"helped": "yes"}).status_code in (302, 404)
    rated.satisfaction.refresh_from_db()
    assert rated.satisfaction.helped is False
