"""What level, division and type are called is remembered, and forgotten when it changes."""

import pytest
from django.utils.translation import override

from wagtail_helpdesk.models import ComplaintTypeName, DivisionName, SupportLevelName, Ticket
from wagtail_helpdesk.public.desk_words import DeskWords, desk_words


@pytest.fixture
def known(ticket):
    """The words are remembered in both languages."""
    ticket.complaint_type.answer_time = "soon"
    ticket.complaint_type.save()
    for language in ("en", "id"):
        with override(language):
            desk_words(ticket)
    return ticket


def words(ticket, language="id"):
    with override(language):
        return desk_words(ticket)


def test_asking_again_costs_nothing(known, django_assert_num_queries):
    ticket = Ticket.objects.get(pk=known.pk)
    with django_assert_num_queries(0):
        found = words(ticket, "en")
    assert found == DeskWords(str(ticket.level), str(ticket.division), "soon")


def test_a_name_that_changes(known):
    for thing in (known.level, known.division):
        thing.name += " B"
        thing.save()
    known.complaint_type.answer_time = "later"
    known.complaint_type.save()
    expected = DeskWords(str(known.level), str(known.division), "later")
    assert words(known, "en") == words(known, "id") == expected


def test_a_translation_that_comes_changes_and_goes(known):
    plain = words(known, "en")
    level = SupportLevelName.objects.create(level=known.level, language="id", name="Garis depan")
    division = DivisionName.objects.create(division=known.division, language="id", name="Utara")
    kind = ComplaintTypeName.objects.create(
        complaint_type=known.complaint_type, language="id", name="Lampu", answer_time="segera"
    )
    assert words(known) == DeskWords("Garis depan", "Utara", "segera")
    assert words(known, "en") == plain
    for row in (level, division):
        row.name += " B"
        row.save()
    kind.answer_time = "nanti"
    kind.save()
    assert words(known) == DeskWords("Garis depan B", "Utara B", "nanti")
    for row in (level, division, kind):
        row.delete()
    assert words(known).answer_time == "soon"


def test_a_ticket_that_is_moved_has_the_words_of_where_it_is(known, desk):
    Ticket.objects.filter(pk=known.pk).update(level=desk.level2, division=desk.second)
    known.refresh_from_db()
    assert words(known, "en") == DeskWords(str(desk.level2), str(desk.second), "soon")
