from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...whoosh.directory import Directory
from ...whoosh.errors import IndexBusy, IndexUnavailable
from ...whoosh.upkeep import (
    Tended,
    directories,
    look,
    rebuild,
    rebuild_command,
    tend,
    whoosh_backends,
)


class Command(BaseCommand):
    help = (
        "Keeps the search index good: writes what could not be written, and merges its pieces. "
        "For cron, every few minutes; searches go on meanwhile."
    )

    # What they would say of an index, the command mends or says itself.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--backend", help="Only this one of the site's search backends.")
        parser.add_argument(
            "--optimise", action="store_true", help="Merge everything into one piece."
        )
        parser.add_argument(
            "--repair",
            action="store_true",
            help="Compare with the database: add what is missing, remove what is gone.",
        )
        parser.add_argument(
            "--build",
            action="store_true",
            help="First make what is missing, can't be read or was made with other options: for "
            "deployments.",
        )
        parser.add_argument("--status", action="store_true", help="Only say how things are.")

    def handle(self, **options: Any) -> None:
        backends = {
            name: backend
            for name, backend in whoosh_backends()
            if options["backend"] in (None, name)
        }
        if not backends:
            raise CommandError("No such search backend of this kind is set up.")
        for name, backend in backends.items():
            if options["build"] and not options["status"]:
                self._build(name, backend)
            for directory in directories(backend):
                if not options["status"]:
                    self._tend(name, directory, options)
                if options["verbosity"] or options["status"]:
                    self._say(directory)

    def _build(self, name: str, backend: Any) -> None:
        states = [look(directory) for directory in directories(backend)]
        if any(state.trouble or state.is_stale for state in states):
            try:
                rebuild(name)
            except (IndexUnavailable, OSError) as error:
                raise CommandError(f'The index of "{name}" can\'t be made: {error}.') from error

    def _tend(self, name: str, directory: Directory, options: dict[str, Any]) -> None:
        try:
            done = tend(directory, optimise=options["optimise"], repair=options["repair"])
        except IndexUnavailable as error:
            self.stderr.write(f"{directory}: {error}. Run {rebuild_command(name)}.")
            return
        except IndexBusy as error:
            self.stderr.write(f"{directory}: {error}. Try again later.")
            return
        if options["verbosity"] and done != Tended():
            self.stdout.write(
                f"{directory}: {done.written} left over, {done.added} added, "
                f"{done.removed} removed, {'merged' if done.merged else 'not merged'}."
            )

    def _say(self, directory: Directory) -> None:
        state = look(directory)
        if state.trouble:
            self.stdout.write(f"{directory}: not asked, because {state.trouble}.")
            return
        self.stdout.write(
            f"{directory}: {state.documents} documents in {state.segments} pieces, "
            f"{state.waiting} changes waiting{', made with other options' if state.is_stale else ''}."
        )
