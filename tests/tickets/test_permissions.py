"""The one rule: verb × reach, asked of single tickets and of querysets alike."""

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.permissions import policy_registry

from tests.factories import make_ticket
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Ticket

READS, NOTES, ACTS = "reads", "notes", "acts"

#: who -> what they may do with: own division at their level, own division above them,
#: foreign division, formerly held and since escalated, restricted (Level 3) in their division
EXPECTED = {
    "first_level1": {
        "own": ACTS,
        "above": NOTES,
        "foreign": None,
        "held": NOTES,
        "restricted": None,
    },
    "first_level2": {"own": ACTS, "above": ACTS, "foreign": None, "held": ACTS, "restricted": None},
    "first_level3": {"own": ACTS, "above": ACTS, "foreign": None, "held": ACTS, "restricted": ACTS},
    "first_leader": {"own": ACTS, "above": ACTS, "foreign": None, "held": ACTS, "restricted": ACTS},
    "second_level1": {
        "own": None,
        "above": None,
        "foreign": ACTS,
        "held": None,
        "restricted": None,
    },
    "second_leader": {
        "own": None,
        "above": None,
        "foreign": ACTS,
        "held": None,
        "restricted": None,
    },
    "manager": dict.fromkeys(["own", "above", "foreign", "held", "restricted"], ACTS),
    "superuser": dict.fromkeys(["own", "above", "foreign", "held", "restricted"], ACTS),
    "outsider": dict.fromkeys(["own", "above", "foreign", "held", "restricted"]),
    "nobody": dict.fromkeys(["own", "above", "foreign", "held", "restricted"]),
}


@pytest.fixture
def cases(desk):
    desk.level3.restricted = True
    desk.level3.save()
    own, above, held, restricted = (make_ticket(desk) for _ in range(4))
    foreign = make_ticket(desk, division=desk.second)
    tickets.triage(above, by=desk.manager, level=desk.level2)
    tickets.accept(held, by=desk.first_level1)
    tickets.escalate(held, by=desk.first_level1, reason="needs-deeper-knowledge", note="Help.")
    tickets.triage(restricted, by=desk.manager, level=desk.level3)
    return {"own": own, "above": above, "foreign": foreign, "held": held, "restricted": restricted}


@pytest.mark.parametrize("who", EXPECTED)
def test_reach_and_verb_decide_together(desk, cases, who):
    user = getattr(desk, who)
    policy = policy_registry.get_by_type(Ticket)
    for name, ticket in cases.items():
        expected = EXPECTED[who][name]
        granted = {
            verb: policy.user_has_permission_for_instance(user, verb, ticket)
            for verb in ("view", "note", "escalate", "change", "close", "merge", "delete", "add")
        }
        assert granted["view"] == (expected is not None), (who, name)
        assert granted["note"] == (expected in (NOTES, ACTS)), (who, name)
        for verb in ("escalate", "change", "close", "merge"):
            assert granted[verb] == (expected == ACTS), (who, name, verb)
        assert not granted["delete"], (who, name)
        assert not granted["add"], (who, name)
        for verb, allowed in granted.items():
            assert Ticket.objects.actionable_by(user, verb).filter(pk=ticket.pk).exists() == allowed
            users = policy.users_with_any_permission_for_instance([verb], ticket)
            assert users.filter(pk=user.pk).exists() == allowed
        assert Ticket.objects.visible_to(user).filter(pk=ticket.pk).exists() == granted["view"]


def test_a_former_holder_keeps_reading_what_left_the_division(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.escalate(
        ticket, by=desk.first_level1, reason="wrong-division", note="Theirs.",
        to_level=desk.level1, division=desk.second,
    )  # fmt: skip
    assert Ticket.objects.visible_to(desk.first_level1).contains(ticket)
    assert not Ticket.objects.in_reach_of(desk.first_level1).contains(ticket)
    assert not Ticket.objects.visible_to(desk.first_level2).contains(ticket)
    tickets.note(ticket, by=desk.first_level1, body="They called again.")
    with pytest.raises(PermissionDenied):
        tickets.reply(ticket, by=desk.first_level1, body="We are on it.")


def test_membership_without_the_verb_is_not_enough(desk, ticket):
    desk.first_level1.groups.clear()
    user = type(desk.first_level1).objects.get(pk=desk.first_level1.pk)
    assert not Ticket.objects.visible_to(user).exists()


def test_an_inactive_manager_sees_nothing(desk, ticket):
    desk.superuser.is_active = False
    desk.superuser.save()
    assert not Ticket.objects.visible_to(desk.superuser).exists()


def test_the_live_policy_is_ours(desk):
    from wagtail_helpdesk.permissions import TicketPermissionPolicy

    assert type(policy_registry.get_by_type(Ticket)) is TicketPermissionPolicy


def test_a_listing_asks_the_reach_once(desk, django_assert_num_queries):
    for _ in range(3):
        make_ticket(desk)
    user = type(desk.first_level1).objects.get(pk=desk.first_level1.pk)
    user.has_perm("wagtail_helpdesk.view_ticket")  # Django's own two queries
    with django_assert_num_queries(4):  # members, led divisions, levels, tickets
        assert len(Ticket.objects.in_reach_of(user)) == 3
