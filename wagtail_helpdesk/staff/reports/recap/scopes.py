"""Whose figures somebody may ask for, by the one policy. The page, its exports and the lists behind it all ask here."""

from typing import NamedTuple

from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ....models import Ticket
from ....reports.scope import Scope
from ...queue.desk import Desk

ALL, ME = "all", "me"


class Choice(NamedTuple):
    label: str
    scope: Scope


def may_look(user) -> bool:
    """Whether there are figures for ``user`` at all: at least their own."""
    return policy_registry.get_by_type(Ticket).user_has_permission(user, "view")


def choices(desk: Desk) -> dict[str, Choice]:
    """By the name in the address, the widest first."""
    reach = None if desk.is_manager else desk.reach
    allowed = desk.policy.recap_divisions(desk.user, reach)
    offered: dict[str, Choice] = {}
    names = desk.lists.divisions
    if allowed is None:
        offered[ALL] = Choice(_("All divisions"), Scope())
        allowed = frozenset(names)
    elif len(allowed) > 1:
        offered[ALL] = Choice(_("All your divisions"), Scope(allowed))
    for division, name in names.items():
        if division in allowed:
            offered[str(division)] = Choice(name, Scope(frozenset({division})))
    offered[ME] = Choice(_("Only you"), Scope(person=desk.user.pk))
    return offered
