"""A visitor's text is no formula in any spreadsheet program, also not where wide signs begin one."""

import pytest

from wagtail_helpdesk.staff.exports import safe_cell


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
@pytest.mark.parametrize("before", ["", " ", "\ufeff", "\x0b", " \x00"])
def test_no_sign_begins_a_formula(sign, before):
    assert safe_cell(f"{before}{sign}1+1").startswith("'")
