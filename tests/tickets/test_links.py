"""The mailed link: opens one ticket, for a while, and nothing else."""

import datetime
import re

import pytest
import time_machine

from tests.factories import make_ticket
from wagtail_helpdesk.links import LEEWAY, SALT, link_url, make_token, read_token
from wagtail_helpdesk.models import Ticket
from wagtail_helpdesk.models.tickets import new_nonce

DAY = 86_400


def test_a_token_opens_its_ticket_and_no_other(desk, ticket, other):
    assert read_token(make_token(ticket)) == ticket
    assert read_token(make_token(other)) == other


def test_a_token_holds_the_reference_an_expiry_and_160_bits(ticket):
    token = make_token(ticket)
    reference, _expiry, mac = token.split(".")
    assert reference == ticket.reference.replace("-", "")
    assert len(mac) == 27  # base64 of 20 bytes
    assert re.fullmatch(r"[\w.-]+", token)  # nothing to escape, in an address or a mail
    assert ticket.link_nonce not in token


def bad_tokens(ticket, other):
    token = make_token(ticket)
    reference, expiry, mac = token.split(".")
    later = f"{int(expiry, 16) + DAY:x}"
    theirs = make_token(other).split(".")
    return {
        "empty": "",
        "dots": "..",
        "more dots": "." * 50,
        "no mac": f"{reference}.{expiry}.",
        "no expiry": f"{reference}..{mac}",
        "no reference": f".{expiry}.{mac}",
        "two parts": f"{reference}.{expiry}",
        "four parts": f"{token}.x",
        "cut": token[:-1],
        "longer": token + "A",
        "one bit": token[:-1] + ("A" if token[-1] != "A" else "B"),
        "other case": f"{reference}.{expiry}.{mac.swapcase()}",
        "other reference": f"{theirs[0]}.{expiry}.{mac}",
        "other mac": f"{reference}.{expiry}.{theirs[2]}",
        "later": f"{reference}.{later}.{mac}",
        "not a time": f"{reference}.tomorrow.{mac}",
        "negative time": f"{reference}.-1.{mac}",
        "endless time": f"{reference}.{'f' * 3000}.{mac}",
        "unknown ticket": f"HD0000000000.{expiry}.{mac}",
        "other purpose": make_token(ticket, purpose="rating"),
        "NUL": f"{reference}.{expiry}.{mac}\x00",
        "surrogate": f"{reference}.{expiry}.\ud800{mac[1:]}",
        "accents": f"{reference}.{expiry}.é{mac[1:]}",
        "other digits": f"{reference}.\u0661{expiry[1:]}.{mac}",
        "SQL": f"' OR 1=1 --.{expiry}.{mac}",
        "a megabyte": "A" * 2**20,
        "a megabyte of mac": token + "A" * 2**20,
    }


def test_a_bad_token_opens_nothing(desk, ticket, other):
    bad = bad_tokens(ticket, other)
    assert len(bad) > 20
    assert {name: read_token(token) for name, token in bad.items()} == dict.fromkeys(bad)


def test_a_token_is_for_one_purpose(ticket):
    token = make_token(ticket, purpose="rating")
    assert read_token(token) is None
    assert read_token(token, purpose="rating") == ticket


def test_a_new_nonce_revokes_every_link_of_the_ticket_and_of_no_other(desk, ticket, other):
    token, theirs = make_token(ticket), make_token(other)
    Ticket.objects.filter(pk=ticket.pk).update(link_nonce=new_nonce())
    assert read_token(token) is None
    assert read_token(theirs) == other
    assert read_token(make_token(Ticket.objects.get(pk=ticket.pk))) == ticket


def test_another_secret_key_opens_nothing(ticket, settings):
    token = make_token(ticket)
    settings.SECRET_KEY = "another"
    assert read_token(token) is None


@pytest.mark.parametrize(
    ("seconds", "opens"),
    [
        (-1, True),
        (0, True),
        (LEEWAY, True),
        (LEEWAY + 1, False),
        (365 * DAY, False),
    ],
)
def test_it_expires_with_some_leeway_for_clocks(desk, settings, seconds, opens):
    settings.WAGTAIL_HELPDESK = {"LINK_DAYS": 2}
    start = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=False) as clock:
        ticket = make_ticket(desk)
        token = make_token(ticket)
        clock.shift(2 * DAY + seconds)
        assert (read_token(token) == ticket) is opens


def test_the_address_is_made_from_the_site_never_from_a_host_header(ticket):
    ticket.site.hostname, ticket.site.port = "help.example.org", 443
    url = link_url(ticket)
    assert url.startswith("https://help.example.org/")
    assert "?" not in url
    assert read_token(url.rstrip("/").rsplit("/", 1)[1]) == ticket


def test_a_mac_of_something_else_signed_with_the_key_opens_nothing(ticket):
    from django.core import signing

    assert read_token(signing.dumps(ticket.reference, salt=SALT)) is None
