"""Who and what a ticket is about, so that it can be taken out of a text that others will read."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name

from ..models import Contact, Ticket
from ..models.tickets import TicketLink
from .naming import Known

PARTS = ("first_name", "last_name")
#: Parts of e-mail addresses before the "@" that belong to nobody in particular.
_SHARED_BOXES = frozenset(
    ["admin", "contact", "hello", "help", "info", "kontak", "mail", "office", "sales", "support"]
)


def known_of(ticket: Ticket) -> Known:
    """The names, organisations, files and telephone numbers that come with ``ticket``.

    Its requester, whoever else wrote in it, the requesters of the tickets that it is linked to, and the
    staff who have had to do with it or work in its division.
    """
    contacts = _contacts(ticket)
    users = [*_staff(ticket), *(contact.user for contact in contacts if contact.user)]
    with translation.override(ticket.language):
        placeholder = _("[name]")
    return Known(
        names=[
            *(contact.name for contact in contacts),
            *(name for user in users for name in _names_of(user)),
        ],
        accounts=[*filter(None, map(_mailbox, contacts)), *(user.get_username() for user in users)],
        organisations=[each.organisation.name for each in contacts if each.organisation],
        files=list(ticket.attachments.values_list("name", flat=True)),
        phones=[contact.phone for contact in contacts if contact.phone],
        placeholder=placeholder,
    )


def _contacts(ticket: Ticket) -> list[Contact]:
    links = TicketLink.objects.filter(Q(from_ticket=ticket) | Q(to_ticket=ticket))
    linked = {key for ends in links.values_list("from_ticket", "to_ticket") for key in ends}
    wrote = ticket.messages.exclude(by_contact=None).values("by_contact")
    wanted = Q(pk=ticket.contact_id) | Q(pk__in=wrote) | Q(tickets__in=linked)
    # Under whatever name and address they were known before.
    wanted |= Q(merged_into=ticket.contact_id) | Q(merged_into__tickets__in=linked)
    return list(Contact.objects.filter(wanted).distinct().select_related("organisation", "user"))


def _staff(ticket: Ticket) -> Iterable[Any]:
    keys = {ticket.assignee_id, ticket.recorded_by_id, ticket.division.leader_id}
    keys.update(ticket.messages.values_list("by_user", flat=True))
    keys.update(ticket.events.values_list("by_user", flat=True))
    keys.update(ticket.holdings.values_list("assignee", flat=True))
    keys.update(ticket.division.members.values_list("user", flat=True))
    return get_user_model().objects.filter(pk__in=keys - {None})


def _names_of(user: Any) -> list[str]:
    """Without the account's own name, which is often a word ("admin") and is masked as a whole only."""
    names = [get_user_display_name(user), *(getattr(user, name, "") for name in PARTS)]
    return [name for name in names if name and name != user.get_username()]


def _mailbox(contact: Contact) -> str:
    """What people call themselves in their address, and often elsewhere."""
    box = contact.email.partition("@")[0]
    return box if len(box) > 3 and box.casefold() not in _SHARED_BOXES else ""
