"""A session that somebody planted in a visitor's browser opens nothing of what is sent from it."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests.public.helpers import FORM


def test_a_planted_session_does_not_share_the_ticket(visitor, stranger):
    stranger.get(FORM)
    planted = stranger.client.cookies[settings.SESSION_COOKIE_NAME].value
    visitor.client.cookies[settings.SESSION_COOKIE_NAME] = planted
    ticket = visitor.ticket()
    address = reverse("wagtail_helpdesk:ticket", args=[ticket.reference])
    assert visitor.get(address).status_code == 200
    assert stranger.get(address).status_code == 404


@pytest.mark.parametrize("times", [1, 2])
def test_opening_the_form_again_keeps_what_the_browser_may_read(visitor, times):
    ticket = visitor.ticket()
    for _ in range(times):
        visitor.get(FORM)
    address = reverse("wagtail_helpdesk:ticket", args=[ticket.reference])
    assert visitor.get(address).status_code == 200
