"""What is kept of a search, and what never is."""

import pytest

from wagtail_helpdesk.knowledge import searches
from wagtail_helpdesk.knowledge.searches import masked
from wagtail_helpdesk.models import SearchLog

pytestmark = pytest.mark.usefixtures("any_search")

SEARCH = "/support/help/search/"


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("  My   Router is SLOW ", "my router is slow"),
        ("where is HD-AB3DE-FGH12", "where is …"),
        ("hd ab3de fgh12?", "…?"),
        ("where is HD-ABCDE-FGHJK", "where is …"),
        ("an in-house-fibre", "an in-house-fibre"),
        ("write to someone@example.org now", "write to … now"),
        ("call +62 812-3456-7890", "call …"),
        ("my number is 0812 345 678", "my number is …"),
        ("card 4111111111111111", "card …"),
        ("call 0812\u20113456\u20117891 or 0812_3456_7891", "call … or …"),
        ("hp 0812·3456·7891, 0812\u200b3456\u200b7891, ０８１２３４５６", "hp …, …, …"),
        ("anna @gmail.com, anna @ gmail.com", "…, …"),
        ("anna＠gmail.com, anna(at)gmail.com", "…, …"),
        ("to gb29 nwbk 6016 1331 9268 19 now", "to … now"),
        ("where is B 1234 XYZ", "where is …"),
        ("lamp at jl. sudirman no 5", "lamp at …"),
        ("ab cde12 34567 or hd_ab3de_fgh12", "… or …"),
        ("paid rp 150.000 to 36.72.181.201 and 192.168.1.10", "paid rp … to … and …"),
        ("plan ①", "plan 1"),
        ("plan 100 or 30", "plan 100 or 30"),
        ("a printer's cables", "a printer's cables"),
    ],
)
def test_personal_data_is_masked(query, kept):
    assert masked(query) == kept


def test_a_search_is_kept_with_what_was_found(library, client):
    library.article("The router", "It has a light.")
    client.get(SEARCH, {"q": "Router light"})
    client.get(SEARCH, {"q": "someone@example.org"})
    client.get(SEARCH, {"q": "zebra"})
    kept = SearchLog.objects.order_by("pk").values_list("query", "found", "language")
    assert list(kept) == [("router light", 1, "en"), ("zebra", 0, "en")]
    assert not {"user", "ip", "address"} & {field.name for field in SearchLog._meta.get_fields()}


def test_the_session_holds_no_text_of_a_search(library, client):
    library.article("The router", "It has a light.")
    client.session.save()  # as a form begins one
    client.get(SEARCH, {"q": "divorce lawyer"})
    session = client.session
    assert searches.last_of(session) == SearchLog.objects.get().pk
    assert "divorce" not in str(dict(session)) and "lawyer" not in str(dict(session))
    client.get(SEARCH, {"q": "Divorce  LAWYER"})
    assert SearchLog.objects.count() == 1  # the same one
    client.get(SEARCH, {"q": "divorce"})
    assert SearchLog.objects.count() == 2


def test_a_search_is_forgotten(library, client):
    client.session.save()
    client.get(SEARCH, {"q": "lawyer"})
    session = client.session
    searches.forget(session)
    session.save()
    assert searches.last_of(client.session) is None
    assert searches.LAST not in client.session
    searches.forget(session)  # nothing to forget
    client.get(SEARCH, {"q": "lawyer"})
    assert SearchLog.objects.count() == 2
