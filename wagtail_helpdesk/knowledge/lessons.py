"""What those who solve an escalated ticket leave for the lowest level, so that it needn't escalate the next one."""

from typing import Any

from wagtail.permissions import policy_registry

from .. import tickets
from ..models import ArticleSource, Direction, EscalationStep, Message, SupportLevel, Ticket
from .drafting import draft_article, may_write_articles, topics_for
from .for_tickets import locale_of, topic_of_its_kind
from .known import known_of
from .redaction import redact


def level_to_teach(ticket: Ticket, *, user) -> SupportLevel | None:
    """The lowest level, if ``ticket`` was escalated from it and ``user`` works above it; else ``None``.

    ``None`` too where an article was written from the ticket already, or ``user`` may write none.
    """
    if not may_write_articles(user):
        return None
    if not EscalationStep.objects.filter(ticket=ticket.pk, direction=Direction.UP).exists():
        return None
    if ArticleSource.objects.filter(ticket=ticket.pk).exists():
        return None
    lowest = SupportLevel.objects.order_by("rank").first()
    reach = policy_registry.get_by_type(Ticket).reach_of(user)
    works_above = (
        reach is None or reach.led or any(rank > lowest.rank for rank in reach.member.values())
    )
    return lowest if works_above else None


def keep_lesson(ticket: Ticket, *, by, line: str) -> Any:
    """Make ``line`` an internal draft, with the people masked, and answer the page.

    It goes where articles about the ticket's complaint type stand, else into the first topic in its
    language. Where there is no topic the line becomes a private note, and that is answered.

    Raises what ``draft_article`` and ``tickets.note`` raise; the ticket must be solved or closed.
    """
    topic = _topic_for(ticket, user=by)
    if topic is None:
        return keep_as_note(ticket, by=by, line=line)
    known = known_of(ticket)
    return draft_article(
        ticket,
        by=by,
        topic=topic,
        title=redact(ticket.subject, known).text[:255],
        answer=redact(line, known).text,
        internal=True,
    )


def keep_as_note(ticket: Ticket, *, by, line: str) -> Message:
    return tickets.note(ticket, by=by, body=line)


def _topic_for(ticket: Ticket, *, user) -> Any | None:
    topics = topics_for(ticket, user=user)
    own = locale_of(ticket).pk
    first = next((topic for topic in topics if topic.locale_id == own), None)
    return topic_of_its_kind(ticket, topics) or first
