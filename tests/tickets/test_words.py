"""Staff's search by words: whatever is typed is words, never an operator, on every database."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_ticket
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Ticket, TicketWords
from wagtail_helpdesk.models.words import words_of
from wagtail_helpdesk.tickets.claim import keep_words
from wagtail_helpdesk.tickets.texts import clean_text

TEXT = """The CAFÉ's lamp (model XJ-900) is dark since 5 May, error -42 at 10:30.
See https://shop.example.org/orders/7788?id=31 or write to jane.roe@shop.example.org.
Naïve straße, Lampu mati, сломано, 電灯が暗い, file_name.txt, 3.14, C:\\temp"""


@pytest.fixture
def kept(desk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ticket = make_ticket(desk, subject="It shines no more", body=TEXT)
        make_ticket(desk, subject="Another", body="Something else entirely.")
    return ticket


def found(query):
    return set(TicketWords.objects.matching(query).values_list("ticket", flat=True))


HITS = [
    "lamp",
    "LAMP",
    "lam",  # the beginning of a word
    "dark lamp",  # in any order
    "shines dark",  # of subject and complaint together
    "café",
    "CAFE\u0301",  # decomposed
    "café's",
    "xj-900",
    "900",
    "42",
    "10:30",
    "shop.example.org",
    "example.org",
    "org",
    "https://shop.example.org/orders/7788?id=31",
    "7788",
    "orders",
    "jane.roe@shop.example.org",
    "roe",
    "naïve",
    "STRASSE",
    "straße",
    "сломано",
    "СЛОМАНО",
    "電灯",
    "file_name.txt",
    "name",
    "3.14",
    "temp",
    "C:\\temp",
    '"lamp"',
    "'lamp'",
    "lamp*",
    "lamp%",
    "(lamp)",
    "^lamp:",
    "-lamp",
    "!lamp",
    "lamp & dark",
    "lamp | dark",
    "\x00lamp\ud800",
    " ".join(["lamp"] * 2000),  # 10 KB
    "a lamp of ten words " * 0
    + "lamp is dark since may error at see or write nonsense",  # ten count
]
MISSES = [
    "",
    " ",
    "%",
    "_",
    "____",
    "*",
    '"',
    "'" * 500,
    "((((",
    "& | ! <->",
    "\\",
    "\x00",
    "amp",  # not the beginning of a word
    "lamp shade",
    "lamp OR shade",
    "lamp | shade",
    "NOT lamp",
    "lamp NEAR dark",
    "text:lamp",
    "la%mp",
    "l_mp",
    "x" * 10_000,
    "cafeteria",
]


@pytest.mark.parametrize("query", HITS)
def test_words_that_are_there(kept, query):
    assert found(query) == {kept.pk}


@pytest.mark.parametrize("query", MISSES)
def test_words_that_are_not_there(kept, query):
    assert found(query) == set()


@given(query=st.text(alphabet=st.characters(codec=None, categories=None), max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_query_is_answered(kept, query):
    assert found(query) <= set(TicketWords.objects.values_list("ticket", flat=True))


@given(text=st.text(max_size=60))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_text_can_be_kept(kept, text):
    Ticket.objects.filter(pk=kept.pk).update(body=clean_text(f"{text} lamp"))
    kept.refresh_from_db()
    keep_words(kept)
    assert found("lamp") == {kept.pk}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CAFE\u0301 Straße", ["café", "strasse"]),
        ("a_b-c.d@e/f'g\x00h", list("abcdefgh")),
        ("\uff21\uff11 \u2460 -42", ["a1", "1", "42"]),  # full-width, circled
        ("§ % _ ' \" \\", []),
    ],
)
def test_words_are_picked_out_alike_on_every_database(text, words):
    assert words_of(text) == words


def test_messages_count_and_follow_at_once(desk, kept, django_capture_on_commit_callbacks):
    assert found("transformer") == set()
    with django_capture_on_commit_callbacks(execute=True):
        tickets.note(kept, by=desk.first_level1, body="The transformer hums.")
        tickets.reply(kept, by=kept.contact, body="It smells of ozone.")
    assert found("transformer ozone lamp") == {kept.pk}


def test_a_ticket_that_is_gone_is_not_found(kept):
    kept.delete()
    assert found("lamp") == set()


def test_a_huge_ticket_is_kept_as_far_as_it_fits(desk, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ticket = make_ticket(desk, body="first words")
        for number in range(6):
            body = " ".join(f"{number}w{place:x}" for place in range(7000))[:50_000]
            tickets.note(ticket, by=desk.first_level1, body=body)
    assert found("first words 0w1a") == {ticket.pk}
    assert len(TicketWords.objects.get(ticket=ticket).text) <= 200_000
