"""What merging and switching off a contact mean for visitors."""

import pytest
from django.urls import reverse

from tests.factories import make_ticket, make_user
from tests.public.helpers import LOST, text_of
from wagtail_helpdesk import people
from wagtail_helpdesk.links import make_token
from wagtail_helpdesk.models import Contact, OutboxMessage, Ticket


def address(ticket):
    return reverse("wagtail_helpdesk:ticket", args=[ticket.reference])


@pytest.fixture
def merged(desk, ticket):
    """Two tickets of what is one contact now: (that of the lost, that of the survivor)."""
    other = make_ticket(desk, email="survivor@example.org", body="SECRET of the survivor.")
    people.merge_contacts(ticket.contact, into=other.contact, by=desk.manager)
    ticket.refresh_from_db()
    return ticket, other


def test_links_and_sessions_go_on_each_for_its_ticket(visitor, stranger, desk, ticket):
    visitor.open(ticket)
    other = make_ticket(desk, email="survivor@example.org", body="SECRET of the survivor.")
    people.merge_contacts(ticket.contact, into=other.contact, by=desk.manager)
    page = visitor.get(address(ticket))
    assert page.status_code == 200
    done = visitor.send(page, address(ticket) + "reply/", body="Still dark.", follow=True)
    assert "Still dark." in text_of(done)
    assert visitor.get(address(other)).status_code == 404
    ticket.refresh_from_db()
    assert stranger.open(ticket).status_code == 200
    assert stranger.get(address(other)).status_code == 404


def test_the_lost_address_looks_up_and_tells_no_other(visitor, merged):
    ticket, _other = merged
    found = visitor.look_up(ticket.reference, email="visitor@example.org", follow=True)
    assert ticket.reference in text_of(found)
    assert "survivor@example.org" not in found.content.decode()


def test_a_reference_and_a_stranger_s_address_are_a_miss(visitor, merged, desk):
    make_ticket(desk, email="third@example.org")
    missed = visitor.look_up(merged[0].reference, email="third@example.org", follow=True)
    assert "Received" not in text_of(missed)


def test_the_lost_reference_s_mail_goes_to_the_survivor(visitor, merged):
    page = visitor.get(LOST)
    visitor.send(page, LOST, email="visitor@example.org")
    assert OutboxMessage.objects.get(kind="links").to_contact == merged[1].contact


def test_the_confirmation_does_not_name_the_survivor_s_address(visitor, merged):
    """Whoever types the lost address must not read the other one."""
    page = visitor.complain(email="visitor@example.org")
    sent = visitor.get(page.url)
    assert sent.status_code == 200
    assert "survivor@example.org" not in sent.content.decode()
    assert "We write to you by e-mail." in text_of(sent)
    assert Ticket.objects.latest("pk").contact == merged[1].contact


# --- Switched off ---------------------------------------------------------------------------------------


@pytest.fixture
def off(desk, ticket):
    people.deactivate(ticket.contact, by=desk.manager)
    ticket.refresh_from_db()
    return ticket


def test_nothing_opens(visitor, desk, ticket):
    owner = make_user("owner")
    page = visitor.open(ticket)
    Contact.objects.update(user=owner)
    visitor.client.force_login(owner)
    assert visitor.get(address(ticket)).status_code == 200
    people.deactivate(ticket.contact, by=desk.manager)
    assert visitor.get(address(ticket)).status_code == 404
    assert visitor.send(page, address(ticket) + "reply/", body="Hello?").status_code in (403, 404)
    for name, arguments in (
        ("open_link", [make_token(ticket)]),
        ("rate_link", [make_token(ticket), "yes"]),
    ):
        link = reverse(f"wagtail_helpdesk:{name}", args=arguments)
        assert visitor.get(link).status_code == 404
    assert "Received" not in text_of(visitor.look_up(ticket.reference, follow=True))
    people.reactivate(ticket.contact, by=desk.manager)
    assert visitor.get(address(ticket)).status_code == 200


def test_a_complaint_is_recorded_all_the_same(visitor, off):
    page = visitor.complain()
    new = Ticket.objects.latest("pk")
    assert new != off and new.contact == off.contact
    sent = visitor.get(page.url)
    assert new.reference in text_of(sent)
    assert "call us" in text_of(sent)
    assert address(new) not in sent.content.decode()
    assert not OutboxMessage.objects.filter(ticket=new).exists()


def test_the_lost_reference_s_page_says_the_same(visitor, off):
    page = visitor.get(LOST)
    done = visitor.send(page, LOST, email="visitor@example.org", follow=True)
    assert done.status_code == 200
    assert not OutboxMessage.objects.filter(kind="links").exists()
