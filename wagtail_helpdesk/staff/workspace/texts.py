"""The field for what staff write, and what a field says when it is left empty."""

from django import forms

from ...tickets.texts import clean_text


def needed(message: str) -> dict[str, str]:
    """A field's error messages: ``message`` names the field, where Django says only that one is required."""
    codes = ("required", "invalid_choice", "max_length")
    return dict.fromkeys(codes, message)


class PlainTextField(forms.CharField):
    """Several lines of plain text, kept as typed. Operations clean and measure it, in one place.

    Only the NUL character goes here: Django would refuse the text for it, in words that help nobody.
    """

    widget = forms.Textarea

    def __init__(self, *, rows: int = 5, **kwargs):
        kwargs.setdefault("strip", False)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**kwargs)

    def to_python(self, value):
        return super().to_python(value.replace("\x00", "") if value else value)

    def validate(self, value):
        # Nothing but spaces is nothing, and the field says so in its own words.
        super().validate(clean_text(value or ""))
