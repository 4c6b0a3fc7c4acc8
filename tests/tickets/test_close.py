"""Nothing more is expected."""

import pytest

from tests.tickets.verbs import STATUSES, everything, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Rule


@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status):
    put(ticket, status, by=desk.first_level1)
    before, told, solved_at = everything(), mail(ticket), ticket.solved_at
    if status == "closed":
        with pytest.raises(tickets.InvalidTransition, match="already"):
            tickets.close(ticket, by=desk.first_level1)
        assert everything() == before
    else:
        tickets.close(ticket, by=desk.first_level1)
        assert (ticket.status, ticket.closed_at) == ("closed", ticket.updated_at)
        # What was solved stays so; what was not is closed without an outcome.
        assert (ticket.solved_at, ticket.outcome) == (solved_at, "fixed" if solved_at else "")
        assert (ticket.waiting_since, ticket.waiting_until) == (None, None)
        assert mail(ticket) == told
        assert not ticket.holdings.filter(ended_at=None).exists()


@pytest.mark.parametrize("by", ["contact", "rule"])
def test_by_its_requester_or_a_rule(desk, ticket, by):
    tickets.close(ticket, by=ticket.contact if by == "contact" else Rule("auto_close"))
    assert ticket.status == "closed"
