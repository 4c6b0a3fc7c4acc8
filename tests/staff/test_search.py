"""Finding tickets by reference, name, address, number and words, among those one may read."""

import pytest
from django.urls import reverse

from tests.factories import make_ticket
from tests.staff.test_queue import REASON, rows
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Contact, Ticket
from wagtail_helpdesk.staff.search import clean_query, find, phone_prefixes, reference_prefix
from wagtail_helpdesk.tickets import submit


@pytest.fixture
def found(desk, django_capture_on_commit_callbacks):
    """Two tickets with their words written, as after a commit."""
    with django_capture_on_commit_callbacks(execute=True):
        lamp = make_ticket(desk, email="Budi.Santoso@Example.org")
        modem = submit(
            site=desk.site,
            contact=Contact(name="Siti Lestari", phone="+628123456789"),
            complaint_type=desk.types["First"],
            subject="Modem blinks",
            body="It blinks red since the thunderstorm.",
        )
    return lamp, modem


def search(text):
    return {ticket.subject for ticket in find(Ticket.objects.all(), text).tickets}


LAMP, MODEM = "The lamp is dark", "Modem blinks"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("lamp", {LAMP}),
        ("thunder red", {MODEM}),
        ("LAMP", {LAMP}),
        ("siti", {MODEM}),
        ("Lestari, ", {MODEM}),
        ("lestari siti", {MODEM}),
        ("budi.santoso@example.org", {LAMP}),
        ("BUDI.SAN@", set()),
        ("budi.santoso@ex", {LAMP}),
        ("08123456789", {MODEM}),
        ("0812 3456-789", {MODEM}),
        ("+62 812 3456", {MODEM}),
        ("628123456789", {MODEM}),
        ("0062 8123456789", {MODEM}),
        ("08129", set()),
        ("nothing like it", set()),
        ("   ", set()),
        ("%%%%", set()),
        ("((((", set()),
        ("'" * 500, set()),
        ("' OR 1=1 --", set()),
        ("lamp\x00", {LAMP}),
        ("🔦", set()),
        ("a" * 10_000, set()),
        ("@", set()),
        ("\ud800 lamp", {LAMP}),
    ],
)
def test_what_finds_what(found, text, expected):
    assert search(text) == expected


def test_a_reference_is_read_as_people_write_it(found):
    lamp, _modem = found
    code = lamp.reference
    for text in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), code[3:]):
        assert search(text) == {LAMP}, text
    assert search(code[:9]) <= {LAMP, MODEM}
    assert LAMP in search(code[:8]) or not any(c.isdigit() for c in code[3:8])
    assert search("HD-00000-00000") == set()


def test_reference_prefixes():
    assert reference_prefix("hd7k3qm") == "HD-7K3QM"
    assert reference_prefix("HD-7K3QM-9x") == "HD-7K3QM-9X"
    assert reference_prefix("hd 7k3qm 9xw2r") == "HD-7K3QM-9XW2R"
    assert reference_prefix("HD-OIL12") == "HD-01112"
    assert reference_prefix("HDMI cable") is None
    assert reference_prefix("7k3qm9xw2r") is None


@pytest.mark.parametrize(
    ("region", "text", "expected"),
    [
        ("ID", "0812345", ["+62812345"]),
        ("ID", "(021) 555-12", ["+622155512"]),
        ("ID", "812345", ["+62812345", "+812345"]),
        ("US", "1 555 010", ["+1555010"]),
        ("IT", "06 1234", ["+39061234", "+061234"]),
        ("ID", "081", []),
        ("ID", "flat 12345", []),
    ],
)
def test_phone_prefixes(settings, region, text, expected):
    settings.WAGTAIL_HELPDESK = {"PHONE_REGION": region}
    assert phone_prefixes(text) == expected


def test_a_query_is_short_and_on_one_line():
    assert clean_query("  a\n\tb\x00 ") == "a b"
    assert len(clean_query("x" * 5_000)) == 200


def test_search_is_scoped_by_the_policy(client, desk, found):
    lamp, _modem = found
    assert lamp.reference in rows(client, desk.first_level1, q="lamp")
    for text in ("lamp", lamp.reference, "budi.santoso@example.org", "A. Visitor"):
        assert rows(client, desk.second_level1, q=text) == []
        assert rows(client, desk.outsider, q=text) == []
        assert lamp.reference in rows(client, desk.manager, q=text)


def test_search_in_all_finds_what_was_held_elsewhere(client, desk, found):
    lamp, _modem = found
    tickets.accept(lamp, by=desk.first_level1)
    tickets.triage(lamp, by=desk.first_leader, division=desk.second)
    tickets.accept(lamp, by=desk.second_level1)
    assert rows(client, desk.first_level1, q=lamp.reference) == [lamp.reference]
    assert rows(client, desk.first_level1, q=lamp.reference, view="mine") == []
    assert rows(client, desk.first_level2, q=lamp.reference) == []


def test_search_keeps_to_the_view_and_the_filters(client, desk, found):
    lamp, modem = found
    tickets.escalate(modem, by=desk.first_level1, **REASON)
    user = desk.first_level1
    assert rows(client, user, q="siti", view="unassigned") == []
    assert rows(client, user, q="siti", level=desk.level2.pk) == [modem.reference]
    assert rows(client, user, q="lamp", view="unassigned", status="new") == [lamp.reference]


def test_frequent_words_are_found_newest_first_and_counted_only_so_far(
    desk, client, monkeypatch, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        made = [make_ticket(desk, subject=f"Zebra {number}") for number in range(6)]
    monkeypatch.setattr("wagtail_helpdesk.models.words.FEW", 3)
    monkeypatch.setattr("wagtail_helpdesk.staff.queue.listing.FREQUENT_CAP", 2)
    found = find(Ticket.objects.visible_to(desk.first_level1), "zebra")
    assert found.frequent
    newest = list(found.tickets.order_by("-created_at", "-pk")[:3])
    assert newest == made[:2:-1]
    client.force_login(desk.first_level1)
    response = client.get(reverse("wagtail_helpdesk_admin:tickets"), {"q": "zebra", "view": "all"})
    assert "2+" in response.content.decode()
    assert not find(Ticket.objects.visible_to(desk.outsider), "zebra").tickets.exists()
