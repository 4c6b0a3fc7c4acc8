"""Switching a contact off, and on again."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from ..models import Contact
from .record import announce, hold, record
from .rights import check_may


@transaction.atomic
def deactivate(contact: Contact, *, by: Any) -> Contact:
    """From now on nothing is mailed to ``contact``, and nothing opens for them.

    Mailed links, sessions, the look-up and *My complaints* are refused, mail that waits is not sent.
    Their tickets stay as they are, and what comes in under their address is recorded all the same.
    Twice is once. Raises ``PermissionDenied``.
    """
    check_may(by, "change")
    row = hold(contact.pk)[contact.pk]
    if row.is_active:
        row.deactivated_at = timezone.now()
        row.save(update_fields=["deactivated_at"])
        record(row, action="deactivate_contact", by=by)
        announce(row, action="deactivate_contact", by=by)
    contact.deactivated_at = row.deactivated_at
    return contact


@transaction.atomic
def reactivate(contact: Contact, *, by: Any) -> Contact:
    """As if they had never been switched off: links that have not expired open again. What was not mailed
    meanwhile stays unsent. Twice is once. Raises ``PermissionDenied``.
    """
    check_may(by, "change")
    row = hold(contact.pk)[contact.pk]
    if not row.is_active:
        row.deactivated_at = None
        row.save(update_fields=["deactivated_at"])
        record(row, action="reactivate_contact", by=by)
        announce(row, action="reactivate_contact", by=by)
    contact.deactivated_at = None
    return contact
