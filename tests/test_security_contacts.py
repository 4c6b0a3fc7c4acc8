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
