"""Telling members of staff of what concerns them."""

from typing import Any

from ..models import Message, Ticket
from . import outbox


def tell_assigned(ticket: Ticket, *, by: Any) -> None:
    """ "It is yours now", to the assignee, unless they did it themselves."""
    if ticket.assignee is not None and ticket.assignee != by:
        outbox.post("assigned", ticket=ticket, to=ticket.assignee)


def tell_escalated(ticket: Ticket, *, by: Any) -> None:
    """ "It waits in your level's queue", to whoever works there; to the leader where nobody does.

    Where it came with an assignee, they are told that it is theirs.
    """
    if ticket.assignee is not None:
        tell_assigned(ticket, by=by)
        return
    for user in receiving(ticket):
        if user != by:
            outbox.post("escalated", ticket=ticket, to=user)


def tell_answered(ticket: Ticket, *, message: Message | None) -> None:
    """ "The requester answered", to the assignee; to the level's staff where their account is off."""
    if ticket.assignee is None:
        return
    for user in [ticket.assignee] if ticket.assignee.is_active else receiving(ticket):
        outbox.post("answered", ticket=ticket, to=user, message=message)


def receiving(ticket: Ticket) -> list[Any]:
    """Who works at the ticket's level in its division; its leader where nobody does."""
    members = [
        member.user for member in ticket.division.members_at(ticket.level).select_related("user")
    ]
    if members:
        return members
    return [ticket.division.leader] if ticket.division.leader else []
