"""Scopes of tickets. Which tickets somebody may see is asked of the registered policy, when called."""

from django.db import models

from .choices import LIVE


def ticket_policy(model):
    """The policy that is registered for tickets with Wagtail; a host may have put its own there."""
    from wagtail.permissions import policy_registry

    return policy_registry.get_by_type(model)


class TicketQuerySet(models.QuerySet):
    def live(self) -> "TicketQuerySet":
        """Still somebody's work: not solved, not closed."""
        return self.filter(status__in=LIVE)

    def visible_to(self, user, reach=None) -> "TicketQuerySet":
        """What ``user`` may read, formerly held tickets included.

        A page that asks the policy more than once hands over the ``reach`` that it has read.
        """
        given = {"reach": reach} if reach is not None else {}
        return self & ticket_policy(self.model).instances_user_has_permission_for(
            user, "view", **given
        )

    def actionable_by(self, user, verb: str) -> "TicketQuerySet":
        """Where ``user`` may do ``verb``, a permission codename's first part such as ``"escalate"``."""
        return self._allowed(user, verb)

    def in_reach_of(self, user) -> "TicketQuerySet":
        """``visible_to`` without the formerly held ones, for lists that must stay fast.

        "Have held" reads every holding of that person, so it is a view of its own.
        """
        return self & ticket_policy(self.model).instances_in_reach_of(user)

    def _allowed(self, user, action: str) -> "TicketQuerySet":
        return self & ticket_policy(self.model).instances_user_has_permission_for(user, action)
