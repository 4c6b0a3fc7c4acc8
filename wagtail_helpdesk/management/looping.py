"""Commands that run once, from a crontab, or go on by themselves."""

import logging
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import close_old_connections

logger = logging.getLogger(__name__)


class LoopingCommand(BaseCommand):
    """Runs ``run_once``; with ``--loop SECONDS`` again and again, with so long a pause between two runs.

    A run that fails is logged and followed by the next. SIGTERM and Ctrl-C end it after the piece of
    work in hand.
    """

    def add_arguments(self, parser) -> None:
        parser.add_argument(
            "--loop",
            type=float,
            metavar="SECONDS",
            help="Go on for ever, with so long a pause between two runs.",
        )

    def handle(self, *args: Any, loop: float | None = None, **options: Any) -> None:
        self.stopping, self.is_looping = threading.Event(), loop is not None
        if loop is None:
            self.run_once(**options)
            return
        if loop <= 0:
            raise CommandError("--loop needs a number of seconds above zero.")
        self._listen_to_signals()
        while not self.stopping.is_set():
            close_old_connections()
            try:
                self.run_once(**options)
            except Exception:
                logger.exception("A run failed; the next one follows.")
            self.stopping.wait(loop)

    def run_once(self, **options: Any) -> None:
        raise NotImplementedError

    def _listen_to_signals(self) -> None:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: self.stopping.set())
