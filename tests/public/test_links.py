"""The mailed link, and what it leaves in the browser."""

import time
from urllib.parse import urlsplit

import time_machine
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.urls import reverse
from wagtail.models import Site

from tests.factories import make_ticket
from tests.public.helpers import soup, text_of
from wagtail_helpdesk import tickets
from wagtail_helpdesk.links import link_url, make_token
from wagtail_helpdesk.models import Ticket
from wagtail_helpdesk.models.tickets import new_nonce


def conversation(ticket):
    return reverse("wagtail_helpdesk:ticket", args=[ticket.reference])


def test_get_asks_and_changes_nothing(visitor, ticket):
    path = urlsplit(link_url(ticket)).path
    for _n in range(10):
        page = visitor.get(path)
        assert page.status_code == 200
    assert len(soup(page).select("main button")) == 1
    assert ticket.body not in text_of(page)
    assert not Session.objects.exists()
    assert Ticket.objects.get() == ticket
    assert visitor.get(conversation(ticket)).status_code == 404


def test_post_opens_the_conversation_at_a_clean_address(visitor, ticket, settings):
    settings.SECURE_REFERRER_POLICY = "no-referrer"  # with that, browsers could not send our forms
    page = visitor.open(ticket)
    assert page.redirect_chain == [(conversation(ticket), 302)]
    assert ticket.body in text_of(page)
    for header, value in {
        "Referrer-Policy": "same-origin",
        "X-Robots-Tag": "noindex, nofollow",
    }.items():
        assert page[header] == value
    assert "no-store" in page["Cache-Control"]


def test_the_key_of_the_session_changes(visitor, desk):
    ticket = visitor.ticket()
    before = visitor.client.cookies["sessionid"].value
    visitor.open(ticket)
    assert visitor.client.cookies["sessionid"].value != before


def bad_tokens(ticket, other):
    good = make_token(ticket)
    reference, expiry, mac = good.split(".")
    foreign = make_token(other)
    past = f"{int(time.time()) - 1000:x}"
    return {
        "empty parts": "..",
        "one part": reference,
        "two parts": f"{reference}.{expiry}",
        "four parts": f"{good}.x",
        "cut": good[:-1],
        "longer": good + "A",
        "other case": f"{reference}.{expiry}.{mac.swapcase()}",
        "no mac": f"{reference}.{expiry}.",
        "mac of another ticket": f"{reference}.{expiry}.{foreign.split('.')[2]}",
        "reference of another ticket": f"{foreign.split('.')[0]}.{expiry}.{mac}",
        "later expiry": f"{reference}.{int(expiry, 16) + 1:x}.{mac}",
        "earlier expiry": f"{reference}.{past}.{mac}",
        "expiry not a number": f"{reference}.soon.{mac}",
        "negative expiry": f"{reference}.-{expiry}.{mac}",
        "huge expiry": f"{reference}.{'f' * 100}.{mac}",
        "expired": make_token(ticket, expires=int(time.time()) - 100),
        "another purpose": make_token(ticket, purpose="unsubscribe"),
        "unknown reference": f"HD0000000000.{expiry}.{mac}",
        "letters of other alphabets": f"{reference}.{expiry}.ééé",
        "NUL": f"{reference}%00.{expiry}.{mac}",
        "very long": "a" * 3000,
        "upwards": "..%2f..%2fadmin",
    }


def test_bad_tokens_all_lead_to_one_page(visitor, desk, ticket):
    other = make_ticket(desk, email="other@example.org")
    tokens = bad_tokens(ticket, other)
    answers = {}
    for name, token in tokens.items():
        response = visitor.client.get(f"/helpdesk/t/{token}/")
        assert response.status_code == 404, name
        if name != "upwards":
            answers[name] = response.content
    assert len(answers) >= 20
    assert len(set(answers.values())) == 1, [
        name for name in answers if answers[name] != answers["cut"]
    ]
    assert "/support/status/" in answers["cut"].decode()
    unknown = visitor.get("/helpdesk/tickets/HD-00000-00000/")
    assert (unknown.status_code, unknown.content) == (404, answers["cut"])
    closed = visitor.get(conversation(ticket))
    assert (closed.status_code, closed.content) == (404, answers["cut"])


