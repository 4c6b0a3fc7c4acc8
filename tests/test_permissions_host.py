"""A host may put a policy of its own in place of ours: every path asks the one that is registered."""

import pytest
from django.core.exceptions import PermissionDenied
from wagtail.permissions import policy_registry

from tests.factories import make_ticket
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Ticket
from wagtail_helpdesk.permissions import TicketPermissionPolicy


class DiscreetPolicy(TicketPermissionPolicy):
    """Urgent tickets are for managers only; a second level may skip the third."""

    def verbs_for(self, user, ticket, actions, reach=None):
        if ticket.priority == "urgent" and not self.is_manager(user):
            return set()
        return super().verbs_for(user, ticket, actions, reach)

    def instances_user_has_any_permission_for(self, user, actions, reach=None):
        found = super().instances_user_has_any_permission_for(user, actions, reach)
        return found if self.is_manager(user) else found.exclude(priority="urgent")

    def instances_in_reach_of(self, user, reach=None):
        found = super().instances_in_reach_of(user, reach)
        return found if self.is_manager(user) else found.exclude(priority="urgent")

    def may_skip_levels(self, user, ticket):
        return True

    def may_be_assigned(self, user, *, division, level):
        return user.username.startswith("second") or super().may_be_assigned(
            user, division=division, level=level
        )


@pytest.fixture
def discreet(desk):
    ours = policy_registry.get_by_type(Ticket)
    policy_registry.register(Ticket, value=DiscreetPolicy(Ticket))
    yield desk
    policy_registry.register(Ticket, value=ours)


def test_the_host_s_rule_holds_on_every_path(discreet, ticket):
    urgent = make_ticket(discreet)
    tickets.triage(urgent, by=discreet.manager, priority="urgent")
    member = discreet.first_level1
    for scope in (
        Ticket.objects.visible_to(member),
        Ticket.objects.actionable_by(member, "reply"),
        Ticket.objects.in_reach_of(member),
        Ticket.objects.live().visible_to(member),
    ):
        assert list(scope) == [ticket]
    assert set(Ticket.objects.visible_to(discreet.manager)) == {ticket, urgent}
    with pytest.raises(PermissionDenied):
        tickets.reply(urgent, by=member, body="I should not.")
    with pytest.raises(PermissionDenied):
        tickets.link(ticket, by=member, to=urgent)
    tickets.reply(urgent, by=discreet.manager, body="I may.")


def test_the_host_s_rule_decides_about_levels_and_assignees(discreet, ticket):
    tickets.assign(ticket, by=discreet.first_level1, assignee=discreet.second_level1)
    tickets.escalate(
        ticket,
        by=discreet.first_level1,
        reason="needs-deeper-knowledge",
        note="Straight to the engineers.",
        to_level=discreet.level3,
        assignee=discreet.second_level2,
    )
    assert (ticket.level, ticket.assignee) == (discreet.level3, discreet.second_level2)


def test_wagtail_s_own_signature_is_enough_for_a_list(desk, ticket, monkeypatch):
    def nothing(self, user, actions):
        return Ticket.objects.none()

    method = "instances_user_has_any_permission_for"
    monkeypatch.setattr(TicketPermissionPolicy, method, nothing)
    assert not Ticket.objects.visible_to(desk.manager).exists()


def test_our_rule_is_back_for_the_next_test(desk):
    assert type(policy_registry.get_by_type(Ticket)) is TicketPermissionPolicy
