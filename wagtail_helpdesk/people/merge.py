"""Two contacts are one person. It can't be undone.

The lost one stays as a row: for the history, which keeps who wrote what under which name, and for its
address (or number), which leads to the survivor from then on: the next mail makes no twin.
"""

import hashlib
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Contact, OutboxMessage, OutboxState, Ticket
from .errors import MergeRefused, StaleContacts
from .record import announce, hold, record
from .rights import check_may, may_link, reads_all_of


@transaction.atomic
def merge_contacts(
    lost: Contact, *, into: Contact, by: Any, login: Any = None, seen: str | None = None
) -> Contact:
    """Give all tickets of ``lost``, and the mail that waits for it, to ``into``.

    ``into`` keeps what it has, and takes what it lacks (address, number, organisation). Links that were
    mailed and browsers that opened a ticket go on: each opens that one ticket, as before.
    ``login`` is whose sign-in opens all of these tickets afterwards: that of one of the two, or ``None``.
    It never follows by itself: the login of one would read the other's tickets. With ``seen``
    (``what_was_seen``), ``StaleContacts`` is raised if either has changed since.

    A few ``UPDATE``s, however many the tickets are. Twice is once. Raises ``PermissionDenied`` for who lacks
    the permission, may not read all tickets of both, or would link themselves; ``MergeRefused``.
    """
    check_may(by, "merge")
    if lost.pk == into.pk:
        raise MergeRefused(_("These two are the same contact."))
    rows = hold(lost.pk, into.pk)
    gone, stays = rows[lost.pk], rows[into.pk]
    if gone.merged_into_id == stays.pk:
        return stays
    _check(gone, stays, by=by, login=login, seen=seen)
    had_login = stays.user_id
    moved = _give_tickets(gone, stays)
    _give_details(gone, stays, login=login)
    OutboxMessage.objects.filter(
        to_contact=gone, state__in=[OutboxState.QUEUED, OutboxState.SENDING]
    ).update(to_contact=stays)
    Contact.objects.filter(merged_into=gone).update(merged_into=stays)
    record(gone, action="merge_contacts", by=by, into=stays.pk)
    record(
        stays,
        action="merge_contacts",
        by=by,
        merged=gone.pk,
        tickets=moved,
        login=[had_login, stays.user_id],
    )
    announce(gone, action="merge_contacts", by=by, into=stays)
    return stays


def what_was_seen(lost: Contact, into: Contact) -> str:
    """A short text that differs once anything that a preview shows of the two has changed."""
    fields = ("pk", "name", "email", "phone", "organisation_id", "user_id", "deactivated_at")
    parts = [getattr(row, name) for row in (lost, into) for name in (*fields, "merged_into_id")]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]


def _check(gone: Contact, stays: Contact, *, by: Any, login: Any, seen: str | None) -> None:
    for row in (gone, stays):
        if row.merged_into_id is not None:
            raise MergeRefused(
                _("%(contact)s was merged into another contact already.") % {"contact": row}
            )
    if seen is not None and seen != what_was_seen(gone, stays):
        raise StaleContacts(
            _("Somebody changed one of the two in the meantime. Look at them again.")
        )
    if not (reads_all_of(by, gone) and reads_all_of(by, stays)):
        raise PermissionDenied(
            _("You may not read all tickets of these two. Ask a manager of the help desk.")
        )
    if login is not None and login.pk not in (gone.user_id, stays.user_id):
        raise MergeRefused(_("This login is neither of the two contacts' own."))
    if not may_link(by, login):
        raise PermissionDenied(
            _("You can't link your own account. Ask a manager of the help desk to do it.")
        )


def _give_tickets(gone: Contact, stays: Contact) -> int:
    """How many there were.

    Before anything else changes: whoever works on one of them holds it, and is waited for; their
    commit looks at the contact, whose key must not be ours by then. Held in the order of their keys,
    as ``tickets.merge`` holds its two.
    """
    tickets = Ticket.objects.order_by("pk").filter(contact=gone)
    held = len(tickets.select_for_update().values_list("pk", flat=True))
    if held:
        Ticket.objects.filter(contact=gone).update(contact=stays)
    return held


def _give_details(gone: Contact, stays: Contact, *, login: Any) -> None:
    """Each keeps one key by which it is found: its address, or its number without one."""
    key_of_the_lost = (gone.email, gone.phone)
    if gone.email and not stays.email:
        key_of_the_lost = ("", stays.phone)
        stays.email = gone.email
    stays.phone = stays.phone or gone.phone
    stays.organisation = stays.organisation or gone.organisation
    stays.user = login
    # Neither may have the other's key, not for a moment.
    gone.email = gone.phone = ""
    gone.user, gone.merged_into = None, stays
    gone.save()
    stays.save()
    gone.email, gone.phone = key_of_the_lost
    gone.save()
