"""Whether articles help: votes, and the counters beside them."""

from django.db import transaction
from django.db.models import F

from ..models import ArticleCount, ArticleVote


def vote(page, *, helpful: bool) -> ArticleVote:
    """Count one reader's verdict on an article."""
    with transaction.atomic():
        _add(page.pk, "helpful" if helpful else "unhelpful")
        return ArticleVote.objects.create(page_id=page.pk, helpful=helpful)


def say_why(vote_id: int, *, reason: str, comment: str) -> None:
    """Add the reader's reason to their verdict. A vote that is gone meanwhile is no error."""
    ArticleVote.objects.filter(pk=vote_id).update(
        reason=reason, comment=comment.replace("\x00", "")[:1000]
    )


def count_opening(page) -> None:
    """Count that an article was opened."""
    _add(page.pk, "opened")


def _add(page_id: int, counter: str) -> None:
    counts = ArticleCount.objects.filter(pk=page_id)
    if not counts.update(**{counter: F(counter) + 1}):
        ArticleCount.objects.bulk_create([ArticleCount(pk=page_id)], ignore_conflicts=True)
        counts.update(**{counter: F(counter) + 1})
