"""What an article could say that is written from a ticket: the ticket's own words, with the people taken out."""

from collections import Counter
from dataclasses import dataclass

from ..models import Message, Ticket
from .known import known_of
from .redaction import Kind, Masked, as_masked, redact

#: As long as an article's summary.
SUMMARY_MAX = 300
#: Replies that an answer is put together from.
REPLIES = 3


@dataclass(frozen=True)
class Proposal:
    """For a writer to check and finish. ``masked`` is what was taken out of all four texts."""

    title: str
    summary: str
    question: str
    answer: str
    masked: list[Masked]


def propose(ticket: Ticket) -> Proposal:
    """Title and question from the complaint, summary from the solution, answer from the last replies.

    Without a reply the solution is the answer.
    """
    known, counts = known_of(ticket), Counter[tuple[Kind, str]]()

    def taken_over(text: str) -> str:
        redacted = redact(text, known)
        for row in redacted.masked:
            counts[row.kind, row.text] += row.count
        return redacted.text

    replies = last_replies(ticket)
    texts = {
        "title": taken_over(ticket.subject),
        "summary": shortened(taken_over(ticket.solution)) if replies else "",
        "question": taken_over(ticket.body),
        "answer": taken_over(replies or ticket.solution),
    }
    return Proposal(**texts, masked=as_masked(counts))


def last_replies(ticket: Ticket) -> str:
    """The last public replies of staff, in order. The very last one often only says good-bye."""
    replies = Message.objects.filter(ticket=ticket.pk, by_contact=None).public()
    bodies = replies.order_by("-created_at", "-pk").values_list("body", flat=True)[:REPLIES]
    return "\n\n".join(reversed(bodies))


def shortened(text: str) -> str:
    """Cut between words, to fit an article's summary."""
    if len(text) <= SUMMARY_MAX:
        return text
    return text[: SUMMARY_MAX - 2].rsplit(" ", 1)[0] + " …"
