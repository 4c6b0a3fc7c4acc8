"""Editing a contact is no way to tickets that the editor may not read."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests.factories import make_ticket
from wagtail_helpdesk.models import Contact, Organisation

SECRET = "What only the other division reads."


@pytest.fixture
def leader(desk):
    """Leads one division, and keeps contacts in order, as the leaders' group may."""
    desk.first_leader.user_permissions.add(
        Permission.objects.get(codename="change_contact"),
        Permission.objects.get(codename="view_contact"),
    )
    return desk.first_leader


def edit(by, contact, **changes):
    client = Client()
    client.force_login(by)
    fields = {"name": contact.name, "email": contact.email, "phone": contact.phone}
    fields |= {"organisation": contact.organisation_id or "", "user": contact.user_id or ""}
    url = reverse("wagtail_helpdesk_contacts:edit", args=[contact.pk])
    return client.post(url, {**fields, **changes}), client


@pytest.mark.parametrize("field", ["user", "email", "phone"])
def test_the_keys_to_a_foreign_ticket_stay_as_they_are(desk, leader, field):
    make_ticket(desk)
    ticket = make_ticket(desk, division=desk.second, body=SECRET)
    before = Contact.objects.values().get(pk=ticket.contact_id)
    changes = {"user": leader.pk, "email": leader.email, "phone": "+6281234567890"}
    response, client = edit(leader, ticket.contact, **{field: changes[field]})
    assert response.status_code == 200
    assert "Ask a manager" in response.content.decode()
    assert Contact.objects.values().get(pk=ticket.contact_id) == before
    page = client.get(f"/helpdesk/tickets/{ticket.reference}/")
    assert page.status_code == 404
    assert SECRET not in page.content.decode()


def test_the_rest_of_the_contact_can_be_kept_in_order(desk, leader):
    ticket = make_ticket(desk, division=desk.second)
    company = Organisation.objects.create(name="Lamps Ltd")
    response, _client = edit(leader, ticket.contact, name="Another", organisation=company.pk)
    assert response.status_code == 302
    assert Contact.objects.get().organisation == company


@pytest.mark.parametrize("who", ["leader", "manager"])
def test_who_reads_all_their_tickets_may_change_the_keys(desk, leader, who):
    ticket = make_ticket(desk)
    if who == "manager":
        make_ticket(desk, division=desk.second)
    by = leader if who == "leader" else desk.manager
    response, _client = edit(by, ticket.contact, email="new@example.org", user=desk.nobody.pk)
    assert response.status_code == 302
    contact = Contact.objects.get()
    assert (contact.email_key, contact.user) == ("new@example.org", desk.nobody)


@pytest.mark.parametrize("is_new", [False, True])
def test_only_a_manager_links_their_own_account(desk, leader, is_new):
    leader.user_permissions.add(Permission.objects.get(codename="add_contact"))
    contact = make_ticket(desk).contact
    for by, status in ((leader, 200), (desk.manager, 302)):
        if is_new:
            client = Client()
            client.force_login(by)
            fields = {"name": "Nobody yet", "email": "nobody@example.com", "user": by.pk}
            response = client.post(reverse("wagtail_helpdesk_contacts:add"), fields)
        else:
            response, _client = edit(by, contact, user=by.pk)
        assert response.status_code == status
        linked = Contact.objects.filter(user=by).exists()
        assert linked == (by == desk.manager)
        if not linked:
            assert "You can&#x27;t link your own account" in response.content.decode()


def test_an_account_that_is_linked_already_can_stay(desk, leader):
    contact = make_ticket(desk).contact
    Contact.objects.update(user=leader)
    contact.refresh_from_db()
    response, _client = edit(leader, contact, name="Another")
    assert response.status_code == 302


@pytest.mark.parametrize("field", ["organisation", "user"])
@pytest.mark.parametrize("value", ["abc", "1.5", "9" * 30, "-1", "\x00", "None", "[]"])
def test_what_is_no_key_is_refused_in_words(desk, field, value):
    contact = make_ticket(desk).contact
    response, _client = edit(desk.manager, contact, **{field: value})
    assert response.status_code == 200
    assert "error-message" in response.content.decode()
