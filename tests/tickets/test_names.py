"""What visitors read about has a name per language; staff read the name that staff gave."""

import pytest
from django.utils.translation import deactivate_all, override

from wagtail_helpdesk.models import ComplaintType, ComplaintTypeName, SupportLevel


@pytest.fixture
def lamps(desk):
    lamps = desk.types["First"]
    lamps.name, lamps.answer_time = "Lamps", "soon"
    lamps.save()
    for language, name, answer_time in (("id", "Lampu", "segera"), ("pt-br", "Lâmpadas", "")):
        ComplaintTypeName.objects.create(
            complaint_type=lamps, language=language, name=name, answer_time=answer_time
        )
    return ComplaintType.objects.get(pk=lamps.pk)


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("id", "Lampu"),
        ("id-ID", "Lampu"),
        ("id-id", "Lampu"),
        ("ID", "Lampu"),
        ("pt-br", "Lâmpadas"),
        ("pt-BR", "Lâmpadas"),
        ("pt", "Lamps"),  # Brazil's name is not everybody's
        ("en", "Lamps"),
        ("en-gb", "Lamps"),
        ("xx", "Lamps"),
    ],
)
def test_the_nearest_name(lamps, language, name):
    assert lamps.name_in(language) == name
    with override(language):
        assert lamps.name_in() == name


def test_staff_read_their_own_name_in_any_language(lamps):
    with override("id"):
        assert (str(lamps), lamps.display_name) == ("Lamps", "Lamps")


def test_without_a_language_it_is_the_staff_s_name(lamps):
    before = override(None)
    with before:
        deactivate_all()
        assert lamps.name_in() == "Lamps"


@pytest.mark.parametrize(
    ("language", "answer_time"),
    [("id", "segera"), ("id-ID", "segera"), ("pt-br", "soon"), ("en", "soon")],
)
def test_the_answer_time_falls_back_where_a_name_has_none(lamps, language, answer_time):
    assert lamps.answer_time_in(language) == answer_time


def test_nothing_is_said_where_nobody_said_anything(desk):
    desk.types["First"].answer_time = ""
    assert desk.types["First"].answer_time_in("id") == ""
    assert SupportLevel().display_name == ""  # and never the header of the catalogue


def test_names_that_are_at_hand_cost_no_query(lamps, django_assert_num_queries):
    fetched = ComplaintType.objects.prefetch_related("names").get(pk=lamps.pk)
    with django_assert_num_queries(0):
        assert [fetched.name_in(code) for code in ("id", "en")] == ["Lampu", "Lamps"]
