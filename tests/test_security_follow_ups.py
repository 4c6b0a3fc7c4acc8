"""An old ticket is no way round the limits for complaints: each answer to it starts a new one."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from wagtail_helpdesk import tickets
from wagtail_helpdesk.links import make_token
from wagtail_helpdesk.models import Ticket


@pytest.fixture
def browser(desk, ticket):
    """Has opened a ticket that was solved long ago."""
    cache.clear()
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    long_ago = timezone.now() - timedelta(days=100)
    Ticket.objects.filter(pk=ticket.pk).update(solved_at=long_ago)
    client = Client()
    client.post(reverse("wagtail_helpdesk:open_link", args=[make_token(ticket)]))
    return client


@pytest.mark.parametrize("how", ["ticket_reply", "ticket_reopen"])
def test_new_tickets_by_answers_are_few(browser, ticket, how):
    url = reverse(f"wagtail_helpdesk:{how}", args=[ticket.reference])
    codes = [browser.post(url, {"body": f"Dark again: {n}."}).status_code for n in range(8)]
    assert codes == [302] * 5 + [429] * 3
    assert Ticket.objects.count() == 6
