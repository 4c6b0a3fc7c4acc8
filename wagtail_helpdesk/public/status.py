"""How far a ticket is, in words for the person who asked."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..clocks.words import Promised, promised
from ..models import Status, Ticket, Verb
from .desk_words import DeskWords, desk_words
from .visits import expected_windows

#: What the reader may expect now.
NEXT = {
    Status.NEW: gettext_lazy("We have received it. Somebody will look at it soon."),
    Status.OPEN: gettext_lazy("Somebody is working on it. We write as soon as there is news."),
    Status.PENDING: gettext_lazy("We have asked you something. We go on when you have answered."),
    Status.ON_HOLD: gettext_lazy(
        "We wait for somebody outside, a supplier for instance. We write as soon as there is news."
    ),
    Status.SOLVED: gettext_lazy("We think that it is solved. If it isn't, tell us."),
    Status.CLOSED: gettext_lazy("Nothing more is to be done."),
}
#: In place of the above, where the requester has said so themself.
SOLVED_BY_YOU = gettext_lazy("You told us that it is solved. If it isn't after all, tell us.")


@dataclass(frozen=True)
class PublicStatus:
    """What the look-up shows: nothing that anybody wrote, and nobody's name."""

    reference: str
    code: str
    words: str
    next: str
    who: str
    promised: Promised | None
    answer_time: str
    """In the type's own words, where nothing was promised."""
    updated_at: datetime
    visits: tuple[str, ...] = ()
    """When somebody comes; where, only the conversation says."""

    @classmethod
    def of(
        cls,
        ticket: Ticket,
        *,
        updated_at: datetime | None = None,
        visits: tuple[str, ...] | None = None,
    ) -> "PublicStatus":
        """``updated_at``: the last change that the requester may know of, where the caller has it.

        ``visits`` likewise: those that are expected.
        """
        status = Status(ticket.status)
        words = None if status == Status.CLOSED else desk_words(ticket)
        promise = promised(ticket)
        return cls(
            reference=ticket.reference,
            code=ticket.status,
            words=ticket.status_in_plain_words,
            next=str(SOLVED_BY_YOU if _is_solved_by_requester(ticket) else NEXT[status]),
            who=who_has(words) if words else "",  # nobody has a closed ticket
            promised=promise,
            answer_time=words.answer_time if words and ticket.is_live and not promise else "",
            updated_at=updated_at or _last_public_change(ticket),
            visits=expected_windows(ticket) if visits is None else visits,
        )


def who_has(words: DeskWords) -> str:
    """Level and division as requesters know them."""
    return _("%(level)s (%(division)s)") % {"level": words.level, "division": words.division}


def _is_solved_by_requester(ticket: Ticket) -> bool:
    if ticket.status != Status.SOLVED:
        return False
    solving = ticket.events.filter(data__status__1=Status.SOLVED).order_by("-at", "-pk")
    return bool(solving.values_list("by_contact", flat=True).first())


def _last_public_change(ticket: Ticket) -> datetime:
    """Not ``updated_at``: that would tell when a private note was written."""
    last = ticket.events.exclude(verb__in=[Verb.NOTE, Verb.LINK]).order_by("-at", "-pk")
    return last.values_list("at", flat=True).first() or ticket.created_at
