from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ...clocks.recompute import outdated, recompute

BATCH = 500


class Command(BaseCommand):
    help = (
        "Works out anew by when the open tickets are due, and how long they were held, by the policies and "
        "calendars of now. The timers do the same after each change of those; this does it at once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, help="Tickets at most; the next run goes on.")

    def handle(self, *args: Any, limit: int | None = None, **options: Any) -> None:
        tickets = outdated(timezone.now())
        done, last = 0, 0
        while limit is None or done < limit:
            size = BATCH if limit is None else min(BATCH, limit - done)
            batch = list(tickets.filter(pk__gt=last)[:size])
            if not batch:
                break
            last = batch[-1].pk
            done += recompute(batch)
        self.stdout.write(f"{done} tickets.")
