"""What the requester sees of a visit, and what they say to it."""

import pytest
from django.urls import reverse

from tests.public.helpers import text_of
from tests.public.test_lookup import STATUS
from tests.tickets.verbs import plan
from wagtail_helpdesk import tickets
from wagtail_helpdesk.clocks.words import window_in_words
from wagtail_helpdesk.links import make_token
from wagtail_helpdesk.models import SupportLevel, Ticket, Visit


@pytest.fixture
def visit(desk, ticket):
    SupportLevel.objects.update(on_site=True)
    return plan(ticket, desk, by=desk.manager, hours=0)


@pytest.fixture
def reader(client, ticket):
    client.post(reverse("wagtail_helpdesk:open_link", args=[make_token(ticket)]))
    return client


def page(ticket, name="ticket"):
    return reverse(f"wagtail_helpdesk:{name}", args=[ticket.reference])


def done(desk, ticket, visit):
    tickets.report_visit(
        ticket, by=desk.manager, visit=visit, outcome="done", findings="Rats in the annexe."
    )


def test_the_conversation_says_when_and_where(reader, desk, ticket, visit):
    window = window_in_words(visit.starts_at, visit.ends_at)
    text = text_of(reader.get(page(ticket)))
    assert text.count(window) == 3  # in the status, above the conversation, and in it
    assert visit.place in text
    assert "This is solved" not in text
    done(desk, ticket, visit)
    text = text_of(reader.get(page(ticket)))
    assert "We were with you" in text
    assert "Rats" not in text


def test_the_look_up_says_when_and_not_where(visitor, ticket, visit):
    visitor.look_up(ticket.reference)
    text = text_of(visitor.get(STATUS))
    assert window_in_words(visit.starts_at, visit.ends_at) in text
    assert visit.place not in text


def test_it_is_confirmed_once(reader, desk, ticket, visit):
    url = page(ticket, "ticket_confirm_visit")
    assert reader.post(url, {"visit": visit.pk}).status_code == 302
    assert Visit.objects.get().confirmed_at is None  # nobody has said that it is done
    done(desk, ticket, visit)
    assert reader.get(url).status_code == 302
    assert Visit.objects.get().confirmed_at is None
    for _time in range(2):
        response = reader.post(url, {"visit": visit.pk}, follow=True)
        assert "You have confirmed the visit" in text_of(response)
    assert ticket.events.filter(verb="confirm_visit").count() == 1
    assert "Yes, you were here" not in text_of(reader.get(page(ticket)))


@pytest.mark.parametrize("key", ["", "0", "-1", "x", "\x00", "9" * 40, "٣", "1e9"])
def test_nonsense_confirms_nothing(reader, desk, ticket, visit, key):
    done(desk, ticket, visit)
    assert reader.post(page(ticket, "ticket_confirm_visit"), {"visit": key}).status_code == 302
    assert Visit.objects.get().confirmed_at is None


def test_solved_from_an_old_page_says_why_not(reader, ticket, visit):
    version = Ticket.objects.get(pk=ticket.pk).version
    response = reader.post(page(ticket, "ticket_solve"))
    assert response.status_code == 409
    assert "A visit is planned" in text_of(response)
    assert Ticket.objects.get(pk=ticket.pk).version == version
