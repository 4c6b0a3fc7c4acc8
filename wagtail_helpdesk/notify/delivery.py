"""Delivering what lies in the outbox: at least once, never inside a request."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from django.core.mail import EmailMessage
from django.db import DatabaseError

from ..clocks.heartbeat import beat
from ..conf import helpdesk_settings
from ..models import OutboxMessage, OutboxState
from . import background, mails, queue
from .mailer import Failure, Mailer, failure_of

logger = logging.getLogger(__name__)

#: Mails in a row that didn't reach the server, after which a run ends: the rest would fare no better.
STRIKES = 2


@dataclass
class Delivered:
    """What became of the mails of one run."""

    sent: int = 0
    postponed: int = 0
    dead: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        return self.sent + self.postponed + self.dead + self.cancelled


def wake() -> None:
    """Have due mail delivered soon, by whoever delivers on this site. Called after the commit.

    A task where the site has a worker for tasks, else this process's thread; nothing where
    ``DELIVERY`` is ``"sweep"``. What is missed here, the next sweep finds.
    """
    if helpdesk_settings.DELIVERY != "auto":
        return
    from . import tasks

    if tasks.has_worker():
        tasks.deliver.enqueue()
    else:
        background.deliverer.wake()


def deliver_due(
    *, limit: int | None = None, should_stop: Callable[[], bool] = lambda: False
) -> Delivered:
    """Send what is due, at most ``limit`` mails, each in its own step.

    ``should_stop`` is asked between two mails. Any number of deliverers may run at once.
    """
    beat("deliver")
    queue.release_expired()
    delivered, strikes = Delivered(), 0
    with Mailer() as mailer:
        while strikes < STRIKES and not should_stop():
            if limit is not None and delivered.total >= limit:
                break
            row = queue.claim_next()
            if row is None:
                break
            failure = _deliver(row, mailer)
            _count(row, delivered)
            strikes = strikes + 1 if failure is not None and failure.unreachable else 0
    return delivered


def _deliver(row: OutboxMessage, mailer: Mailer) -> Failure | None:
    """Write and send one mail, and note what became of it. Returns why it didn't go out."""
    try:
        mail = mails.compose(row)
    except mails.NotWanted as why:
        queue.mark_cancelled(row, str(why))
        return None
    except mails.UnsendableMail as error:
        failure = Failure(str(error), permanent=True)
    except DatabaseError:
        # Nothing can be noted now. The lease ends, and the row comes again.
        raise
    except Exception as error:
        # A template of the host's, most likely. It goes out once that is mended.
        logger.exception("Mail %s (%s) could not be written.", row.pk, row.kind)
        failure = Failure(f"It could not be written: {type(error).__name__} (the log says more)")
    else:
        failure = _send(mail, mailer)
    if failure is None:
        queue.mark_sent(row)
    else:
        queue.mark_failed(row, failure)
    return failure


def _send(mail: EmailMessage, mailer: Mailer) -> Failure | None:
    try:
        mailer.send(mail)
    except Exception as error:  # each backend has errors of its own
        return failure_of(error)
    return None


def _count(row: OutboxMessage, delivered: Delivered) -> None:
    match row.state:
        case OutboxState.SENT:
            delivered.sent += 1
        case OutboxState.CANCELLED:
            delivered.cancelled += 1
        case OutboxState.DEAD:
            delivered.dead += 1
        case _:
            delivered.postponed += 1
