from typing import Any

from ...clocks.timers import run_timers
from ..looping import LoopingCommand


class Command(LoopingCommand):
    help = (
        "Does what is due: ends waiting, closes solved tickets, sends mail, sweeps old files and "
        "searches. "
        "Any number of these may run at once."
    )

    def run_once(self, *, verbosity: int, **options: Any) -> None:
        ran = run_timers(should_stop=self.stopping.is_set)
        if verbosity and (ran.total or verbosity > 1 or not self.is_looping):
            self.stdout.write(
                f"{ran.resumed} resumed, {ran.closed} closed, {ran.sent} mails sent, "
                f"{ran.swept} files swept, {ran.forgotten} searches forgotten, "
                f"{ran.failed} failed."
            )
