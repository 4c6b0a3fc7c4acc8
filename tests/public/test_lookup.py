"""Looking up how far a ticket is, and asking for the link."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_ticket
from tests.public.helpers import LOST, STATUS, soup, text_of, without_token
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import OutboxMessage, SupportLevelName
from wagtail_helpdesk.references import new_reference


def posted(kind):
    return OutboxMessage.objects.filter(kind=kind)


def test_reference_and_address_show_the_status(visitor, desk, ticket):
    SupportLevelName.objects.create(level=desk.level1, language="en", name="First line")
    tickets.accept(ticket, by=desk.first_level1)
    response = visitor.look_up(ticket.reference.lower().replace("-", " "), "VISITOR@Example.org")
    assert (response.status_code, response["Location"]) == (302, STATUS)
    page = visitor.get(STATUS)
    text = text_of(page)
    for words in ("Being worked on", "First line (First)", "within two working days"):
        assert words in text, words
    assert ticket.reference in text
    for private in (ticket.subject, ticket.body, "A. Visitor"):
        assert private not in text, private
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"


def test_a_caller_without_address_looks_up_by_number(visitor, desk):
    ticket = visitor.ticket(email="", phone="0812 3456 7890")
    response = visitor.look_up(ticket.reference, email="", phone="+62 812-3456-7890")
    assert response.status_code == 302
    assert "Received" in text_of(visitor.get(STATUS))


def test_a_number_opens_nothing_that_has_an_address(visitor):
    ticket = visitor.ticket(phone="0812 3456 7890")
    assert "found no ticket" in text_of(
        visitor.look_up(ticket.reference, email="", phone="0812 3456 7890")
    )


def test_a_miss_and_a_refused_hit_are_the_same_bytes(
    visitor, ticket, helpdesk, django_assert_num_queries
):
    helpdesk(THROTTLES={"lookup": [(100, 900)]})
    unknown = new_reference()
    visitor.look_up(unknown, "first@example.org")

    def answer(reference):
        form = visitor.get(STATUS)
        with django_assert_num_queries(7):
            response = visitor.send(form, STATUS, reference=reference, email="someone@example.org")
        assert response.status_code == 200
        # What was typed stands in the field again.
        return without_token(response).replace(reference.encode(), b"REFERENCE")

    assert answer(ticket.reference) == answer(unknown) == answer("HD-0000")


def test_past_the_limit_nothing_is_found_and_nothing_says_so(visitor, stranger, ticket):
    misses = [visitor.look_up(ticket.reference, f"other{n}@example.org") for n in range(5)]
    right = visitor.look_up(ticket.reference)
    assert right.status_code == 200
    clean = [
        without_token(response).replace(f"other{n}@".encode(), b"visitor@")
        for n, response in enumerate(misses)
    ]
    assert set(clean) == {without_token(right)}
    assert "a quarter of an hour" in text_of(right)
    assert soup(visitor.get(STATUS)).select_one(".wh-status") is None


def test_what_is_missing_is_said(visitor):
    response = visitor.look_up("", "")
    assert response.status_code == 422
    links = [link["href"] for link in soup(response).select(".wh-summary a")]
    assert links == ["#id_reference", "#id_email"]


def test_the_link_is_mailed_and_the_answer_is_always_the_same(visitor, ticket):
    visitor.look_up(ticket.reference)
    answers = set()
    for _n in range(4):
        response = visitor.client.post(
            "/support/status/link/",
            {"csrfmiddlewaretoken": visitor.client.cookies["csrftoken"].value},
        )
        assert (response.status_code, response["Location"]) == (302, STATUS)
        answers.add(without_token(visitor.get(STATUS)))
    assert len(answers) == 1
    assert "is on its way" in answers.pop().decode()
    assert posted("link").count() == 3  # an hour's worth
    assert posted("link").first().to_contact == ticket.contact


def test_nobody_asks_for_a_link_without_having_looked_up(visitor, ticket):
    visitor.get(STATUS)
    token = visitor.client.cookies["csrftoken"].value
    visitor.client.post("/support/status/link/", {"csrfmiddlewaretoken": token})
    assert not posted("link").exists()


def test_a_lost_reference_says_the_same_for_every_address(
    visitor, ticket, helpdesk, django_assert_num_queries
):
    helpdesk(THROTTLES={"lookup": [(100, 900)]})
    pages = []
    for address in ("visitor@example.org", "nobody@example.org", "Visitor@EXAMPLE.org"):
        form = visitor.get(LOST)
        response = visitor.send(form, LOST, email=address)
        assert (response.status_code, response["Location"]) == (302, "/support/status/link-sent/")
        pages.append(visitor.get(response["Location"]).content)
    assert len(set(pages)) == 1
    assert posted("links").count() == 2
    assert {row.ticket for row in posted("links")} == {ticket}


def test_links_of_ended_tickets_are_not_mailed(visitor, desk, ticket):
    tickets.close(ticket, by=desk.first_level1)
    visitor.send(visitor.get(LOST), LOST, email="visitor@example.org")
    assert not posted("links").exists()


@pytest.mark.parametrize("address", ["visitor@example.org", "wrong@example.org"])
def test_with_the_setting_link_the_lookup_shows_nothing(visitor, ticket, helpdesk, address):
    helpdesk(LOOKUP_SHOWS="link")
    response = visitor.look_up(ticket.reference, address)
    assert (response.status_code, response["Location"]) == (302, "/support/status/link-sent/")
    assert posted("link").count() == (address == "visitor@example.org")
    assert soup(visitor.get(STATUS)).select_one(".wh-status") is None


def test_with_the_setting_conversation_the_lookup_opens_it(visitor, ticket, helpdesk):
    helpdesk(LOOKUP_SHOWS="conversation")
    response = visitor.look_up(ticket.reference)
    assert response["Location"] == reverse("wagtail_helpdesk:ticket", args=[ticket.reference])
    assert ticket.body in text_of(visitor.get(response["Location"]))


def test_the_screen_can_be_cleared(visitor, ticket):
    visitor.look_up(ticket.reference)
    visitor.send(visitor.get(STATUS), "/support/status/forget/")
    assert ticket.reference not in text_of(visitor.get(STATUS))


def test_a_ticket_of_another_site_is_not_found(visitor, desk):
    from wagtail.models import Site

    other = Site.objects.create(hostname="other.example.org", root_page=desk.site.root_page)
    desk.site = other
    ticket = make_ticket(desk)
    assert "found no ticket" in text_of(visitor.look_up(ticket.reference))


def test_the_status_costs_the_same_however_long_the_conversation(
    visitor, desk, ticket, django_assert_num_queries
):
    visitor.look_up(ticket.reference)
    visitor.get(STATUS)
    for _round in (1, 2):
        with django_assert_num_queries(10):
            assert "Received" in text_of(visitor.get(STATUS)) or _round == 2
        for _n in range(10):
            tickets.reply(ticket, by=desk.first_level1, body="We look into it.")


def test_a_private_note_is_no_change(visitor, desk, ticket):
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        tickets.note(ticket, by=desk.first_level1, body="Between us.")
    visitor.look_up(ticket.reference)
    shown = soup(visitor.get(STATUS)).select_one("time")["datetime"]
    assert abs(datetime.fromisoformat(shown) - ticket.created_at) < timedelta(seconds=1)
