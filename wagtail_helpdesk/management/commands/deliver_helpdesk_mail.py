from typing import Any

from ...notify.delivery import deliver_due
from ..looping import LoopingCommand


class Command(LoopingCommand):
    help = "Sends the help desk's mail that is due. Any number of these may run at once."

    def run_once(self, *, verbosity: int, **options: Any) -> None:
        delivered = deliver_due(should_stop=self.stopping.is_set)
        if verbosity and (delivered.total or verbosity > 1 or not self.is_looping):
            self.stdout.write(
                f"{delivered.sent} sent, {delivered.postponed} postponed, "
                f"{delivered.dead} given up, {delivered.cancelled} cancelled."
            )
