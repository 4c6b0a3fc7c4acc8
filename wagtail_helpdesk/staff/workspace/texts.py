"""The field for what staff write."""

from django import forms


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
