"""Whether articles help: votes, and the counters beside them."""

from contextlib import suppress

from django.db import IntegrityError, transaction
from django.db.models import F

from ..models import ArticleCount, ArticleVote


def vote(page, *, helpful: bool) -> ArticleVote | None:
    """Count one reader's verdict on an article; ``None`` for an article that is gone meanwhile."""
    try:
        with transaction.atomic():
            _add(page.pk, "helpful" if helpful else "unhelpful")
            return ArticleVote.objects.create(page_id=page.pk, helpful=helpful)
    except IntegrityError:
        return None


def say_why(vote_id: int, *, reason: str, comment: str) -> None:
    """Add the reader's reason to their verdict. A vote that is gone meanwhile is no error."""
    ArticleVote.objects.filter(pk=vote_id).update(
        reason=reason, comment=comment.replace("\x00", "")[:1000]
    )


def count_opening(page) -> None:
    """Count that an article was opened. One that is deleted in this moment is no error."""
    with suppress(IntegrityError), transaction.atomic():
        _add(page.pk, "opened")


def _add(page_id: int, counter: str) -> None:
    counts = ArticleCount.objects.filter(pk=page_id)
    if not counts.update(**{counter: F(counter) + 1}):
        ArticleCount.objects.bulk_create([ArticleCount(pk=page_id)], ignore_conflicts=True)
        counts.update(**{counter: F(counter) + 1})
