"""What visitors looked for is kept for ``SEARCH_LOG_DAYS``, and no longer."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from ..conf import helpdesk_settings
from ..models import SearchLog, Suggestion

#: Rows of one statement: others write in between.
BATCH = 500
#: Statements of one run for one kind of row; the next run takes the rest.
BATCHES = 40


def forget_old_searches(*, should_stop: Callable[[], bool] = lambda: False) -> int:
    """Delete searches and suggestions that are too old, the oldest first. Returns how many."""
    before = timezone.now() - timedelta(days=helpdesk_settings.SEARCH_LOG_DAYS)
    return sum(_forget(model, before, should_stop) for model in (SearchLog, Suggestion))


def _forget(model: Any, before: datetime, should_stop: Callable[[], bool]) -> int:
    forgotten = 0
    for _turn in range(BATCHES):
        if should_stop():
            break
        old = model.objects.filter(created_at__lt=before).order_by("created_at")
        keys = list(old.values_list("pk", flat=True)[:BATCH])
        forgotten += model.objects.filter(pk__in=keys).delete()[0] if keys else 0
        if len(keys) < BATCH:
            break
    return forgotten
