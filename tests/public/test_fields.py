"""Text fields are drawn without Django's templates, and the same as with them."""

import pytest
from bs4 import BeautifulSoup
from django import forms

from wagtail_helpdesk.public import fields


def drawn(widget, value):
    attrs = {"id": "id_x", "rows": 5, "aria-describedby": "a b", "disabled": False, "hidden": True}
    return BeautifulSoup(widget.render("x", value, attrs), "html.parser").find()


@pytest.mark.parametrize(
    ("ours", "plain"),
    [
        (fields.TextInput, forms.TextInput),
        (fields.EmailInput, forms.EmailInput),
        (fields.Textarea, forms.Textarea),
    ],
)
@pytest.mark.parametrize(
    "value", [None, "", 0, "word", '"><script>alert(1)</script>', "</textarea>&amp;", "\nline\n"]
)
def test_the_same_element(ours, plain, value):
    left, right = drawn(ours(), value), drawn(plain(), value)
    assert (left.name, left.attrs) == (right.name, right.attrs)
    assert left.get_text().replace("\n", "") == right.get_text().replace("\n", "")
    assert left.find() is None


def test_a_first_empty_line_stays():
    assert fields.Textarea().render("x", "\nline").endswith(">\n\nline</textarea>")


def test_a_number_of_ones_own_country_is_shown_as_people_write_it():
    field = fields.PhoneField(region="ID")
    assert 'type="tel"' in field.widget.render("x", field.widget.format_value("0812 3456 7890"))
