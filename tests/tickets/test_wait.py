"""The ball is with somebody else, and the holder's clock stands."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.tickets.verbs import STATUSES, everything, mail, put
from wagtail_helpdesk import tickets


@pytest.mark.parametrize("waits", ["pending", "on_hold"])
@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status, waits):
    put(ticket, status, by=desk.first_level1)
    before, since = everything(), ticket.waiting_since
    if status in ("solved", "closed"):
        with pytest.raises(tickets.InvalidTransition, match="reopen"):
            tickets.wait(ticket, by=desk.first_level1, status=waits)
        assert everything() == before
    else:
        told = mail(ticket)
        tickets.wait(ticket, by=desk.first_level1, status=waits)
        assert ticket.status == waits
        # One waiting that becomes another goes on; the holder's clock stands since the first.
        assert ticket.waiting_since == (since or ticket.updated_at)
        assert mail(ticket) == told


def test_until_a_time_that_can_be_changed_and_taken_back(desk, ticket):
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    tickets.wait(ticket, by=desk.first_level1, status="on_hold", until=tomorrow)
    assert ticket.waiting_until == tomorrow
    later = tomorrow + datetime.timedelta(days=1)
    tickets.wait(ticket, by=desk.first_level1, status="on_hold", until=later)
    assert ticket.waiting_until == later
    tickets.wait(ticket, by=desk.first_level1, status="on_hold")
    assert ticket.waiting_until is None


@pytest.mark.parametrize("days", [0, -1])
def test_not_until_a_time_that_is_over(desk, ticket, days):
    before = everything()
    with pytest.raises(ValidationError) as caught:
        tickets.wait(
            ticket,
            by=desk.first_level1,
            status="pending",
            until=timezone.now() + datetime.timedelta(days=days),
        )
    assert caught.value.message_dict.keys() == {"until"}
    assert everything() == before


@pytest.mark.parametrize("status", ["new", "open", "solved", "closed", "lost", "", None])
def test_for_nobody_else(desk, ticket, status):
    with pytest.raises(ValidationError) as caught:
        tickets.wait(ticket, by=desk.first_level1, status=status)
    assert caught.value.message_dict.keys() == {"status"}


@pytest.mark.parametrize(
    "ends",
    [
        lambda ticket, by: tickets.reply(ticket, by=by, body="On we go.", status="open"),
        lambda ticket, by: tickets.solve(ticket, by=by, outcome="fixed"),
        lambda ticket, by: tickets.close(ticket, by=by),
        lambda ticket, by: tickets.escalate(
            ticket, by=by, reason="needs-deeper-knowledge", note="Up."
        ),
    ],
)
def test_whatever_ends_it_takes_its_time_away(desk, ticket, ends):
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    tickets.wait(ticket, by=desk.first_level1, status="pending", until=tomorrow)
    ends(ticket, desk.first_level1)
    assert ticket.waiting_until is None
