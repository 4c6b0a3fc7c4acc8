"""Pass a ticket on: one level up, or to another division."""

import pytest
from django.core.exceptions import ValidationError

from tests.tickets.verbs import REASON, STATUSES, everything, last_event, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Direction, Division, DivisionMember, Rule, SupportLevel


def up(ticket, by, **kwargs):
    return tickets.escalate(ticket, by=by, **{"reason": REASON, "note": "Too deep.", **kwargs})


def test_one_level_up_in_the_same_division_to_nobody(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    up(ticket, desk.first_level1)
    assert (ticket.level, ticket.division, ticket.assignee, ticket.status) == (
        desk.level2, desk.first, None, "open",
    )  # fmt: skip
    step = ticket.steps.get()
    assert (step.verb, step.direction, step.reason.code, step.note, step.by) == (
        "escalate", Direction.UP, REASON, "Too deep.", desk.first_level1,
    )  # fmt: skip
    assert (step.from_assignee, step.to_assignee, step.accepted_at) == (
        desk.first_level1, None, None,
    )  # fmt: skip
    assert step.created_at == last_event(ticket).at


def test_what_nobody_has_can_be_passed_on(desk, ticket):
    up(ticket, desk.first_level1)
    assert (ticket.status, ticket.level, ticket.steps.get().from_assignee) == (
        "new", desk.level2, None,
    )  # fmt: skip


def test_levels_need_not_be_numbered_without_gaps(desk, ticket):
    SupportLevel.objects.filter(pk=desk.level2.pk).update(rank=20)
    SupportLevel.objects.filter(pk=desk.level3.pk).update(rank=30)
    up(ticket, desk.first_level1)
    assert ticket.level == desk.level2
    up(ticket, desk.first_level2)
    assert ticket.level == desk.level3


def test_sideways(desk, ticket):
    up(ticket, desk.first_level1, division=desk.second, to_level=desk.level1)
    assert (ticket.level, ticket.division) == (desk.level1, desk.second)
    assert ticket.steps.get().direction == Direction.SIDEWAYS
    assert mail(ticket)[1:] == [("escalated", desk.second_level1)]


def test_up_and_into_another_division(desk, ticket):
    up(ticket, desk.first_level1, division=desk.second)
    assert (ticket.level, ticket.division) == (desk.level2, desk.second)
    assert ticket.steps.get().direction == Direction.UP


def test_to_somebody(desk, ticket):
    up(ticket, desk.first_level1, assignee=desk.first_level3)
    assert (ticket.level, ticket.assignee) == (desk.level2, desk.first_level3)
    assert mail(ticket)[1:] == [("assigned", desk.first_level3)]
    assert ticket.steps.get().to_assignee == desk.first_level3
    assert ticket.steps.get().accepted_at is None
    tickets.accept(ticket, by=desk.first_level3)
    assert ticket.steps.get().accepted_by == desk.first_level3


def test_who_works_there_is_told_but_not_who_did_it(desk, ticket):
    colleague = desk.outsider
    DivisionMember.objects.create(division=desk.first, user=colleague, level=desk.level2)
    up(ticket, desk.first_level2)
    assert mail(ticket)[1:] == [("escalated", colleague)]


@pytest.mark.parametrize("why", ["nobody there", "they have left"])
def test_a_level_without_members_falls_to_the_leader(desk, ticket, why):
    if why == "nobody there":
        DivisionMember.objects.filter(user=desk.first_level2).delete()
    else:
        desk.first_level2.is_active = False
        desk.first_level2.save()
    up(ticket, desk.first_level1)
    assert mail(ticket)[1:] == [("escalated", desk.first_leader)]
    assert ticket.division.falls_to_leader(ticket.level)
    tickets.accept(ticket, by=desk.first_leader)
    assert ticket.assignee == desk.first_leader


def test_a_level_without_members_or_leader_still_receives(desk, ticket):
    DivisionMember.objects.filter(user=desk.first_level2).delete()
    Division.objects.filter(pk=desk.first.pk).update(leader=None)
    ticket.refresh_from_db()
    up(ticket, desk.first_level1)
    assert mail(ticket)[1:] == []
    tickets.accept(ticket, by=desk.first_level3)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"note": ""}, "note"),
        ({"note": " \u200b\n"}, "note"),
        ({"reason": ""}, "reason"),
        ({"reason": "because"}, "reason"),
        ({"reason": None}, "reason"),
    ],
)
def test_a_reason_and_a_note_are_required(desk, ticket, given, field):
    before = everything()
    with pytest.raises(ValidationError) as caught:
        up(ticket, desk.first_level1, **given)
    assert caught.value.message_dict.keys() == {field}
    assert everything() == before


def test_a_reason_may_be_the_record(desk, ticket):
    up(ticket, desk.first_level1, reason=desk.reasons[1])
    assert ticket.steps.get().reason == desk.reasons[1]


REFUSED = {
    "past the top": ("first_level3", "level3", {}),
    "to where it is": ("first_level1", "level1", {"to_level": "level1"}),
    "to where it is, by name": (
        "first_level1",
        "level1",
        {"to_level": "level1", "division": "first"},
    ),
    "down": ("first_level2", "level2", {"to_level": "level1"}),
    "down and sideways": ("first_level2", "level2", {"to_level": "level1", "division": "second"}),
    "past a level": ("first_level1", "level1", {"to_level": "level3"}),
    "past a level and sideways": (
        "first_level1",
        "level1",
        {"to_level": "level3", "division": "second"},
    ),
    "to somebody below": ("first_level1", "level1", {"assignee": "first_level1"}),
    "to somebody elsewhere": ("first_level1", "level1", {"assignee": "second_level2"}),
    "sideways to somebody here": (
        "first_level1",
        "level1",
        {"to_level": "level1", "division": "second", "assignee": "first_level1"},
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(desk, ticket, name):
    who, level, given = REFUSED[name]
    tickets.triage(ticket, by=desk.manager, level=getattr(desk, level))
    before = everything()
    with pytest.raises(tickets.InvalidTransition, match=ticket.reference) as caught:
        up(
            ticket,
            getattr(desk, who),
            **{key: getattr(desk, value) for key, value in given.items()},
        )
    assert caught.value.verb == "escalate"
    assert everything() == before


@pytest.mark.parametrize("by", ["first_leader", "manager", "rule"])
def test_leaders_and_rules_may_skip(desk, ticket, by):
    up(ticket, Rule("late") if by == "rule" else getattr(desk, by), to_level=desk.level3)
    assert ticket.level == desk.level3


@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status):
    put(ticket, status, by=desk.first_level1)
    before = everything()
    if status in ("solved", "closed"):
        with pytest.raises(tickets.InvalidTransition, match="reopen"):
            up(ticket, desk.first_level1)
        assert everything() == before
    else:
        up(ticket, desk.first_level1)
        # What waited is work again: somebody else looks at it now.
        assert ticket.status == ("new" if status == "new" else "open")
        assert ticket.waiting_since is None
