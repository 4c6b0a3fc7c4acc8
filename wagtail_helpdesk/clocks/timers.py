"""What time alone brings about: waiting that ends, solved tickets that close, mail, old files, drafts and searches.

Any number of runners may do this at once, and any may die: each ticket's turn is decided by its
version. Nothing depends on it to be correct, only to be on time.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.db import OperationalError, connections, router
from django.db.models import QuerySet
from django.utils import timezone

from ..conf import helpdesk_settings
from ..knowledge.retention import forget_old_searches
from ..models import Rule, Status, Ticket
from ..notify.delivery import deliver_due
from ..tallies.folding import fold_all
from ..tickets import InvalidTransition, StaleTicket, close
from ..tickets.drafts import forget_old_drafts
from ..tickets.files import sweep_orphaned_bytes, sweep_unclaimed
from ..tickets.resume import resume
from .heartbeat import TIMERS, beat
from .recompute import recompute_due

logger = logging.getLogger(__name__)

#: Tickets of one kind in one run; the next run takes the rest.
BATCH = 500
#: Seconds of one run that are given to the mail: a slow server must not keep the clock waiting.
MAIL_SECONDS = 60


@dataclass
class Ran:
    """What one run did; ``failed`` counts tickets and jobs whose error is in the log."""

    resumed: int = 0
    closed: int = 0
    swept: int = 0
    forgotten: int = 0
    sent: int = 0
    failed: int = 0

    @property
    def total(self) -> int:
        done = self.resumed + self.closed + self.swept + self.forgotten + self.sent
        return done + self.failed


def run_timers(*, should_stop: Callable[[], bool] = lambda: False) -> Ran:
    """Do everything that is due. ``should_stop`` is asked between two pieces of work."""
    beat(TIMERS)
    ran = Ran()
    jobs = (
        _end_waiting,
        _close_solved,
        _keep_promises,
        _sweep_files,
        _forget_searches,
        _forget_drafts,
        _deliver_mail,
        _fold_recap,
        _keep_statistics,
        _tend_search,
    )
    for job in jobs:
        if should_stop():
            break
        try:
            job(ran, should_stop)
        except Exception:
            logger.exception("The timers' job %s failed.", job.__name__.strip("_"))
            ran.failed += 1
    return ran


def waiting_is_over() -> QuerySet[Ticket]:
    """Tickets whose time of waiting has passed, longest first (index helpdesk_waiting_until)."""
    due = Ticket.objects.filter(waiting_until__isnull=False, waiting_until__lte=timezone.now())
    return due.order_by("waiting_until")


def ready_to_close() -> QuerySet[Ticket]:
    """Tickets that were solved more than ``REOPEN_DAYS`` ago (index helpdesk_to_close)."""
    before = timezone.now() - timedelta(days=helpdesk_settings.REOPEN_DAYS)
    return Ticket.objects.filter(status=Status.SOLVED, solved_at__lt=before).order_by("solved_at")


def _end_waiting(ran: Ran, should_stop: Callable[[], bool]) -> None:
    ran.resumed = _for_each(waiting_is_over(), resume, Rule("waiting_over"), ran, should_stop)


def _close_solved(ran: Ran, should_stop: Callable[[], bool]) -> None:
    ran.closed = _for_each(ready_to_close(), close, Rule("auto_close"), ran, should_stop)


def _keep_promises(ran: Ran, should_stop: Callable[[], bool]) -> None:
    recompute_due(limit=BATCH, should_stop=should_stop)


def _sweep_files(ran: Ran, should_stop: Callable[[], bool]) -> None:
    ran.swept = sweep_unclaimed() + sweep_orphaned_bytes()


def _forget_searches(ran: Ran, should_stop: Callable[[], bool]) -> None:
    ran.forgotten += forget_old_searches(should_stop=should_stop)


def _forget_drafts(ran: Ran, should_stop: Callable[[], bool]) -> None:
    ran.forgotten += forget_old_drafts(should_stop=should_stop)


def _deliver_mail(ran: Ran, should_stop: Callable[[], bool]) -> None:
    until = time.monotonic() + MAIL_SECONDS
    ran.sent = deliver_due(should_stop=lambda: should_stop() or time.monotonic() > until).sent


def _fold_recap(ran: Ran, should_stop: Callable[[], bool]) -> None:
    fold_all(should_stop=should_stop)


def _keep_statistics(ran: Ran, should_stop: Callable[[], bool]) -> None:
    """SQLite chooses among the indexes of the queue by statistics that nobody else has it keep.

    https://www.sqlite.org/lang_analyze.html: it looks at few rows, and seldom finds anything to do.
    """
    connection = connections[router.db_for_write(Ticket)]
    if connection.vendor == "sqlite":
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA analysis_limit=400")
                cursor.execute("PRAGMA optimize")
        except OperationalError as error:
            # Somebody writes just now, another runner perhaps. The next run is soon enough.
            logger.info("SQLite's statistics wait for the next run: %s", error)


def _tend_search(ran: Ran, should_stop: Callable[[], bool]) -> None:
    """Merging the pieces of a search index takes seconds, so no request does it."""
    if apps.is_installed("wagtail_helpdesk.search"):
        from ..search.whoosh.upkeep import tend_all

        tend_all()


def _for_each(
    tickets: QuerySet[Ticket],
    operation: Callable[..., Ticket],
    by: Rule,
    ran: Ran,
    should_stop: Callable[[], bool],
) -> int:
    """Do ``operation`` on each, unless somebody changed it since it was read. Returns on how many."""
    done = 0
    for ticket in list(tickets.only("pk", "reference", "version")[:BATCH]):
        if should_stop():
            break
        try:
            operation(ticket, by=by, seen_version=ticket.version)
        except (StaleTicket, InvalidTransition, Ticket.DoesNotExist):
            # Another runner, or a person, was quicker. If it is still due, the next run sees it.
            continue
        except Exception:
            logger.exception("%s failed on ticket %s.", by, ticket.reference)
            ran.failed += 1
        else:
            done += 1
    return done
