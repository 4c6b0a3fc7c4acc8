"""Give a ticket to a colleague, or to nobody."""

import pytest

from tests.tickets.verbs import REASON, STATUSES, everything, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Division, DivisionMember


def test_it_is_theirs_and_they_are_told(desk, ticket):
    tickets.assign(ticket, by=desk.first_level1, assignee=desk.first_level2)
    assert (ticket.assignee, ticket.status) == (desk.first_level2, "new")
    assert mail(ticket)[1:] == [("assigned", desk.first_level2)]
    assert [row.assignee for row in ticket.holdings.all()] == [None, desk.first_level2]
    assert not ticket.steps.exists()


def test_to_oneself_and_again_is_no_news(desk, ticket):
    tickets.assign(ticket, by=desk.first_level1, assignee=desk.first_level1)
    tickets.assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
    assert mail(ticket)[1:] == []
    assert ticket.holdings.count() == 2


def test_back_into_the_queue(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.assign(ticket, by=desk.first_level1, assignee=None)
    assert (ticket.assignee, ticket.status) == (None, "open")
    assert [row.assignee for row in ticket.holdings.all()] == [None, desk.first_level1, None]
    assert mail(ticket)[1:] == []
    tickets.accept(ticket, by=desk.first_level2)


@pytest.mark.parametrize(
    ("level", "who", "may"),
    [
        ("level1", "first_level1", True),
        ("level1", "first_level3", True),
        ("level2", "first_level1", False),
        ("level2", "first_level2", True),
        (
            "level3",
            "first_leader",
            True,
        ),  # a leader is a member at the highest level, by being leader
        ("level1", "second_level3", False),
        ("level1", "second_leader", False),
        ("level1", "outsider", False),
        ("level1", "manager", False),
    ],
)
def test_who_can_be_given_it(desk, ticket, level, who, may):
    tickets.triage(ticket, by=desk.manager, level=getattr(desk, level))
    before = everything()
    if may:
        tickets.assign(ticket, by=desk.manager, assignee=getattr(desk, who))
        assert ticket.assignee == getattr(desk, who)
    else:
        with pytest.raises(tickets.InvalidTransition, match=ticket.reference):
            tickets.assign(ticket, by=desk.manager, assignee=getattr(desk, who))
        assert everything() == before


@pytest.mark.parametrize("who", ["first_level1", "first_leader"])
def test_not_to_somebody_who_has_left(desk, ticket, who):
    user = getattr(desk, who)
    user.is_active = False
    user.save()
    with pytest.raises(tickets.InvalidTransition):
        tickets.assign(ticket, by=desk.manager, assignee=user)


def test_a_leader_of_another_division_is_a_member_like_any_here(desk, ticket):
    DivisionMember.objects.create(division=desk.first, user=desk.second_leader, level=desk.level1)
    tickets.assign(ticket, by=desk.manager, assignee=desk.second_leader)
    tickets.assign(ticket, by=desk.manager, assignee=None)
    tickets.escalate(ticket, by=desk.manager, reason=REASON, note="Up.")
    with pytest.raises(tickets.InvalidTransition):
        tickets.assign(ticket, by=desk.manager, assignee=desk.second_leader)


def test_a_division_without_a_leader_has_its_members(desk, ticket):
    Division.objects.filter(pk=desk.first.pk).update(leader=None)
    tickets.assign(ticket, by=desk.first_level2, assignee=desk.first_level1)
    assert ticket.assignee == desk.first_level1


@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status):
    put(ticket, status, by=desk.first_level1)
    if status == "closed":
        with pytest.raises(tickets.InvalidTransition, match="reopen"):
            tickets.assign(ticket, by=desk.first_level1, assignee=desk.first_level2)
    else:
        tickets.assign(ticket, by=desk.first_level1, assignee=desk.first_level2)
        assert (ticket.status, ticket.assignee) == (status, desk.first_level2)
