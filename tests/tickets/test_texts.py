"""What people write is stored without what breaks a database, a mail or a list; nothing is cut in silence."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import make_ticket
from tests.tickets.verbs import REASON, everything
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Message, Ticket
from wagtail_helpdesk.tickets.texts import (
    check_length,
    clean_line,
    clean_text,
    first_words,
    require_text,
)

HOSTILE = "a\x00b\x0bc\ud83d\ud800d\u202ee\u2066f\x85g\u2028h\ufeffi\U0001f4a1j"


@pytest.mark.parametrize(
    ("given", "text", "line"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd", "a b c d"),
        ("a\u2028b\u2029c", "a\nb\nc", "a b c"),
        ("a\tb", "a\tb", "a b"),
        ("  a   b \n", "a   b", "a b"),
        ("a\x00b\x1bc\x7fd\x9fe\uffff", "abcde", "abcde"),
        ("a\ud800b\udfffc", "abc", "abc"),
        ("evil\u202egnp.exe", "evil\u202egnp.exe", "evilgnp.exe"),
        ("\u2067a\u2069", "\u2067a\u2069", "a"),
        ("सड़क 👩‍👩‍👧 é", "सड़क 👩‍👩‍👧 é", "सड़क 👩‍👩‍👧 é"),
        ("\u200b\u200d\ufeff", "", ""),
        ("\u3164\u2800 \u200e", "", ""),
        ("", "", ""),
    ],
)
def test_texts_and_lines(given, text, line):
    assert (clean_text(given), clean_line(given)) == (text, line)


@given(st.text(alphabet=st.characters(codec=None, categories=None)))
def test_any_text_can_be_stored_and_cleaning_twice_is_cleaning_once(text):
    for clean in (clean_text, clean_line):
        cleaned = clean(text)
        cleaned.encode()
        assert "\x00" not in cleaned
        assert clean(cleaned) == cleaned
    assert not set("\r\n\t\u2028\u202e") & set(clean_line(text))
    assert len(first_words(text)) <= 80


@pytest.mark.parametrize(
    "text", ["", "   ", "\n\t\r\n", "\x00", "\u200b", "\u00a0\u3000", "\ud800"]
)
def test_a_text_without_anything_to_read_is_none(text):
    with pytest.raises(ValidationError) as caught:
        require_text(text, 100)
    assert caught.value.message_dict.keys() == {"body"}


def test_too_long_is_said_with_both_numbers():
    assert check_length("x" * 10, 10, "body") == "x" * 10
    with pytest.raises(ValidationError) as caught:
        check_length("x" * 10_001, 10_000, "body")
    assert "10001" in str(caught.value.message_dict["body"])
    assert "10000" in str(caught.value.message_dict["body"])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The lamp is dark.", "The lamp is dark."),
        ("line one\nline two", "line one line two"),
        ("word " * 30, ("word " * 15).rstrip() + "…"),
        ("x" * 200, "x" * 79 + "…"),
    ],
)
def test_a_complaint_without_a_subject_has_its_first_words(text, words):
    assert first_words(text) == words


def test_hostile_text_comes_back_whole_from_the_database(desk):
    ticket = make_ticket(desk, subject=HOSTILE, body=HOSTILE)
    tickets.reply(ticket, by=ticket.contact, body=HOSTILE)
    tickets.note(ticket, by=desk.first_level1, body=HOSTILE)
    tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note=HOSTILE)
    tickets.solve(ticket, by=desk.first_level2, outcome="fixed", solution=HOSTILE, body=HOSTILE)
    stored = Ticket.objects.get(pk=ticket.pk)
    text, line = "abcd\u202ee\u2066fg\nh\ufeffi\U0001f4a1j", "abcdef g h\ufeffi\U0001f4a1j"
    assert (stored.subject, stored.body, stored.solution) == (line, text, line)
    assert set(Message.objects.values_list("body", flat=True)) == {text}
    assert stored.steps.get().note == text


#: (operation, its argument, the limit for a requester, the limit for staff); None: not theirs
LIMITS = [
    ("reply", "body", 10_000, 50_000),
    ("note", "body", None, 50_000),
    ("reopen", "body", 10_000, 50_000),
    ("solve", "body", 10_000, 50_000),
    ("solve", "solution", 500, 500),
    ("escalate", "note", None, 50_000),
    ("hand_back", "note", None, 50_000),
]


@pytest.mark.parametrize(("verb", "argument", "for_contact", "for_staff"), LIMITS)
def test_limits(desk, ticket, verb, argument, for_contact, for_staff):
    if verb == "reopen":
        tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    if verb == "hand_back":
        tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note="Too deep.")
    given = {
        "solve": {"outcome": "fixed"},
        "escalate": {"reason": REASON},
        "hand_back": {"reason": REASON},
    }.get(verb, {})
    before = everything()
    actors = [(desk.first_level2, for_staff), (ticket.contact, for_contact)]
    for by, limit in actors:
        if limit is None:
            continue
        with pytest.raises(ValidationError) as caught:
            getattr(tickets, verb)(ticket, by=by, **given, **{argument: "x" * (limit + 1)})
        assert caught.value.message_dict.keys() == {argument}
        assert everything() == before
    getattr(tickets, verb)(ticket, by=desk.first_level2, **given, **{argument: "x" * for_staff})


@pytest.mark.parametrize(("field", "limit"), [("subject", 200), ("body", 10_000)])
def test_limits_of_a_complaint(desk, field, limit):
    with pytest.raises(ValidationError) as caught:
        make_ticket(desk, **{field: "x" * (limit + 1)})
    assert caught.value.message_dict.keys() == {field}
    assert not Ticket.objects.exists()
    assert len(getattr(make_ticket(desk, **{field: "x" * limit}), field)) == limit


def test_staff_who_write_down_a_letter_may_write_more(desk):
    ticket = make_ticket(desk, body="x" * 50_000, recorded_by=desk.first_level1, channel="letter")
    assert len(ticket.body) == 50_000
