"""Whose login a contact is. Staff set it on the contact's page; owners link and unlink their own."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ..models import Contact, Ticket, normalise_email
from .errors import LoginTaken
from .record import announce, hold, record
from .rights import check_may, may_link


def may_claim(user: Any, contact: Contact) -> bool:
    """Whether ``user``, who holds a link that was mailed to ``contact``, may make the contact theirs.

    The login must have the contact's address as well: a link is passed on now and then, and opens one
    ticket, where the login opens all of them. Nobody takes over another's contact. Who works at the desk holds
    links of many, and sets their own address: they are linked by another, see ``may_link``.
    """
    if not user.is_authenticated or not user.is_active or not contact.is_active:
        return False
    if not may_link(user, user) and policy_registry.get_by_type(Ticket).user_has_permission(
        user, "view"
    ):
        return False
    if contact.user_id is not None or contact.merged_into_id is not None:
        return False
    address = normalise_email(getattr(user, user.get_email_field_name(), "") or "")
    return address is not None and address == contact.email_key


@transaction.atomic
def link_login(contact: Contact, *, by: Any) -> Contact:
    """Make ``contact`` the one of ``by``, who has opened a link that was mailed to it, and asked for this.

    The caller has seen the link; everything else is looked at here. Twice is once. Raises
    ``LoginTaken`` where the contact is another login's, has another address, or is switched off.
    """
    row = hold(contact.pk)[contact.pk]
    if row.user_id != by.pk:
        if not may_claim(by, row):
            raise LoginTaken(_("This can't be linked to your account."))
        row.user = by
        row.save(update_fields=["user"])
        record(row, action="link_login", by=by)
        announce(row, action="link_login", by=by)
    contact.user = by
    return contact


@transaction.atomic
def unlink_login(contact: Contact, *, by: Any) -> Contact:
    """From now on nobody's login opens the contact's tickets; mailed links do as before.

    For the login's owner, and for staff who may change contacts. Twice is once.
    Raises ``PermissionDenied``.
    """
    row = hold(contact.pk)[contact.pk]
    if row.user_id is not None:
        if row.user_id != by.pk:
            check_may(by, "change")
        if not by.is_active:
            raise PermissionDenied
        row.user = None
        row.save(update_fields=["user"])
        record(row, action="unlink_login", by=by)
        announce(row, action="unlink_login", by=by)
    contact.user = None
    return contact
