"""Who gets a mail, in which language, and whether they may still read what it is about."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from wagtail.permissions import policy_registry

from ..models import OutboxMessage, StaffPreferences, Ticket


class NotWanted(Exception):
    """Nobody is to get this mail any more. The message says why, without naming anybody."""


@dataclass(frozen=True)
class Recipient:
    address: str
    language: str


def recipient_of(row: OutboxMessage) -> Recipient:
    """Who gets ``row``, as things are now. Raises ``NotWanted``."""
    if row.ticket is None:
        raise NotWanted("The ticket is gone.")
    if row.to_contact is not None:
        return _contact(row)
    return _member_of_staff(row)


def _contact(row: OutboxMessage) -> Recipient:
    contact = row.to_contact
    if not contact.email:
        raise NotWanted("The contact has no e-mail address any more.")
    if not contact.is_active:
        raise NotWanted("The contact was switched off.")
    if row.ticket.contact_id != contact.pk:
        raise NotWanted("The ticket is another contact's by now.")
    return Recipient(address=contact.email, language=_supported(row.ticket.language))


def _member_of_staff(row: OutboxMessage) -> Recipient:
    user, ticket = row.to_user, row.ticket
    if not user.email:
        raise NotWanted("The user has no e-mail address.")
    preferences = StaffPreferences.objects.filter(user=user).first()
    if preferences is not None and not getattr(preferences, row.kind, True):
        raise NotWanted("The user has switched this notice off.")
    if _is_another_persons(row):
        raise NotWanted("The ticket is another colleague's by now.")
    if not policy_registry.get_by_type(Ticket).user_has_permission_for_instance(
        user, "view", ticket
    ):
        raise NotWanted("The user may not read the ticket any more.")
    return Recipient(address=user.email, language=language_of(user))


def _is_another_persons(row: OutboxMessage) -> bool:
    """Whether somebody else took the ticket before this notice could be sent."""
    assignee = row.ticket.assignee_id
    if row.kind == "escalated":
        return assignee not in (None, row.to_user_id)
    return assignee != row.to_user_id


def language_of(user: Any) -> str:
    """The language that a member of staff chose in the admin's account settings, else the site's."""
    profile = getattr(user, "wagtail_userprofile", None)
    return _supported((profile.preferred_language if profile else "") or settings.LANGUAGE_CODE)


def _supported(language: str) -> str:
    try:
        return get_supported_language_variant(language)
    except LookupError:
        return settings.LANGUAGE_CODE
