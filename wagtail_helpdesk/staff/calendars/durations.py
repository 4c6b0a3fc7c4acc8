"""Working hours and minutes as people write them: ``1:30``, ``8 h``, ``45 min``. Stored in minutes."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

HOUR = 60
#: A year of round-the-clock work: more is a slip of the finger.
MOST = 366 * 24 * HOUR
_CLOCK = re.compile(r"(\d{1,4}):([0-5]\d)")
#: In English and in Indonesian.
_UNITS = re.compile(
    r"(?:(\d{1,6})\s*(?:h|hours?|j|jam))?\s*(?:(\d{1,6})\s*(?:m|min|minutes?|mnt|menit))?",
    re.IGNORECASE,
)


def read_minutes(text: str) -> int:
    """Minutes. Raises ``ValidationError`` for what is nothing, too much or not understood.

    A bare number is not understood: it could be either.
    """
    text = text.strip()
    found = _CLOCK.fullmatch(text) or (_UNITS.fullmatch(text) if text else None)
    if found is None:
        raise ValidationError(
            _("Enter hours and minutes, such as “1:30”, “8 h” or “45 min”."), code="invalid"
        )
    minutes = int(found[1] or 0) * HOUR + int(found[2] or 0)
    if not minutes:
        raise ValidationError(
            _("No time at all can't be kept. Leave it empty to promise nothing."), code="zero"
        )
    if minutes > MOST:
        raise ValidationError(_("Enter a year at most."), code="too_much")
    return minutes


def write_minutes(minutes: int) -> str:
    return f"{minutes // HOUR}:{minutes % HOUR:02}"


class MinutesField(forms.Field):
    """Working minutes, written in hours and minutes."""

    widget = forms.TextInput
    default_error_messages = {"required": gettext_lazy("Enter hours and minutes.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.update(maxlength=20, autocomplete="off")

    def to_python(self, value: Any) -> int | None:
        return read_minutes(str(value)) if value not in self.empty_values else None

    def prepare_value(self, value: Any) -> Any:
        return write_minutes(value) if isinstance(value, int) else value
