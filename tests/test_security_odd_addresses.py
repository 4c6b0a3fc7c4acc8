"""Odd keys and numbers in an address or a form: an ordinary refusal on every database, never a server error."""

import pytest
from django.test import Client
from django.urls import reverse

BULK = reverse("wagtail_bulk_action", args=["wagtail_helpdesk", "ticket", "close"])
# A digit that int() does not read, more digits than it reads, and more than a database takes.
ODD = ["²", "9" * 5_000, "9" * 25, "-1", "\x00"]


@pytest.fixture
def admin(desk, ticket):
    client = Client()
    client.force_login(desk.superuser)
    return client


@pytest.mark.parametrize("key", ["%00", "a%00b", "%C2%B2", "%27"])
def test_a_file_key_that_no_database_takes(admin, key):
    assert Client().get(f"/helpdesk/files/{key}/").status_code == 404
    assert admin.get(f"/admin/helpdesk/files/{key}/").status_code == 404


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_mail_is_none(admin, odd):
    response = admin.post(reverse("wagtail_helpdesk_admin:mail_retry"), {"id": odd})
    assert response.status_code == 302


@pytest.mark.parametrize("odd", ODD)
def test_odd_tickets_are_none(admin, ticket, odd):
    assert admin.get(BULK, {"id": odd}).status_code == 404
    for confirmed in (f"{odd}-1", f"{ticket.pk}-{odd}"):
        response = admin.post(f"{BULK}?id=0", {"confirmed": confirmed})
        assert response.status_code == 404, confirmed[:40]


@pytest.mark.parametrize("odd", ODD)
def test_odd_people_are_none(admin, odd):
    url = reverse("wagtail_helpdesk_colleagues:chosen_multiple")
    assert admin.get(url, {"id": odd}).status_code == 200


@pytest.mark.parametrize("chooser", ["colleagues", "accounts"])
def test_no_account_is_made_in_a_chooser(admin, chooser):
    url = reverse(f"wagtail_helpdesk_{chooser}:create")
    assert admin.post(url, {"username": "new"}).status_code == 404
    assert admin.get(url).status_code == 404


@pytest.mark.parametrize("button", [{}, {"find": "1"}])
@pytest.mark.parametrize("field", ["email", "phone", "name", "body", "key"])
def test_nul_in_the_form_for_a_call(admin, field, button):
    data = {"email": "visitor@example.org", "channel": "telephone", "key": "k", **button}
    response = admin.post(
        reverse("wagtail_helpdesk_admin:submit"), {**data, field: "visitor@example.org\x00"}
    )
    assert response.status_code in (200, 422)


@pytest.mark.parametrize("name", ["submit", "ticket_note", "ticket_reply"])
def test_nul_for_a_file_that_was_kept(admin, ticket, name):
    url = reverse(f"wagtail_helpdesk_admin:{name}", args=[] if name == "submit" else [ticket.pk])
    data = {"body": "", "seen_version": ticket.version, "stored": "a\x00b"}
    assert admin.post(url, data).status_code == 422
