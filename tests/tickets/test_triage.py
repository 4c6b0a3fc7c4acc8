"""What is it about, how urgent, and whose?"""

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_ticket
from tests.tickets.verbs import STATUSES, everything, last_event, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Direction, Ticket


def test_what_is_not_given_stays(desk, ticket):
    tickets.triage(ticket, by=desk.first_level1)
    assert last_event(ticket).data == {}
    assert not ticket.steps.exists()
    tickets.triage(ticket, by=desk.first_level1, priority="urgent")
    assert (ticket.priority, ticket.priority_rank) == ("urgent", 4)
    tickets.triage(ticket, by=desk.first_level1, complaint_type=desk.types["Second"])
    # A new type doesn't move the ticket, nor change how urgent it is.
    assert (ticket.complaint_type, ticket.division, ticket.priority) == (
        desk.types["Second"], desk.first, "urgent",
    )  # fmt: skip
    assert ticket.holdings.count() == 1


def test_a_move_is_a_step_and_a_holding(desk, ticket):
    tickets.triage(ticket, by=desk.first_level1, division=desk.second)
    tickets.triage(ticket, by=desk.second_level2, level=desk.level2)
    tickets.triage(ticket, by=desk.second_level2, level=desk.level1, division=desk.first)
    assert [
        (step.verb, step.direction, step.from_division, step.to_division, step.reason, step.by)
        for step in ticket.steps.all()
    ] == [
        ("triage", Direction.SIDEWAYS, desk.first, desk.second, None, desk.first_level1),
        ("triage", Direction.UP, desk.second, desk.second, None, desk.second_level2),
        ("triage", Direction.DOWN, desk.second, desk.first, None, desk.second_level2),
    ]
    assert [(row.division, row.level.rank) for row in ticket.holdings.all()] == [
        (desk.first, 1), (desk.second, 1), (desk.second, 2), (desk.first, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("assignee", "where", "keeps"),
    [
        ("first_level2", {"level": "level2"}, True),
        ("first_level1", {"level": "level2"}, False),
        ("first_leader", {"level": "level2"}, True),
        ("first_level2", {"division": "second"}, False),
    ],
)
def test_the_assignee_stays_where_they_may_have_it(desk, ticket, assignee, where, keeps):
    tickets.assign(ticket, by=desk.first_leader, assignee=getattr(desk, assignee))
    where = {key: getattr(desk, value) for key, value in where.items()}
    before = mail(ticket)
    tickets.triage(ticket, by=desk.first_leader, **where)
    assert ticket.assignee == (getattr(desk, assignee) if keeps else None)
    if keeps:  # they have had it, and need not be told that it is theirs
        assert mail(ticket) == before


def test_whoever_it_comes_to_is_told(desk, ticket):
    tickets.triage(ticket, by=desk.first_level1, division=desk.second)
    assert mail(ticket)[1:] == [("escalated", desk.second_level1)]


def test_up_by_one_level_at_a_time(desk, ticket):
    with pytest.raises(tickets.InvalidTransition, match=ticket.reference):
        tickets.triage(ticket, by=desk.first_level1, level=desk.level3)
    tickets.triage(ticket, by=desk.first_leader, level=desk.level3)
    tickets.triage(ticket, by=desk.first_level3, level=desk.level1)  # down as far as one likes
    assert ticket.level == desk.level1


def test_an_unknown_priority_is_refused(desk, ticket):
    before = everything()
    with pytest.raises(ValidationError) as caught:
        tickets.triage(ticket, by=desk.first_level1, priority="yesterday")
    assert caught.value.message_dict.keys() == {"priority"}
    assert everything() == before


@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status):
    put(ticket, status, by=desk.first_level1)
    if status == "closed":
        with pytest.raises(tickets.InvalidTransition, match="reopen"):
            tickets.triage(ticket, by=desk.first_level1, priority="low")
    else:
        tickets.triage(ticket, by=desk.first_level1, priority="low", level=desk.level2)
        assert (ticket.status, ticket.priority) == (status, "low")


def test_the_queue_sorts_by_urgency(desk):
    for priority in ("low", "urgent", "normal", "high"):
        tickets.triage(make_ticket(desk), by=desk.first_level1, priority=priority)
    ranked = Ticket.objects.order_by("-priority_rank").values_list("priority", flat=True)
    assert list(ranked) == ["urgent", "high", "normal", "low"]
