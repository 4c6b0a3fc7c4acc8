"""The ticket's page in the admin."""

import pytest
from django.urls import reverse

from tests.factories import make_ticket
from wagtail_helpdesk import tickets


def page(ticket, name="ticket"):
    return reverse(f"wagtail_helpdesk_admin:{name}", args=[ticket.pk])


def talk(desk, ticket, messages):
    """A conversation of ``messages`` messages, half of them notes."""
    for number in range(messages // 2):
        tickets.reply(ticket, by=desk.first_level1, body=f"Answer {number}")
        tickets.note(ticket, by=desk.first_level1, body=f"Remark {number}")


@pytest.mark.parametrize("messages", [4, 50])
def test_as_many_queries_for_few_messages_as_for_many(
    client, desk, ticket, messages, django_assert_max_num_queries
):
    tickets.accept(ticket, by=desk.first_level1)
    talk(desk, ticket, messages)
    tickets.escalate(
        ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Not the bulb."
    )
    make_ticket(desk)
    client.force_login(desk.first_level2)
    client.get(page(ticket))
    with django_assert_max_num_queries(20):
        response = client.get(page(ticket))
    assert response.status_code == 200
