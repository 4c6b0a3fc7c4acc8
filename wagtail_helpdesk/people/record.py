"""The books of what was done with a contact: the audit log, without a name, and the signal."""

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from wagtail.log_actions import log

from .. import signals
from ..models import Contact

#: The operations, as signals and the audit log call them.
ACTIONS = (
    "merge_contacts",
    "deactivate_contact",
    "reactivate_contact",
    "link_login",
    "unlink_login",
)


def hold(*keys: int) -> dict[int, Contact]:
    """The contacts ``keys``, fresh, and this transaction's own until it ends, on every database.

    It begins with an ``UPDATE`` of each (``SELECT … FOR UPDATE`` does nothing on SQLite), in one order,
    whoever holds which: two at once must not wait for each other. Raises ``Contact.DoesNotExist``.
    """
    for key in sorted(set(keys)):
        Contact.objects.filter(pk=key).update(merged_into=F("merged_into"))
    found = Contact.objects.select_related("organisation", "user").in_bulk(keys)
    if missing := set(keys) - found.keys():
        raise Contact.DoesNotExist(f"Contact {missing.pop()} is gone.")
    return found


def record(contact: Contact, *, action: str, by: Any, **data: Any) -> None:
    """``data`` holds keys and codes; the log outlives the contact, so its title has no name."""
    log(
        instance=contact,
        action=f"wagtail_helpdesk.{action}",
        user=by,
        title=f"{contact._meta.verbose_name} {contact.pk}",
        data=data or None,
    )


def announce(contact: Contact, *, action: str, by: Any, **extra: Any) -> None:
    signal = getattr(signals, action)
    transaction.on_commit(
        partial(signal.send_robust, sender=Contact, contact=contact, by=by, **extra)
    )
