"""Return a ticket to the level and person it came from."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.tickets.verbs import REASON, STATUSES, everything, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Direction, DivisionMember, Rule


def up(ticket, by, **kwargs):
    return tickets.escalate(ticket, by=by, reason=REASON, note="Too deep.", **kwargs)


def back(ticket, by, **kwargs):
    return tickets.hand_back(ticket, by=by, **{"reason": REASON, "note": "Try it.", **kwargs})


def where(ticket):
    return ticket.level.rank, ticket.division.name, ticket.assignee and ticket.assignee.username


def test_to_the_level_and_person_who_escalated_it(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    up(ticket, desk.first_level1)
    tickets.accept(ticket, by=desk.first_level2)
    back(ticket, desk.first_level2)
    assert where(ticket) == (1, "First", "first_level1")
    first, second = ticket.steps.all()
    assert (second.direction, second.undoes, second.reason.code, second.note) == (
        Direction.DOWN, first, REASON, "Try it.",
    )  # fmt: skip
    assert mail(ticket)[-1] == ("assigned", desk.first_level1)
    tickets.accept(ticket, by=desk.first_level1)
    assert ticket.steps.last().accepted_by == desk.first_level1


def test_up_up_back_back(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    up(ticket, desk.first_level1)
    tickets.accept(ticket, by=desk.first_level2)
    up(ticket, desk.first_level2)
    back(ticket, desk.first_level3)
    assert where(ticket) == (2, "First", "first_level2")
    back(ticket, desk.first_level2)
    assert where(ticket) == (1, "First", "first_level1")
    with pytest.raises(tickets.InvalidTransition, match="nobody escalated"):
        back(ticket, desk.first_level1)


def test_up_back_up_back(desk, ticket):
    for _round in range(2):
        up(ticket, desk.first_level1)
        back(ticket, desk.first_level2)
        assert where(ticket) == (1, "First", "first_level1")
    with pytest.raises(tickets.InvalidTransition):
        back(ticket, desk.first_level1)


def test_from_another_division(desk, ticket):
    up(ticket, desk.first_level1, division=desk.second, to_level=desk.level1)
    up(ticket, desk.second_level1)
    back(ticket, desk.second_level2)
    assert where(ticket) == (1, "Second", "second_level1")
    back(ticket, desk.second_level1)
    assert where(ticket) == (1, "First", "first_level1")
    assert [step.direction for step in ticket.steps.all()] == ["sideways", "up", "down", "sideways"]


def test_past_the_levels_that_a_leader_skipped(desk, ticket):
    up(ticket, desk.first_leader, to_level=desk.level3)
    back(ticket, desk.first_level3)
    assert where(ticket) == (1, "First", "first_leader")


@pytest.mark.parametrize("gone", ["account", "membership", "level"])
def test_from_a_person_who_left_to_who_had_it_else_into_the_queue(desk, ticket, gone):
    """Level 2 escalates what Level 1 has; by the time it comes back, they are not there any more."""
    tickets.accept(ticket, by=desk.first_level1)
    up(ticket, desk.first_level2)
    leave(desk.first_level2, gone, desk)
    back(ticket, desk.first_level3)
    assert where(ticket) == (1, "First", "first_level2" if gone == "level" else "first_level1")
    up(ticket, desk.first_level1 if gone != "level" else desk.first_level2)
    for user in (desk.first_level1, desk.first_level2):
        leave(user, "account", desk)
    back(ticket, desk.first_level3)
    assert where(ticket) == (1, "First", None)
    assert mail(ticket)[-1] == ("escalated", desk.first_leader)  # nobody is left at Level 1


def leave(user, how, desk):
    memberships = DivisionMember.objects.filter(user=user)
    if how == "account":
        user.is_active = False
        user.save()
    elif how == "membership":
        memberships.delete()
    else:
        memberships.update(level=desk.level1)  # still enough for what waits at Level 1


def test_to_the_queue_where_a_rule_raised_it(desk, ticket):
    up(ticket, Rule("target at risk"))
    back(ticket, desk.first_level2)
    assert where(ticket) == (1, "First", None)
    assert mail(ticket)[-1] == ("escalated", desk.first_level1)


def test_what_was_triaged_upwards_can_be_handed_back(desk, ticket):
    tickets.triage(ticket, by=desk.first_level1, level=desk.level2)
    back(ticket, desk.first_level2)
    assert where(ticket) == (1, "First", "first_level1")


def test_what_was_triaged_away_since_has_nowhere_to_go_back(desk, ticket):
    up(ticket, desk.first_level1)
    tickets.triage(ticket, by=desk.first_level2, level=desk.level1)
    before = everything()
    with pytest.raises(tickets.InvalidTransition):
        back(ticket, desk.first_level1)
    assert everything() == before


def test_never_escalated(desk, ticket):
    with pytest.raises(tickets.InvalidTransition, match=ticket.reference) as caught:
        back(ticket, desk.first_leader)
    assert (caught.value.verb, caught.value.ticket) == ("hand_back", ticket)


@pytest.mark.parametrize(
    ("given", "field"), [({"note": " "}, "note"), ({"reason": "no"}, "reason")]
)
def test_a_reason_and_a_note_are_required(desk, ticket, given, field):
    up(ticket, desk.first_level1)
    with pytest.raises(ValidationError) as caught:
        back(ticket, desk.first_level2, **given)
    assert caught.value.message_dict.keys() == {field}


def test_by_who_has_it_not_by_who_gave_it(desk, ticket):
    up(ticket, desk.first_level1)
    with pytest.raises(PermissionDenied):
        back(ticket, desk.first_level1)


@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status):
    up(ticket, desk.first_level1)
    put(ticket, status, by=desk.first_level2)
    if status in ("solved", "closed"):
        with pytest.raises(tickets.InvalidTransition, match="reopen"):
            back(ticket, desk.first_level2)
    else:
        back(ticket, desk.first_level2)
        assert ticket.status == ("new" if status == "new" else "open")


def test_what_was_handed_back_is_not_handed_back_again(desk, ticket):
    up(ticket, desk.first_level1)
    back(ticket, desk.first_level2)
    up(ticket, desk.first_leader, to_level=desk.level3)
    tickets.triage(ticket, by=desk.first_level3, level=desk.level2)
    with pytest.raises(tickets.InvalidTransition):
        back(ticket, desk.first_level2)
