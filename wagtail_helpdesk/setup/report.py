"""What a run made, and what it left as it was."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """``made`` and ``kept`` are lines for the terminal; ``notes`` say what could not be done, and why."""

    made: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def say(self, made: bool, line: str) -> None:
        (self.made if made else self.kept).append(line)
