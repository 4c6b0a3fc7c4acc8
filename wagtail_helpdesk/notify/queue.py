"""The outbox as a queue: who sends which row, and what becomes of it.

A row is claimed one at a time, by a conditional ``UPDATE`` that sets a lease: two deliverers never have
the same. Who dies with a row in hand loses it when the lease ends, and it is sent again: at least once.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connections, router, transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from ..conf import helpdesk_settings
from ..models import OutboxMessage, OutboxState
from .mailer import Failure

logger = logging.getLogger(__name__)

#: Longer than the slowest conversation with a mail server: its time-out counts for each step of it.
LEASE = timedelta(minutes=10)
#: The first wait; each is twice the one before. Twelve attempts take 48 hours.
FIRST_BACKOFF = timedelta(seconds=85)
LONGEST_BACKOFF = timedelta(hours=48)
CANDIDATES = 20

READ_WITH_IT = (
    "message__by_user",
    "to_contact",
    "to_user",
    "ticket__site",
    "ticket__contact",
    "ticket__complaint_type",
    "ticket__level",
    "ticket__division",
    "visit__engineer",
)


def claim_next() -> OutboxMessage | None:
    """The mail that has been due longest, ours until ``leased_until``; ``None`` if nothing is due.

    The attempt is counted here: a mail that kills its sender must come to an end too.
    """
    while True:
        now = timezone.now()
        with _passing_over_each_other() as lock:
            due = _due(now)
            # A locked row is certain to be ours; of others somebody may take a few before us.
            keys = list(due.select_for_update(**lock)[:1] if lock else due[:CANDIDATES])
            key = next((key for key in keys if _claim(key, now)), None)
        if key is not None:
            return OutboxMessage.objects.select_related(*READ_WITH_IT).get(pk=key)
        if not keys:
            return None
        # Others were quicker with all of these.


def _due(now: datetime) -> QuerySet[OutboxMessage, int]:
    rows = OutboxMessage.objects.filter(state=OutboxState.QUEUED, next_try_at__lte=now)
    return rows.order_by("next_try_at", "pk").values_list("pk", flat=True)


def _claim(key: int, now: datetime) -> bool:
    rows = OutboxMessage.objects.filter(pk=key, state=OutboxState.QUEUED, next_try_at__lte=now)
    return bool(
        rows.update(state=OutboxState.SENDING, leased_until=now + LEASE, attempts=F("attempts") + 1)
    )


@contextmanager
def _passing_over_each_other() -> Iterator[dict[str, bool]]:
    """Arguments for ``select_for_update``, and its transaction, where the database can skip locked rows.

    Elsewhere none: the conditional UPDATE decides, and a transaction would only keep SQLite's one
    write lock.
    """
    using = router.db_for_write(OutboxMessage)
    if not connections[using].features.has_select_for_update_skip_locked:
        yield {}
        return
    with transaction.atomic(using=using):
        yield {"skip_locked": True}


def release_expired() -> int:
    """Give back what somebody claimed and never finished. Returns how many."""
    expired = OutboxMessage.objects.filter(
        state=OutboxState.SENDING, leased_until__lt=timezone.now()
    )
    if not expired.exists():  # an UPDATE of nothing would still wait for SQLite's lock
        return 0
    spent = expired.filter(attempts__gte=helpdesk_settings.MAIL_MAX_ATTEMPTS).update(
        state=OutboxState.DEAD,
        leased_until=None,
        last_error="Whoever was sending it ended before it was done.",
    )
    return spent + expired.update(state=OutboxState.QUEUED, leased_until=None)


def mark_sent(row: OutboxMessage) -> None:
    _finish(row, state=OutboxState.SENT, sent_at=timezone.now(), last_error="")


def mark_cancelled(row: OutboxMessage, why: str) -> None:
    _finish(row, state=OutboxState.CANCELLED, last_error=why)


def mark_failed(row: OutboxMessage, failure: Failure) -> str:
    """Queue it again for later, or give it up. Returns the state."""
    if failure.permanent or row.attempts >= helpdesk_settings.MAIL_MAX_ATTEMPTS:
        logger.error("Mail %s (%s) is given up: %s", row.pk, row.kind, failure.text)
        _finish(row, state=OutboxState.DEAD, last_error=failure.text)
        return OutboxState.DEAD
    logger.warning("Mail %s (%s) was not sent: %s", row.pk, row.kind, failure.text)
    next_try_at = timezone.now() + backoff(row.attempts)
    _finish(row, state=OutboxState.QUEUED, next_try_at=next_try_at, last_error=failure.text)
    return OutboxState.QUEUED


def backoff(attempts: int) -> timedelta:
    """How long to wait after so many attempts."""
    return min(FIRST_BACKOFF * 2 ** min(attempts - 1, 30), LONGEST_BACKOFF)


def send_again(rows: QuerySet[OutboxMessage]) -> int:
    """Queue mails anew that were given up, for somebody who has mended the cause. Returns how many."""
    return rows.filter(state=OutboxState.DEAD).update(
        state=OutboxState.QUEUED, attempts=0, next_try_at=timezone.now()
    )


def _finish(row: OutboxMessage, *, state: str, **values) -> None:
    """Write the end of this attempt, unless the lease ran out and the row is another's by now."""
    mine = OutboxMessage.objects.filter(
        pk=row.pk, state=OutboxState.SENDING, leased_until=row.leased_until
    )
    if not mine.update(state=state, leased_until=None, **values):
        logger.warning("Mail %s took longer than its lease.", row.pk)
    row.state = state
