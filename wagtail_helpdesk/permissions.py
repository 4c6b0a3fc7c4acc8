"""Who may see a ticket, and who may do what with it. The one rule for every path to a ticket.

Two things decide together: the *verb* (a permission that groups grant) and the *reach*:

=====================  ==========================================  =============================
who                    reads                                       acts
=====================  ==========================================  =============================
member of a division   its tickets, but not at a restricted level  at their level and below;
                       above theirs                                notes on all they read
leader                 every ticket of the division                everything
assignee               it                                          it
former holder          it                                          private notes
manager, superuser     everything                                  everything
other staff            nothing                                     nothing
=====================  ==========================================  =============================
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q, QuerySet
from wagtail.permission_policies import ModelPermissionPolicy

#: Verbs that only read, or that add what the requester never sees.
READING_VERBS = frozenset({"view", "export"})
NOTING_VERBS = frozenset({"note"})
#: What nobody of staff may do, whatever they were granted: tickets are submitted, and go only with their
#: data's retention; and only who asked can say whether it helped.
NOBODYS_VERBS = frozenset({"add", "delete", "rate"})


@dataclass(frozen=True)
class Reach:
    """How far a member of staff reaches: read once, from two small tables, for one request or check."""

    user_id: int
    led: frozenset[int] = frozenset()
    #: division -> rank of the member's level there
    member: dict[int, int] = field(default_factory=dict)
    #: level -> (rank, restricted)
    levels: dict[int, tuple[int, bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, user) -> "Reach":
        from .models import Division, DivisionMember, SupportLevel

        member = dict(
            DivisionMember.objects.filter(user=user).values_list("division", "level__rank")
        )
        led = frozenset(Division.objects.filter(leader=user).values_list("pk", flat=True))
        levels: dict[int, tuple[int, bool]] = {}
        if member:
            rows = SupportLevel.objects.order_by().values_list("pk", "rank", "restricted")
            levels = {pk: (rank, restricted) for pk, rank, restricted in rows}
        return cls(user_id=user.pk, led=led, member=member, levels=levels)

    def reads(self, ticket) -> bool:
        if ticket.assignee_id == self.user_id or ticket.division_id in self.led:
            return True
        return self._member_reads(ticket.division_id, ticket.level_id)

    def acts(self, ticket) -> bool:
        if ticket.assignee_id == self.user_id or ticket.division_id in self.led:
            return True
        return self._member_acts(ticket.division_id, ticket.level_id)

    def reading(self) -> Q:
        """``reads`` for a query."""
        return self._query(self._member_reads)

    def acting(self) -> Q:
        """``acts`` for a query."""
        return self._query(self._member_acts)

    def leads(self, division_id: int) -> bool:
        return division_id in self.led

    def _member_reads(self, division_id: int, level_id: int) -> bool:
        if division_id not in self.member:
            return False
        rank, restricted = self._level(level_id)
        return not restricted or rank <= self.member[division_id]

    def _member_acts(self, division_id: int, level_id: int) -> bool:
        return division_id in self.member and self._level(level_id)[0] <= self.member[division_id]

    def _level(self, level_id: int) -> tuple[int, bool]:
        # A level made after this reach was read is out of it.
        return self.levels.get(level_id, (10**6, True))

    def _query(self, allows) -> Q:
        query = Q(assignee=self.user_id)
        everywhere = set(self.led)
        for division_id in self.member.keys() - self.led:
            allowed = [level_id for level_id in self.levels if allows(division_id, level_id)]
            if len(allowed) == len(self.levels):
                everywhere.add(division_id)
            elif allowed:
                query |= Q(division=division_id, level__in=allowed)
        if everywhere:
            query |= Q(division__in=sorted(everywhere))
        return query


class TicketPermissionPolicy(ModelPermissionPolicy):
    """Registered with Wagtail for ``Ticket``; ask for it through ``policy_registry``, never import one.

    A host's own policy subclasses this one. It changes ``verbs_for`` (one ticket) and
    ``instances_user_has_any_permission_for`` with ``instances_in_reach_of`` (many), which must agree;
    all three take an optional ``reach`` that was read before.
    """

    def is_manager(self, user) -> bool:
        """Whether ``user`` sees and does everything."""
        return user.is_active and user.has_perm("wagtail_helpdesk.manage_helpdesk")

    def user_has_permission(self, user, action: str) -> bool:
        if not user.is_active or user.is_anonymous:
            return False
        if action in NOBODYS_VERBS:
            return False
        return super().user_has_permission(user, action) or self.is_manager(user)

    def user_has_any_permission(self, user, actions: Iterable[str]) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def users_with_any_permission(self, actions: Iterable[str]) -> QuerySet:
        users = get_user_model().objects.filter(is_active=True)
        codenames = [self._get_permission_name(action).split(".")[1] for action in actions]
        wanted = Q(
            codename__in=[*codenames, "manage_helpdesk"], content_type__app_label="wagtail_helpdesk"
        )
        from django.contrib.auth.models import Permission

        permissions = Permission.objects.filter(wanted)
        return users.filter(
            Q(is_superuser=True)
            | Q(groups__permissions__in=permissions)
            | Q(user_permissions__in=permissions)
        ).distinct()

    def user_has_permission_for_instance(self, user, action: str, instance) -> bool:
        return action in self.verbs_for(user, instance, [action])

    def user_has_any_permission_for_instance(self, user, actions: Iterable[str], instance) -> bool:
        return bool(self.verbs_for(user, instance, list(actions)))

    def verbs_for(
        self, user, ticket, actions: Iterable[str], reach: Reach | None = None
    ) -> set[str]:
        """Which of ``actions`` ``user`` may do with ``ticket``: one reading of the reach for all."""
        granted = {action for action in actions if self.user_has_permission(user, action)}
        if not granted or self.is_manager(user):
            return granted
        reach = reach or Reach.of(user)
        acts, reads = reach.acts(ticket), reach.reads(ticket)
        if not reads and granted & (READING_VERBS | NOTING_VERBS):
            reads = self._has_held(user, ticket)
        return {
            action
            for action in granted
            if acts or (reads and action in READING_VERBS | NOTING_VERBS)
        }

    def reach_of(self, user) -> Reach | None:
        """The reach to hand to several of these questions; ``None`` for a manager, who needs none."""
        return None if self.is_manager(user) else Reach.of(user)

    def instances_user_has_permission_for(self, user, action: str, **given: Any) -> QuerySet:
        # Only what was given: a host that overrides the other with Wagtail's own signature is asked too.
        return self.instances_user_has_any_permission_for(user, [action], **given)

    def instances_user_has_any_permission_for(
        self, user, actions: Iterable[str], reach: Reach | None = None
    ) -> QuerySet:
        tickets = self.model._default_manager.all()
        granted = {action for action in actions if self.user_has_permission(user, action)}
        if not granted:
            return tickets.none()
        if self.is_manager(user):
            return tickets
        reach = reach or Reach.of(user)
        if granted & (READING_VERBS | NOTING_VERBS):
            # EXISTS, not IN: under an OR, PostgreSQL takes IN for half the table, and walks it.
            held = Exists(self._held_by(user).filter(ticket=OuterRef("pk")))
            return tickets.filter(reach.reading() | held)
        return tickets.filter(reach.acting())

    def instances_in_reach_of(self, user, reach: Reach | None = None) -> QuerySet:
        """What ``user`` may read without having held it before: the rule of the queue's fast views."""
        tickets = self.model._default_manager.all()
        if not self.user_has_permission(user, "view"):
            return tickets.none()
        if self.is_manager(user):
            return tickets
        return tickets.filter((reach or Reach.of(user)).reading())

    def users_with_any_permission_for_instance(self, actions: Iterable[str], instance) -> QuerySet:
        actions = list(actions)
        users = self.users_with_any_permission(actions)
        allowed = [user.pk for user in users if self.verbs_for(user, instance, actions)]
        return users.filter(pk__in=allowed)

    def recap_divisions(self, user, reach: Reach | None = None) -> frozenset[int] | None:
        """Whose figures ``user`` may see: all divisions' (``None``), or those of the ones they lead.

        Their own they see in any case, with the permission to view tickets.
        """
        if self.is_manager(user):
            return None
        if not user.is_active or not user.has_perm("wagtail_helpdesk.view_recap"):
            return frozenset()
        return (reach or Reach.of(user)).led

    def may_skip_levels(self, user, ticket) -> bool:
        """Leaders may escalate past the next level."""
        return self.is_manager(user) or Reach.of(user).leads(ticket.division_id)

    def may_be_assigned(self, user, *, division, level) -> bool:
        """Whether a ticket of ``division`` at ``level`` can be ``user``'s: a member of that rank, or its leader."""
        if not user.is_active:
            return False
        if division.leader_id == user.pk:
            return True
        return division.members.filter(user=user, level__rank__gte=level.rank).exists()

    def _held_by(self, user) -> QuerySet[Any]:
        from .models import Holding

        return Holding.objects.filter(assignee=user).values("ticket")

    def _has_held(self, user, ticket) -> bool:
        # One that isn't stored is only asked about, and nobody has had it.
        return ticket.pk is not None and self._held_by(user).filter(ticket=ticket).exists()
