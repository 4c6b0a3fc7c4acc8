"""What a requester does with a ticket of theirs, once per form however often it is sent."""

import contextlib
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from .. import tickets
from ..models import Attachment, Contact, Message, Relation, Status, Ticket
from ..tickets.texts import clean_text

#: Digits that a database's key can't have.
KEY_LENGTH = 19


def answer(
    ticket: Ticket,
    *,
    body: str,
    attachments: Sequence[Attachment] = (),
    shown_at: datetime,
    reopening: bool = False,
) -> Ticket:
    """Add the requester's answer; with ``reopening``, the words "I still have the problem", which may be none.

    ``shown_at`` is when the form was shown: the same text that came in since then is the same answer,
    sent twice. Returns the ticket where the conversation goes on: a follow-up after the reopen window.
    Raises ``ValidationError`` and what else the operations raise.
    """
    with transaction.atomic():
        # Of two sent at once, the second waits here, and then finds the first.
        row = Ticket.objects.select_for_update().get(pk=ticket.pk)
        contact = row.contact  # not as it was read: it may have been merged meanwhile
        earlier = _same_before(row, clean_text(body), shown_at)
        if earlier is not None:
            return earlier
        if reopening and not attachments:
            if row.status not in (Status.SOLVED, Status.CLOSED) and not body:
                return row
            if row.status in (Status.SOLVED, Status.CLOSED):
                return tickets.reopen(ticket, by=contact, body=body)
        result = tickets.reply(ticket, by=contact, body=body, attachments=attachments)
    return result if isinstance(result, Ticket) else ticket


def solved(ticket: Ticket) -> Ticket:
    """ "This is solved", from the requester. Twice is once."""
    with transaction.atomic():
        row = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if row.is_live:
            tickets.solve(ticket, by=row.contact, outcome="answered")
    return ticket


def confirmed_visit(ticket: Ticket, key: str) -> bool:
    """ "Yes, you were here", from the requester; whether it is so now. Twice is once."""
    visit = None
    if key.isascii() and key.isdecimal() and len(key) < KEY_LENGTH:
        visit = ticket.visits.filter(pk=int(key)).first()
    if visit is None:
        return False
    if visit.can_be_confirmed:
        # Of two sent at once, the second is refused.
        with contextlib.suppress(tickets.InvalidTransition):
            # Read now: the contact may have been merged into another since the page was asked for.
            requester = Contact.objects.get(tickets=ticket.pk)
            tickets.confirm_visit(ticket, by=requester, visit=visit)
        visit.refresh_from_db()
    return visit.confirmed_at is not None


def _same_before(row: Ticket, body: str, since: datetime) -> Ticket | None:
    """The ticket that holds this very answer already."""
    if not body:
        follow_ups = _follow_ups(row).filter(created_at__gte=since)
        return follow_ups.first()
    messages = Message.objects.public().filter(
        ticket=row, by_contact=row.contact_id, created_at__gte=since, body=body
    )
    if messages.exists():
        return row
    return _follow_ups(row).filter(created_at__gte=since, body=body).first()


def _follow_ups(row: Ticket):
    return Ticket.objects.filter(
        links_from__to_ticket=row,
        links_from__relation=Relation.FOLLOW_UP,
        contact=row.contact_id,
    )
