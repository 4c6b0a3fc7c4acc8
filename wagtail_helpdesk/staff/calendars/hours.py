"""The hours of a day as people write them: ``8:00–12:00, 13:00–17:00``."""

import re
from collections.abc import Iterable
from datetime import time
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

Span = tuple[time, time]
#: How the end of the day is stored, and how it is read.
MIDNIGHT, END_OF_DAY = time(0), "24:00"
#: In minutes.
DAY = 24 * 60
LONGEST = 200
_CLOCK = r"(\d{1,2})(?:[:.](\d{2}))?"
_SPAN = re.compile(rf"{_CLOCK}\s*[-–—]\s*{_CLOCK}")


def read_spans(text: str) -> list[Span]:
    """The spans of a day, in order. Raises ``ValidationError`` with what is wrong, in words."""
    parts = [part.strip() for part in re.split(r"[,;]", text)]
    spans = sorted(_read_span(part) for part in parts if part)
    for (_start, end), (next_start, _end) in pairwise(spans):
        if end == MIDNIGHT or next_start < end:
            raise ValidationError(
                _("Two spans overlap: the second begins at %(start)s, before the first has ended.")
                % {"start": write_clock(next_start)}
            )
    return spans


def write_spans(spans: Iterable[Span]) -> str:
    return ", ".join(
        f"{write_clock(start)}–{END_OF_DAY if end == MIDNIGHT else write_clock(end)}"
        for start, end in spans
    )


def write_clock(clock: time) -> str:
    return f"{clock.hour}:{clock:%M}"


def write_week(spans: dict[int, list[Span]]) -> str:
    """A week (Monday is 0) in a line: days that are alike stand together, free ones are left out."""
    days = [write_spans(sorted(spans.get(day, []))) for day in range(7)]
    lines = []
    start = 0
    for day in range(1, 8):
        if day == 7 or days[day] != days[start]:
            if days[start]:
                lines.append(f"{_days(start, day - 1)} {days[start]}")
            start = day
    return " · ".join(lines)


def _days(first: int, last: int) -> str:
    if first == last:
        return str(WEEKDAYS_ABBR[first])
    return f"{WEEKDAYS_ABBR[first]}–{WEEKDAYS_ABBR[last]}"


def _read_span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if found is None or any(int(minute or 0) > 59 for minute in (found[2], found[4])):
        raise _not_understood(text)
    opens = int(found[1]) * 60 + int(found[2] or 0)
    closes = int(found[3]) * 60 + int(found[4] or 0) or DAY
    if opens >= DAY or closes > DAY:
        raise _not_understood(text)
    if closes <= opens:
        raise ValidationError(
            _(
                "“%(text)s” ends before it begins. A night shift is two spans: until 24:00 on "
                "this day, and from 0:00 on the next."
            )
            % {"text": text}
        )
    return _clock(opens), _clock(closes)


def _not_understood(text: str) -> ValidationError:
    return ValidationError(
        _("“%(text)s” isn't understood. Write hours as “8:00–12:00, 13:00–17:00”.") % {"text": text}
    )


def _clock(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


class HoursField(forms.Field):
    """The spans of one day. Empty: nobody works."""

    widget = forms.TextInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.widget.attrs.update(maxlength=LONGEST, autocomplete="off")

    def to_python(self, value: Any) -> list[Span]:
        return read_spans(str(value or "")[:LONGEST])

    def prepare_value(self, value: Any) -> Any:
        return write_spans(value) if isinstance(value, list) else value
