"""One thing in a ticket's timeline."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.safestring import SafeString

from ...models import EscalationStep
from .markup import NOTHING

#: Entries that somebody wrote; the others are events and steps.
MESSAGES = ("complaint", "requester", "reply", "note")


@dataclass
class Entry:
    """One thing in the timeline. ``kind`` is complaint, requester, reply, note, step or event."""

    kind: str
    at: datetime
    who: str
    body: str = ""
    #: An event or a step in words.
    text: str = ""
    channel: str = ""
    #: What a message set the ticket to.
    status: str = ""
    step: EscalationStep | None = None
    accepted_by: str = ""
    files: Sequence[Any] = ()
    #: The step that was ticked (``True``) or not after all (``False``): such lines are drawn together.
    ticked: bool | None = None
    #: Written or done after the reader's page was made.
    is_fresh: bool = False
    #: The entry as it is shown.
    html: SafeString = NOTHING
    #: When, for a person and for a machine.
    time: SafeString = NOTHING

    @property
    def is_message(self) -> bool:
        return self.kind in MESSAGES
