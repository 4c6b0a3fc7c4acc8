"""Did we help you? One click in the mail or on the page, and one POST that stores it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.public.helpers import soup, text_of
from wagtail_helpdesk import tickets
from wagtail_helpdesk.links import make_token
from wagtail_helpdesk.models import OutboxMessage, OutboxState, Satisfaction, Ticket
from wagtail_helpdesk.notify.mails import compose


@pytest.fixture
def solved(desk, ticket):
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    return ticket


def rate_address(ticket):
    return reverse("wagtail_helpdesk:ticket_rate", args=[ticket.reference])


def link_address(ticket, answer="yes"):
    return reverse("wagtail_helpdesk:rate_link", args=[make_token(ticket), answer])


def solved_mail(ticket):
    row = OutboxMessage.objects.filter(ticket=ticket, kind="solved").latest("pk")
    return compose(row)


def sent(ticket):
    OutboxMessage.objects.filter(ticket=ticket).update(state=OutboxState.SENT)


# --- In the mail ------------------------------------------------------------------------------------


def links_in(mail):
    return re.findall(r"https?://\S+/rate/(yes|no)/", mail.body)


def test_the_mail_asks_once(desk, solved):
    mail = solved_mail(solved)
    assert links_in(mail) == ["yes", "no"]
    [html] = [part for part, kind in mail.alternatives if kind == "text/html"]
    assert len(re.findall(r"/rate/(?:yes|no)/", html)) == 2
    sent(solved)
    tickets.reopen(solved, by=desk.first_level1)
    tickets.solve(solved, by=desk.first_level1, outcome="fixed")
    assert links_in(solved_mail(solved)) == []


def test_the_mail_asks_nobody_who_has_answered(desk, solved):
    tickets.rate(solved, by=solved.contact, helped=True)
    assert links_in(solved_mail(solved)) == []


def test_a_mail_that_never_left_has_not_asked(desk, solved):
    OutboxMessage.objects.filter(ticket=solved).update(state=OutboxState.DEAD)
    tickets.reopen(solved, by=desk.first_level1)
    tickets.solve(solved, by=desk.first_level1, outcome="fixed")
    assert links_in(solved_mail(solved)) == ["yes", "no"]


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_one_click_in_the_mail(visitor, solved, answer):
    address = link_address(solved, answer)
    before = Ticket.objects.values().get()
    for _scanner in range(3):
        asked = visitor.get(address)
    assert asked.status_code == 200
    assert solved.body not in text_of(asked)
    # A GET stores nothing, opens nothing: mail scanners follow links.
    assert Ticket.objects.values().get() == before
    assert not Satisfaction.objects.exists()
    assert (
        visitor.get(reverse("wagtail_helpdesk:ticket", args=[solved.reference])).status_code == 404
    )
    [chosen] = [
        box["value"] for box in soup(asked).select("[name=helped]") if box.has_attr("checked")
    ]
    assert chosen == answer
    done = visitor.send(asked, address, follow=True, helped=chosen, comment="Quick.")
    given = Satisfaction.objects.get()
    assert (given.helped, given.comment) == (answer == "yes", "Quick.")
    # Opened, at a clean address.
    assert solved.body in text_of(done)
    assert make_token(solved) not in done.request["PATH_INFO"]
    assert f"You answered: {answer}." in text_of(done)


def test_a_second_click_keeps_the_comment_and_shows_it_to_nobody(visitor, stranger, solved):
    tickets.rate(solved, by=solved.contact, helped=False, comment="SECRET comment")
    asked = stranger.get(link_address(solved, "yes"))
    assert "SECRET" not in asked.content.decode()
    stranger.send(asked, link_address(solved, "yes"), helped="yes")
    given = Satisfaction.objects.get()
    assert (given.helped, given.comment) == (True, "SECRET comment")


@pytest.mark.parametrize("token", ["x", "a.b.c", "HD12345678.ffffffff.aaaa", "\x00"])
def test_a_token_that_opens_nothing(visitor, solved, token):
    from urllib.parse import quote

    address = f"/helpdesk/t/{quote(token)}/rate/yes/"
    assert visitor.get(address).status_code == 404
    assert Client().post(address, {"helped": "yes"}).status_code == 404
    assert not Satisfaction.objects.exists()


def test_a_link_that_ended_with_a_reopening(desk, visitor, solved):
    address = link_address(solved)
    tickets.reopen(solved, by=desk.first_level1)
    assert visitor.get(address).status_code == 404
    assert Client().post(address, {"helped": "yes"}).status_code == 404


def test_an_answer_that_is_none(visitor, solved):
    address = link_address(solved, "perhaps")
    page = visitor.get(address)
    assert page.status_code == 200
    assert not soup(page).select("[name=helped][checked]")
    refused = visitor.send(page, address, helped="perhaps", comment="My words")
    assert refused.status_code == 422
    assert "Select yes or no" in text_of(refused)
    assert "My words" in refused.content.decode()


# --- On the page ------------------------------------------------------------------------------------


def test_one_click_on_the_page(visitor, solved):
    page = visitor.open(solved)
    done = visitor.send(page, rate_address(solved), follow=True, helped="no")
    assert Satisfaction.objects.get().helped is False
    text = text_of(done)
    assert "You answered: no." in text
    assert "tell us below, and we open the ticket again" in text
    form = visitor.get(rate_address(solved))
    assert soup(form).select_one("[name=helped][checked]")["value"] == "no"
    done = visitor.send(form, rate_address(solved), follow=True, helped="yes", comment="After all.")
    assert Satisfaction.objects.get().helped is True
    assert "After all." in text_of(done)


def test_twice_is_once(visitor, solved):
    page = visitor.open(solved)
    for _click in range(2):
        visitor.send(page, rate_address(solved), helped="yes")
    assert Satisfaction.objects.count() == 1
    assert solved.events.filter(verb="rate").count() == 1


def test_an_old_page_erases_no_comment(visitor, solved):
    page = visitor.open(solved)
    tickets.rate(solved, by=solved.contact, helped=True, comment="Kept")
    visitor.send(page, rate_address(solved), helped="no")
    given = Satisfaction.objects.get()
    assert (given.helped, given.comment) == (False, "Kept")


def test_closed_is_read_only(desk, visitor, solved):
    page = visitor.open(solved)
    tickets.rate(solved, by=solved.contact, helped=True, comment="Fine")
    tickets.close(solved, by=desk.first_level1)
    closed = visitor.get(reverse("wagtail_helpdesk:ticket", args=[solved.reference]))
    assert "You answered: yes." in text_of(closed)
    assert "Fine" in text_of(closed)
    assert rate_address(solved) not in closed.content.decode()
    late = visitor.send(page, rate_address(solved), helped="no", comment="My late words")
    assert late.status_code == 409
    assert "My late words" in late.content.decode()
    assert "closed by now" in text_of(late)
    assert Satisfaction.objects.get().helped is True
    assert "closed by now" in text_of(visitor.get(link_address(solved)))


def test_nothing_is_asked_before_it_is_solved(visitor, ticket):
    assert "Did we help you?" not in text_of(visitor.open(ticket))
    late = Client().post(link_address(ticket), {"helped": "yes", "comment": "Soon"})
    assert late.status_code == 409
    assert "Soon" in late.content.decode()


@pytest.mark.parametrize("comment", ["a" * 1001, "a" * 100_000])
def test_a_long_comment_is_kept_for_shortening(visitor, solved, comment):
    visitor.open(solved)
    page = visitor.get(rate_address(solved))
    refused = visitor.send(page, rate_address(solved), helped="yes", comment=comment)
    assert refused.status_code == 422
    assert soup(refused).select_one("#id_comment").get_text().strip() == comment
    assert [link["href"] for link in soup(refused).select(".wh-summary a")] == ["#id_comment"]
    assert not Satisfaction.objects.exists()


def test_nul_and_missing_fields(visitor, solved):
    visitor.open(solved)
    page = visitor.get(rate_address(solved))
    assert visitor.send(page, rate_address(solved), helped=None).status_code == 422
    assert (
        visitor.send(page, rate_address(solved), helped="yes\x00", comment="a\x00b").status_code
        == 302
    )
    assert Satisfaction.objects.get().comment == "ab"


def test_a_stranger_rates_nothing(visitor, stranger, solved):
    page = visitor.open(solved)
    refused = stranger.send(page, rate_address(solved), helped="no")
    assert refused.status_code in (403, 404)
    assert Client().post(rate_address(solved), {"helped": "no"}).status_code == 404
    assert not Satisfaction.objects.exists()


def test_it_is_throttled(visitor, solved, helpdesk, settings):
    helpdesk(THROTTLES={"rate": [(2, 60)]})
    visitor.open(solved)
    page = visitor.get(rate_address(solved))
    codes = [
        visitor.send(page, rate_address(solved), helped=answer, comment=answer).status_code
        for answer in ("yes", "no", "yes")
    ]
    assert codes == [302, 302, 429]
    assert Satisfaction.objects.get().helped is False


def test_the_answer_costs_no_query(visitor, solved, django_assert_max_num_queries):
    visitor.open(solved)
    address = reverse("wagtail_helpdesk:ticket", args=[solved.reference])
    with django_assert_max_num_queries(12):
        visitor.get(address)
    tickets.rate(solved, by=solved.contact, helped=True, comment="Fine")
    with django_assert_max_num_queries(12):
        visitor.get(address)


def test_a_solved_ticket_of_long_ago_shows_both(visitor, solved):
    Ticket.objects.update(solved_at=timezone.now() - timedelta(days=30))
    text = text_of(visitor.open(solved))
    assert "Did we help you?" in text
    assert "Start a new ticket" in text