def test_a_bad_token_opens_nothing_by_post_either(visitor, ticket):
    page = visitor.get(urlsplit(link_url(ticket)).path)
    _address, data = visitor.form(page)
    Ticket.objects.update(link_nonce=new_nonce())
    response = visitor.client.post(urlsplit(link_url(ticket)).path, data)
    assert response.status_code == 404
    assert visitor.get(conversation(ticket)).status_code == 404


def test_a_link_of_another_site_does_not_open(visitor, ticket, desk):
    other = Site.objects.create(hostname="other.example.org", root_page=desk.site.root_page)
    Ticket.objects.update(site=other)
    response = visitor.get(urlsplit(link_url(Ticket.objects.get())).path)
    assert response.status_code == 404


def test_a_new_nonce_ends_the_grant(visitor, ticket):
    visitor.open(ticket)
    assert visitor.get(conversation(ticket)).status_code == 200
    Ticket.objects.update(link_nonce=new_nonce())
    assert visitor.get(conversation(ticket)).status_code == 404


def test_the_grant_ends_when_the_browser_is_idle(visitor, ticket):
    with time_machine.travel("2026-11-24T08:00:00Z", tick=False) as now:
        visitor.open(ticket)
        for _n in range(3):
            now.shift(29 * 60)
            assert visitor.get(conversation(ticket)).status_code == 200
        now.shift(31 * 60)
        assert visitor.get(conversation(ticket)).status_code == 404


def test_the_map_of_grants_is_capped(visitor, desk, helpdesk):
    all_tickets = [make_ticket(desk, email=f"v{n}@example.org") for n in range(21)]
    for one in all_tickets:
        visitor.open(one)
    assert len(visitor.client.session["wagtail_helpdesk_grants"]) == 20
    assert visitor.get(conversation(all_tickets[-1])).status_code == 200


def test_a_browser_can_be_made_to_forget(visitor, ticket):
    page = visitor.open(ticket)
    left = visitor.send(page, conversation(ticket) + "leave/")
    assert left.status_code == 200
    assert visitor.get(conversation(ticket)).status_code == 404


def test_a_linked_login_reads_its_own_tickets_only(visitor, desk, ticket):
    user = get_user_model().objects.create_user("visitor", password="x")
    ticket.contact.user = user
    ticket.contact.save()
    other = make_ticket(desk, email="other@example.org")
    visitor.client.force_login(user)
    assert visitor.get(conversation(ticket)).status_code == 200
    assert visitor.get(conversation(other)).status_code == 404


def test_staff_are_sent_to_the_admin(visitor, desk, ticket):
    visitor.client.force_login(desk.first_level1)
    response = visitor.get(conversation(ticket))
    assert response.status_code == 302
    assert response["Location"] == reverse("wagtail_helpdesk_admin:ticket", args=[ticket.pk])
    visitor.client.force_login(desk.second_level1)
    assert visitor.get(conversation(ticket)).status_code == 404


def test_the_page_speaks_the_tickets_language_unless_the_visitor_chose(visitor, ticket):
    Ticket.objects.update(language="id")
    page = visitor.open(ticket)
    assert page["Content-Language"] == "id"
    visitor.client.cookies["django_language"] = "en"
    assert visitor.get(conversation(ticket))["Content-Language"] == "en"
    visitor.client.cookies["django_language"] = "xx-nonsense"
    assert visitor.get(conversation(ticket))["Content-Language"] == "id"
    tickets.close(ticket, by=ticket.contact)
    assert visitor.get(conversation(ticket)).status_code == 200
