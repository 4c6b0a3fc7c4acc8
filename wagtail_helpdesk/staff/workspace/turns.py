"""Whose turn it is at a ticket: who has to do the next thing, and what that is."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ...models import Status, Ticket


@dataclass(frozen=True)
class Turn:
    """``who`` is awaited by everybody else; ``facts`` are sentences that say for what and for how long."""

    who: str
    facts: tuple[str, ...]


def whose_turn(
    ticket: Ticket, *, assignee: str, is_accepted: bool, unanswered_since: datetime | None
) -> Turn:
    """Never the requester's because they have an answer: only where somebody said that we wait for them.

    ``assignee`` is a name, empty without one. ``is_accepted``: the assignee has said that it is theirs.
    ``unanswered_since`` (UTC) is ``None`` when staff spoke last.
    """
    match ticket.status:
        case Status.CLOSED:
            return Turn(
                pgettext("whose turn it is", "Nobody"),
                (_("closed %(time)s ago") % _since(ticket.closed_at),),
            )
        case Status.SOLVED:
            return Turn(
                pgettext("whose turn it is", "Nobody"),
                (_("solved %(time)s ago") % _since(ticket.solved_at),),
            )
        case Status.PENDING:
            waits = _("we have waited %(time)s for their answer") % _since(ticket.waiting_since)
            return Turn(_("The requester"), (waits,))
        case Status.ON_HOLD:
            waits = _("we have waited %(time)s for them") % _since(ticket.waiting_since)
            return Turn(_("A third party"), (waits,))
    unanswered = (
        (_("the requester has waited %(time)s for an answer") % _since(unanswered_since),)
        if unanswered_since
        else ()
    )
    if not assignee:
        place = {"level": ticket.level.display_name, "division": ticket.division.display_name}
        who = _("%(level)s in %(division)s") % place
        return Turn(who, (_("nobody there has accepted it yet"), *unanswered))
    if not is_accepted:
        return Turn(assignee, (_("not accepted yet"), *unanswered))
    return Turn(assignee, unanswered or (_("the requester has an answer; it is not solved yet"),))


def _since(at: datetime | None) -> dict[str, str]:
    return {"time": timesince(at) if at else ""}
