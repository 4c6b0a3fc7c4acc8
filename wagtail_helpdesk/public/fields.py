"""Form fields for what strangers type."""

from functools import cache

import phonenumbers
from django import forms
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.widgets import RegionalPhoneNumberWidget

from ..models.people import normalise_email
from ..tickets.texts import clean_line, clean_text

EMAIL_LENGTH = 254


def clean_data(data: QueryDict) -> QueryDict:
    """``data`` without NUL and other control characters, so that a form can show it again as it is."""
    cleaned = QueryDict(mutable=True, encoding=data.encoding)
    for name, values in data.lists():
        cleaned.setlist(name, [clean_text(value) for value in values])
    return cleaned


class DrawnAtOnce:
    """Draws a text field in one go: Django's own templates, one within another, take ten times as long."""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        attributes, text = widget["attrs"], widget["value"]
        if isinstance(self, forms.Textarea):
            # HTML drops the first line end, so there is one to drop.
            return format_html(
                '<textarea name="{}"{}>\n{}</textarea>', name, flatatt(attributes), text or ""
            )
        given = {} if text is None else {"value": text}
        return format_html(
            '<input type="{}" name="{}"{}>', self.input_type, name, flatatt(given | attributes)
        )


class TextInput(DrawnAtOnce, forms.TextInput):
    pass


class EmailInput(DrawnAtOnce, forms.EmailInput):
    pass


class PhoneInput(DrawnAtOnce, RegionalPhoneNumberWidget):
    pass


class Textarea(DrawnAtOnce, forms.Textarea):
    pass


class LineField(forms.CharField):
    """Text on one line."""

    widget = TextInput

    def to_python(self, value):
        return clean_line(super().to_python(value) or "")


class TextField(forms.CharField):
    """Text on several lines. Its length is counted as it is stored, with one character a line end."""

    def __init__(self, *, rows: int = 8, **kwargs):
        kwargs["widget"] = Textarea(attrs={"rows": rows})
        super().__init__(**kwargs)

    def to_python(self, value):
        return clean_text(super().to_python(value) or "")

    def widget_attrs(self, widget):
        # A browser that obeys `maxlength` cuts what is pasted, and says nothing.
        return {"data-wh-count": self.max_length} if self.max_length else {}


class EmailField(forms.EmailField):
    widget = EmailInput
    default_error_messages = {
        "invalid": _("Enter an e-mail address in the correct form, like name@example.org"),
        "max_length": _("Enter an e-mail address that is shorter than 255 characters"),
    }

    def __init__(self, **kwargs):
        super().__init__(max_length=EMAIL_LENGTH, **kwargs)
        self.widget.attrs |= {"autocomplete": "email", "spellcheck": "false", "inputmode": "email"}

    def to_python(self, value):
        return clean_line(super().to_python(value) or "")

    def validate(self, value):
        super().validate(value)
        try:
            value.rpartition("@")[2].encode("idna")
        except UnicodeError:  # no domain that a mail could be sent to
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None
        if len(normalise_email(value) or "") > EMAIL_LENGTH:
            raise forms.ValidationError(self.error_messages["max_length"], code="max_length")


class PhoneField(PhoneNumberField):
    """A telephone number as people type it; its value is in E.164, as a contact has it, or empty."""

    widget = PhoneInput

    def __init__(self, *, region: str | None, **kwargs):
        messages = {"invalid": invalid_number(region)}
        super().__init__(region=region or None, error_messages=messages, **kwargs)
        self.widget.attrs |= {"autocomplete": "tel"}

    def to_python(self, value):
        return super().to_python(clean_line(value or ""))

    def clean(self, value):
        number = super().clean(value)
        return number.as_e164 if number else ""


def invalid_number(region: str | None) -> str:
    """What is wrong with a number, with examples that somebody in ``region`` recognises."""
    national, international = _example(region) if region else ("", "")
    if not national:
        return gettext("Enter a telephone number with the country code, like +62 812 345 678")
    return gettext("Enter a telephone number, like %(national)s or %(international)s") % {
        "national": national,
        "international": international,
    }


@cache
def _example(region: str) -> tuple[str, str]:
    number = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if not number:
        return "", ""
    formats = phonenumbers.PhoneNumberFormat
    return (
        phonenumbers.format_number(number, formats.NATIONAL),
        phonenumbers.format_number(number, formats.INTERNATIONAL),
    )
