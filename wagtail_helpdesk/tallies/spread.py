"""How long things took, so that a median needs no list of them: numbers by steps that grow by a tenth.

A duration stands for its step, so what is read out of it is right to within five per cent (and, below a minute, to
within that minute).
"""

from collections.abc import Mapping
from math import ceil, log

GROWTH, FIRST = 1.1, 60.0


def step_of(seconds: int) -> int:
    return 0 if seconds <= FIRST else round(log(seconds / FIRST) / log(GROWTH))


def seconds_of(step: int) -> int:
    """What the durations of a step stand for."""
    return round(FIRST * GROWTH**step)


def quantile(steps: Mapping[int, int], share: float) -> int | None:
    """The seconds within which ``share`` of all were done (the nearest rank); ``None`` of nothing."""
    total = sum(steps.values())
    rank = max(1, ceil(total * share))
    for step in sorted(steps):
        rank -= steps[step]
        if rank <= 0:
            return seconds_of(step)
    return None
