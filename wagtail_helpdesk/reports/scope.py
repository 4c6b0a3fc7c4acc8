"""Whose figures: the whole desk's, some divisions', or one person's."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scope:
    """``divisions`` is ``None`` for all of them. With ``person``, what that one did there."""

    divisions: frozenset[int] | None = None
    person: Any = None

    @property
    def counted_divisions(self) -> list[int]:
        """As the counters have them, where 0 is all together."""
        return [0] if self.divisions is None else sorted(self.divisions)

    @property
    def dimension(self) -> tuple[str, str]:
        """Under which dimension and key the figures of all together stand."""
        return ("", "") if self.person is None else ("person", str(self.person))
