"""A login that is a contact's: how it comes to be, and what its owner reads."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_ticket, make_user
from tests.public.helpers import soup, text_of
from wagtail_helpdesk import people
from wagtail_helpdesk.links import make_token
from wagtail_helpdesk.models import Contact, Ticket

MINE = "/support/mine/"


@pytest.fixture
def owner(db):
    return make_user("owner", email="Visitor@example.org")


def address(ticket):
    return reverse("wagtail_helpdesk:open_link", args=[make_token(ticket)])


def link(visitor, ticket, **fields):
    """Open the mailed link, and press the button."""
    page = visitor.get(address(ticket))
    return page, visitor.send(page, address(ticket), follow=True, **{"link": "1", **fields})


# --- Linking -------------------------------------------------------------------------------------------


def test_the_owner_of_the_address_links_it_when_they_say_so(visitor, ticket, owner):
    visitor.client.force_login(owner)
    page, done = link(visitor, ticket)
    assert "Link this to my account" in text_of(page)
    assert Contact.objects.get().user == owner
    assert "This is linked to your account." in text_of(done)
    assert ticket.subject in text_of(visitor.get(MINE))


def test_opening_alone_links_nothing(visitor, ticket, owner):
    visitor.client.force_login(owner)
    assert visitor.open(ticket).status_code == 200
    assert Contact.objects.get().user is None
    assert "nothing is linked to this account yet" in text_of(visitor.get(MINE))


def test_a_get_links_nothing(visitor, ticket, owner):
    visitor.client.force_login(owner)
    for query in ({}, {"link": "1"}):
        visitor.get(address(ticket), query)
    assert Contact.objects.get().user is None


@pytest.mark.parametrize("email", ["other@example.org", "", "visitor@example.com"])
def test_another_address_links_nothing_though_the_link_was_passed_on(visitor, ticket, email):
    visitor.client.force_login(make_user("another", email=email))
    page, done = link(visitor, ticket)
    assert "Link this to my account" not in text_of(page)
    assert done.status_code == 200
    assert Contact.objects.get().user is None


def test_an_equal_address_without_the_link_links_nothing(visitor, ticket, owner):
    visitor.client.force_login(owner)
    visitor.complain(email="visitor@example.org")
    assert Contact.objects.get().user is None
    assert visitor.client.get(reverse("wagtail_helpdesk:ticket", args=[ticket.reference])).status_code == 404  # fmt: skip


def test_it_is_not_taken_from_another_login(visitor, ticket, owner):
    first = make_user("first")
    Contact.objects.update(user=first)
    visitor.client.force_login(owner)
    page, done = link(visitor, ticket)
    assert "Link this to my account" not in text_of(page)
    assert "linked to your account" not in text_of(done)
    assert Contact.objects.get().user == first


def test_who_is_not_signed_in_is_offered_nothing(visitor, ticket):
    page, _done = link(visitor, ticket)
    assert "Link this to my account" not in text_of(page)
    assert Contact.objects.get().user is None


def test_twice_is_once(visitor, ticket, owner):
    visitor.client.force_login(owner)
    link(visitor, ticket)
    link(visitor, ticket)
    assert Contact.objects.get().user == owner


def test_a_post_from_elsewhere_is_refused(visitor, ticket, owner):
    visitor.client.force_login(owner)
    assert visitor.client.post(address(ticket), {"link": "1"}).status_code == 403
    assert Contact.objects.get().user is None


# --- My complaints ---------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(visitor, ticket, owner):
    Contact.objects.update(user=owner)
    visitor.client.force_login(owner)
    return visitor


def test_strangers_are_shown_where_to_sign_in(visitor, ticket, helpdesk):
    page = visitor.get(MINE)
    assert ticket.subject not in text_of(page)
    [way] = [a["href"] for a in soup(page).select(".wh a") if "next=" in a["href"]]
    assert way.startswith(reverse("wagtailcore_login"))
    assert way.endswith("?next=%2Fsupport%2Fmine%2F")
    helpdesk(LOGIN_URL="/members/in/?from=desk")
    assert "/members/in/?from=desk&amp;next=" in visitor.get(MINE).content.decode()


def test_nobody_else_s_and_newest_first(signed_in, desk, ticket):
    foreign = make_ticket(desk, email="other@example.org", subject="Not yours")
    newer = make_ticket(desk, subject="The bell is mute")
    page = signed_in.get(MINE)
    assert [row.get_text(" ", strip=True) for row in soup(page).select(".wh-mine a")] == [
        newer.subject, ticket.subject,
    ]  # fmt: skip
    assert "Received" in text_of(page)
    assert foreign.reference not in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    [way] = [a["href"] for a in soup(page).select(".wh-mine a") if a.text == ticket.subject]
    assert ticket.body in text_of(signed_in.get(way))


def test_other_logins_see_nothing(signed_in, desk, ticket):
    for who in ("first_level1", "manager", "nobody"):
        client = Client()
        client.force_login(getattr(desk, who))
        page = client.get(MINE)
        assert ticket.reference not in page.content.decode()
        assert ticket.subject not in page.content.decode()


def test_who_was_switched_off_finds_it_closed(signed_in, desk, ticket):
    people.deactivate(ticket.contact, by=desk.manager)
    page = signed_in.get(MINE)
    assert "This list is closed" in text_of(page)
    assert ticket.reference not in page.content.decode()


def test_after_a_merge_the_chosen_login_reads_both(signed_in, desk, ticket, owner):
    other = make_ticket(desk, email="survivor@example.org", subject="SECRET subject")
    assert "SECRET" not in text_of(signed_in.get(MINE))
    people.merge_contacts(ticket.contact, into=other.contact, by=desk.manager)
    assert "SECRET" not in text_of(signed_in.get(MINE))
    Contact.objects.filter(pk=other.contact_id).update(user=owner)
    text = text_of(signed_in.get(MINE))
    assert "SECRET subject" in text and ticket.subject in text


def test_its_pages(signed_in, desk):
    for number in range(24):
        make_ticket(desk, subject=f"Lamp {number:02}")
    first, last = signed_in.get(MINE), signed_in.get(MINE, {"p": 2})
    assert "Lamp 23" in text_of(first) and "Lamp 03" not in text_of(first)
    assert "Lamp 03" in text_of(last)
    for page in ("0", "-1", "x", "9" * 40, "\x00"):
        assert signed_in.get(MINE, {"p": page}).status_code == 200


def test_as_many_queries_for_few_as_for_many(signed_in, desk, django_assert_max_num_queries):
    signed_in.get(MINE)
    with django_assert_max_num_queries(12) as few:
        signed_in.get(MINE)
    for number in range(12):
        make_ticket(desk, subject=f"Lamp {number}")
    with django_assert_max_num_queries(len(few)):
        signed_in.get(MINE)


def test_unlinking(signed_in, ticket, desk):
    page = signed_in.get(MINE)
    done = signed_in.send(page, f"{MINE}unlink/", follow=True)
    assert "Your account is unlinked." in text_of(done)
    assert Contact.objects.get().user is None
    assert ticket.reference not in done.content.decode()
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("contact", ["", "x", "0", "9" * 40, "\x00", "foreign"])
def test_nobody_unlinks_another_s(visitor, ticket, owner, contact):
    other = make_user("other", email="x@example.org")
    Contact.objects.update(user=other)
    client = Client()
    client.force_login(owner)
    contact = str(ticket.contact_id) if contact == "foreign" else contact
    answer = client.post(f"{MINE}unlink/", {"contact": contact})
    assert urlsplit(answer.url).path == MINE
    assert Client().post(f"{MINE}unlink/", {"contact": ticket.contact_id}).status_code == 302
    assert client.get(f"{MINE}unlink/").status_code == 302
    assert Contact.objects.get().user == other
