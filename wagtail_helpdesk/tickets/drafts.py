"""Texts that were begun and not sent: kept for who wrote them, and for nobody else, ``DAYS`` long."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, FilteredRelation, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import MessageKind, ReplyDraft, Ticket
from ..models.querysets import TicketQuerySet
from .texts import clean_text

#: Days after the last letter.
DAYS = 30
#: Seconds in which a draft may come in after its text was sent, from a browser that was quicker with that.
OVERTAKEN = 60
#: What one is shown of a draft.
SHOWN = ("body", "kind", "begun_at")
#: Rows of one statement, and statements of one run.
BATCH, BATCHES = 500, 20


def save_draft(ticket: Ticket, *, by: Any, body: str, kind: str) -> ReplyDraft | None:
    """Keep ``body`` as what ``by`` is writing on ``ticket``; an empty one discards it.

    Returns ``None`` where there is nothing to keep. Whether ``by`` may write there is for the
    caller to ask. Raises ``ValidationError`` for a text of more than ``ReplyDraft.MAX_LENGTH`` characters.
    """
    body = clean_text(body)
    if len(body) > ReplyDraft.MAX_LENGTH:
        words = {"limit": ReplyDraft.MAX_LENGTH}
        raise ValidationError(
            {"body": _("A draft of more than %(limit)s characters can't be kept.") % words}
        )
    if not body or _was_sent(ticket, by=by, body=body):
        discard_draft(ticket, by=by)
        return None
    now = timezone.now()
    kept = {
        "body": body,
        "kind": kind if kind in MessageKind.values else MessageKind.REPLY,
        "updated_at": now,
    }
    draft, _made = ReplyDraft.objects.update_or_create(
        ticket=ticket, user=by, defaults=kept, create_defaults={**kept, "begun_at": now}
    )
    return draft


def with_draft(tickets: TicketQuerySet, *, by: Any) -> TicketQuerySet:
    """``tickets`` with what ``by`` has begun on each: what ``draft_of`` reads without a query of its own."""
    own = FilteredRelation("drafts", condition=Q(drafts__user=by.pk))
    return tickets.annotate(
        own_draft=own, **{f"draft_{name}": F(f"own_draft__{name}") for name in SHOWN}
    )


def draft_of(ticket: Ticket) -> ReplyDraft | None:
    """What the ticket was read ``with_draft``; ``None`` if nothing was begun."""
    values = {name: getattr(ticket, f"draft_{name}") for name in SHOWN}
    return ReplyDraft(**values) if values["begun_at"] is not None else None


def discard_draft(ticket: Ticket, *, by: Any) -> None:
    ReplyDraft.objects.filter(ticket=ticket, user=by).delete()


def forget_old_drafts(*, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Delete drafts that nobody has touched for ``DAYS``. Returns how many."""
    before = timezone.now() - timedelta(days=DAYS)
    forgotten = 0
    for _turn in range(BATCHES):
        old = ReplyDraft.objects.filter(updated_at__lt=before).order_by("updated_at")
        keys = list(old.values_list("pk", flat=True)[:BATCH])
        if not keys or should_stop():
            break
        forgotten += ReplyDraft.objects.filter(pk__in=keys, updated_at__lt=before).delete()[0]
    return forgotten


def _was_sent(ticket: Ticket, *, by: Any, body: str) -> bool:
    """Whether this is the beginning of what ``by`` has sent just now."""
    since = timezone.now() - timedelta(seconds=OVERTAKEN)
    sent = ticket.messages.filter(by_user=by, created_at__gte=since).order_by("-created_at", "-pk")
    last = sent.values_list("body", flat=True).first()
    return last is not None and last.startswith(body)
