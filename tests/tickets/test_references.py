"""The reference survives being read aloud, typed from paper and sent through a chat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wagtail_helpdesk.references import ALPHABET, new_reference, normalise_reference

codes = st.text(alphabet=ALPHABET, min_size=10, max_size=10)
LOOKALIKES = {"0": "0Oo", "1": "1IiLl"}


@st.composite
def as_typed(draw):
    """A reference and how somebody may write it: any case, lookalikes, spaces and hyphens anywhere."""
    code = draw(codes)
    prefix = draw(st.sampled_from(["HD", "hd", "Hd", "H D", ""]))
    gaps = st.sampled_from(["", "", " ", "-", " - ", "\u2011", "\u2013", "_", ".", "\u00a0", "\n"])
    typed = prefix
    for character in code:
        shapes = LOOKALIKES.get(character, character + character.lower())
        typed += draw(gaps) + draw(st.sampled_from(shapes))
    return f"HD-{code[:5]}-{code[5:]}", typed + draw(gaps)


@given(as_typed())
def test_whatever_people_make_of_it_is_read_back(pair):
    reference, typed = pair
    assert normalise_reference(typed) == reference


@given(st.text(alphabet=st.characters(codec=None, categories=None)))
def test_any_text_is_a_reference_or_none(text):
    found = normalise_reference(text)
    assert found is None or normalise_reference(found) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "HD",
        "HD-",
        "HD-7K3QM",
        "HD-7K3QM-9XW2",
        "HD-7K3QM-9XW2RR",
        "XX-7K3QM-9XW2R",
        "HD-7K3QM-9XW2U",  # Crockford leaves U out
        "HD-7K3QM-9XW2é",
        "HD-7K3QM-9XW2\x00",
        "HDHD-7K3QM-9XW2R",
        "HD-٧K3QM-9XW2R",
        "' OR 1=1 --",
        "%%%%%%%%%%",
        "7K3QM9XW2R" * 1000,
    ],
)
def test_what_is_no_reference(text):
    assert normalise_reference(text) is None


def test_the_prefix_is_the_site_s(settings):
    settings.WAGTAIL_HELPDESK = {"REFERENCE_PREFIX": "Lilo"}
    reference = new_reference()
    assert reference.startswith("Lilo-")
    for typed in (reference.lower(), reference[5:], reference.replace("-", " ")):
        assert normalise_reference(typed) == reference


def test_new_ones_are_random_and_of_the_alphabet():
    references = {new_reference() for _ in range(2000)}
    assert len(references) == 2000
    assert all(normalise_reference(reference) == reference for reference in references)
    for place in (3, 7, 9, 13):  # every sign at every place, so all 50 bits are random
        assert {reference[place] for reference in references} == set(ALPHABET)
