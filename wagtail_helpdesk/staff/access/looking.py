"""Who may look at whose rights: managers at anybody's, leaders at their people's, everybody at their own."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from wagtail.permissions import policy_registry

from ...models import Ticket
from .answers import VERBS


def users_to_look_at(viewer: Any) -> QuerySet:
    """Those whose rights ``viewer`` may look at, switched off accounts of a division's members included."""
    users = get_user_model()._default_manager.all()
    policy = policy_registry.get_by_type(Ticket)
    if policy.is_manager(viewer):
        return users
    allowed = Q(pk=viewer.pk)
    if viewer.is_active:
        allowed |= Q(helpdesk_memberships__division__leader=viewer)
    return users.filter(pk__in=users.filter(allowed).order_by().values("pk"))


def staff_to_look_at(viewer: Any) -> QuerySet:
    """Of them, those who have to do with tickets, for a list to choose from."""
    works = Q(helpdesk_memberships__isnull=False) | Q(helpdesk_led_divisions__isnull=False)
    granted = policy_registry.get_by_type(Ticket).users_with_any_permission(VERBS)
    works |= Q(pk__in=granted.order_by().values("pk"))
    users = users_to_look_at(viewer)
    found = get_user_model()._default_manager.filter(works).order_by().values("pk")
    return users.filter(pk__in=found)
