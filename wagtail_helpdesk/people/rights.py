"""Who may do what with a contact. What a contact opens are tickets, so the policy for tickets is asked too."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ..models import Contact, Ticket


def check_may(user: Any, action: str) -> None:
    """Raise ``PermissionDenied`` unless ``user`` has the permission ``<action>_contact``."""
    if not user.is_active or not policy_registry.get_by_type(Contact).user_has_permission(
        user, action
    ):
        raise PermissionDenied(_("You may not do this with contacts."))


def reads_all_of(user: Any, contact: Contact) -> bool:
    """Whether ``user`` may read every ticket of ``contact``.

    Who gives a contact another address, number or login, or another contact's tickets, decides who reads
    them: nobody shall open to others, or to themselves, what they may not read.
    """
    policy = policy_registry.get_by_type(Ticket)
    if policy.is_manager(user):
        return True
    tickets = Ticket.objects.order_by().filter(contact=contact.pk)
    readable = Ticket.objects.order_by().visible_to(user).filter(pk=OuterRef("pk"))
    return not tickets.filter(~Exists(readable)).exists()


def may_link(user: Any, login: Any) -> bool:
    """Whether ``user`` may make ``login`` a contact's: their own only as a manager.

    Whoever could link themselves would go on reading the contact's tickets, wherever they move.
    """
    if login is None or login.pk != user.pk:
        return True
    return policy_registry.get_by_type(Ticket).is_manager(user)
