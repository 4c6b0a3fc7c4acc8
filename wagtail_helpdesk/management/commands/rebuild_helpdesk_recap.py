from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...tallies.rebuilding import Found, rebuild


class Command(BaseCommand):
    help = (
        "Makes the figures of the recap anew from the history of the tickets, and writes what differs. Operations "
        "may go on meanwhile. With --check it only says whether tickets and figures agree: exit code 1 if not."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Compare, and change nothing.")

    def handle(self, *args: Any, check: bool = False, **options: Any) -> None:
        found = Found()
        for step in rebuild(mend=not check):
            found.add(step)
        said = (
            f"{found.differing_tickets} of {found.tickets} tickets and "
            f"{found.differing_counters} of {found.counters} counters differed."
        )
        if check and not found.agrees:
            raise CommandError(said)
        self.stdout.write(said)
