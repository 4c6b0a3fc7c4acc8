"""The site search; run with ``--ds=demo.settings.test`` (``make test`` does)."""

import pytest
from django.core.management import call_command

from search.views import clean

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_site():
    call_command("load_demo_site", port=8000, verbosity=0)


def test_finds_pages_of_the_language_of_the_request(client):
    assert 'href="/plans/"' in client.get("/search/?q=workshop").text
    assert 'href="/id/plans/"' in client.get("/id/search/?q=bengkel").text
    assert 'href="/id/plans/"' not in client.get("/search/?q=bengkel").text


def test_says_so_when_nothing_is_found(client):
    assert "Nothing found for “&lt;b&gt;”" in client.get("/search/?q=<b>").text


@pytest.mark.parametrize(
    "query",
    [
        "a%00b",
        "x" * 5000,
        "%22",
        "%22workshop",
        "*",
        "AND",
        "a NEAR(",
        "it's",
        "-",
        ":",
        "\\",
        "&page=-3",
        "workshop&page=99",
    ],
)
def test_odd_requests_are_answered(client, query):
    assert client.get(f"/search/?q={query}").status_code == 200


def test_clean():
    assert clean(" a\x00b \n c ") == "a b c"
