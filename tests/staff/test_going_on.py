"""From ticket to ticket in a view of the queue, and what leads on to the next."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import RequestFactory
from django.urls import reverse

from tests.factories import make_policy, make_ticket, promise
from tests.staff.test_workspace import page, text_of
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Priority, Ticket
from wagtail_helpdesk.staff.queue.listing import ORDERINGS, Listing
from wagtail_helpdesk.staff.queue.neighbours import Place, neighbour, next_after

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def listing_of(user, **query):
    request = RequestFactory().get("/", query)
    request.user = user
    return Listing(request)


@pytest.fixture
def many(desk):
    """Twelve tickets, some due, some without a promise, some alike in all that an order goes by but the key."""
    policy = make_policy(desk)
    with time_machine.travel(NOON, tick=False) as clock:
        made = []
        for number in range(12):
            if number % 3 == 0:
                promise(desk, policy if number % 2 else None)
            if number % 2:
                clock.shift(timedelta(minutes=number % 4))
            ticket = make_ticket(desk, subject=f"Number {number}")
            priority = Priority.values[number % 3]
            tickets.triage(ticket, by=desk.first_leader, priority=priority)
            made.append(ticket)
    return made


# --- Which one is next --------------------------------------------------------------------------


@pytest.mark.parametrize("descending", ["", "-"])
@pytest.mark.parametrize("ordering", ORDERINGS)
def test_leafing_through_is_the_list_itself(desk, many, ordering, descending):
    """Whatever the order, with ties and with empty times: forwards and back, each once."""
    listing = listing_of(desk.first_level1, view="divisions", ordering=f"{descending}{ordering}")
    whole = list(listing.ordered)
    assert len(whole) == 12
    assert {ticket.due_at is None for ticket in whole} == {True, False}
    keys = [ticket.pk for ticket in whole]
    places = [Place.of(ticket, listing) for ticket in whole]
    assert [neighbour(listing, place) for place in places] == [*keys[1:], None]
    assert [neighbour(listing, place, back=True) for place in places] == [None, *keys[:-1]]


def test_a_ticket_that_has_left_keeps_its_place(desk, many):
    listing = listing_of(desk.first_level1, view="unassigned")
    whole = list(listing.ordered)
    place = Place.of(whole[3], listing)
    tickets.accept(whole[3], by=desk.first_level1)
    again = listing_of(desk.first_level1, view="unassigned")
    assert next_after(again, place, besides=whole[3].pk) == whole[4].pk


def test_after_the_last_one_the_first_again_and_never_itself(desk, many):
    listing = listing_of(desk.first_level1, view="unassigned")
    whole = list(listing.ordered)
    last = Place.of(whole[-1], listing)
    assert next_after(listing, last, besides=whole[-1].pk) == whole[0].pk
    Ticket.objects.exclude(pk=whole[-1].pk).update(status="closed")
    alone = listing_of(desk.first_level1, view="unassigned")
    assert next_after(alone, last, besides=whole[-1].pk) is None


def test_with_a_filter_and_a_search_it_stays_within(desk, many):
    listing = listing_of(
        desk.first_level1, view="divisions", priority="low", q="visitor@example.org"
    )
    keys = [ticket.pk for ticket in listing.ordered]
    first = Ticket.objects.get(pk=keys[0])
    assert len(keys) == 4
    assert neighbour(listing, Place.of(first, listing)) == keys[1]


@pytest.mark.parametrize("number", [3, 30])
def test_costs_as_much_among_many(desk, number, django_assert_num_queries):
    for _each in range(number):
        ticket = make_ticket(desk)
    listing = listing_of(desk.first_level1, view="unassigned")
    list(listing.ordered[:1])
    with django_assert_num_queries(1):
        neighbour(listing, Place.of(ticket, listing), back=True)


# --- The links ----------------------------------------------------------------------------------


def test_the_queue_sends_its_view_along(client, desk, ticket):
    client.force_login(desk.first_level1)
    query = {"view": "divisions", "ordering": "-created_at", "priority": "normal", "p": "1"}
    content = client.get(reverse("wagtail_helpdesk_admin:tickets"), query).content.decode()
    expected = "view=divisions&amp;ordering=-created_at&amp;priority=normal"
    assert f'href="{page(ticket)}?{expected}"' in content
    results = client.get(reverse("wagtail_helpdesk_admin:tickets_results"), query).content.decode()
    assert f"?{expected}" in results


def test_hostile_parameters_stay_text_and_short(client, desk, ticket):
    client.force_login(desk.first_level1)
    query = {"view": "mine", "x": '"><script>alert(1)</script>', "q": "\x00"}
    content = client.get(page(ticket), query).content.decode()
    assert "<script>alert(1)" not in content
    long = client.get(page(ticket), {"view": "mine", "x": "y" * 5_000}).content.decode()
    assert "y" * 1_000 not in long


def test_without_a_view_there_is_nothing_to_leaf_through(client, desk, ticket):
    client.force_login(desk.first_level1)
    for query in ({}, {"view": "nonsense"}):
        content = client.get(page(ticket), query).content.decode()
        assert "/next/" not in content and "go_on" not in content
    assert client.get(page(ticket, "ticket_next")).url == page(ticket)


def test_next_and_previous_lead_there_and_at_the_end_to_the_queue(client, desk):
    first, second = make_ticket(desk), make_ticket(desk)
    client.force_login(desk.first_level1)
    view = {"view": "unassigned"}
    assert client.get(page(first, "ticket_next"), view).url == f"{page(second)}?view=unassigned"
    back = client.get(page(second, "ticket_previous"), view)
    assert back.url == f"{page(first)}?view=unassigned"
    end = client.get(page(second, "ticket_next"), view, follow=True)
    assert (
        end.redirect_chain[0][0] == reverse("wagtail_helpdesk_admin:tickets") + "?view=unassigned"
    )
    assert "That was the last ticket in “Unassigned at my level”." in text_of(end)


def test_the_page_costs_nothing_more_for_its_neighbours(
    client, desk, ticket, django_assert_num_queries
):
    make_ticket(desk)
    client.force_login(desk.first_level1)
    client.get(page(ticket))
    for query in ({}, {"view": "divisions"}, {"view": "divisions", "ordering": "-priority"}):
        with django_assert_num_queries(15):
            client.get(page(ticket), query)


# --- Going on -----------------------------------------------------------------------------------


def act(client, ticket, verb, view="unassigned", go_on=True, **data):
    data["seen_version"] = Ticket.objects.get(pk=ticket.pk).version
    if go_on:
        data["go_on"] = "1"
    query = f"?view={view}" if view else ""
    return client.post(page(ticket, f"ticket_{verb}") + query, data)


def said(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("escalate", {"reason": "wrong-division", "note": "Up."}),
        ("wait", {"status": "on_hold"}),
        ("solve", {"outcome": "fixed", "solution": "x"}),
        ("close", {}),
        ("assign", {"assignee": "second"}),
        ("reply", {"body": "Hello"}),
        ("note", {"body": "Hello"}),
        ("triage", {"priority": "low"}),
    ],
)
def test_what_leads_on_to_the_next(client, desk, verb, data):
    ticket, following = make_ticket(desk), make_ticket(desk)
    if verb == "escalate":
        data = {**data, "to_level": desk.level2.pk, "division": desk.first.pk}
    if verb == "assign":
        data = {"assignee": f"{desk.first.pk}-{desk.first_level2.pk}"}
    if verb == "triage":
        place = {"division": desk.first.pk, "level": desk.level1.pk}
        data = {**data, **place, "complaint_type": desk.types["First"].pk}
    client.force_login(desk.first_level1)
    response = act(client, ticket, verb, **data)
    assert response.status_code == 302, text_of(response)
    assert response.url == f"{page(following)}?view=unassigned"
    assert "This is the next ticket in “Unassigned at my level”." in said(response)
    assert f"Back to {ticket.reference}" in said(response)


@pytest.mark.parametrize("verb", ["accept", "tick", "link", "merge", "reopen"])
def test_what_never_does(client, desk, ticket, verb):
    client.force_login(desk.first_level1)
    content = client.get(
        f"{page(ticket, f'ticket_{verb}')}?view=mine", follow=True
    ).content.decode()
    own_form = content.split(f"/{verb}/")[-1] if verb in ("link", "merge") else ""
    assert 'name="go_on"' not in own_form
    if verb == "accept":
        assert act(client, ticket, verb).url == f"{page(ticket)}?view=unassigned"


def test_the_last_one_leads_to_the_queue_that_says_so(client, desk, ticket):
    client.force_login(desk.first_level1)
    response = act(client, ticket, "solve", outcome="fixed", solution="x")
    assert response.url == reverse("wagtail_helpdesk_admin:tickets") + "?view=unassigned"
    assert "There is no other ticket in “Unassigned at my level”." in said(response)


def test_without_the_tick_or_the_view_one_stays(client, desk, ticket):
    make_ticket(desk)
    client.force_login(desk.first_level1)
    response = act(client, ticket, "wait", go_on=False, status="on_hold")
    assert response.url == f"{page(ticket)}?view=unassigned"
    assert act(client, ticket, "wait", view="", status="pending").url == page(ticket)


def test_the_choice_is_remembered_for_its_kind(client, desk, ticket):
    def is_ticked(verb):
        address = page(ticket, f"ticket_{verb}") if verb != "reply" else page(ticket)
        content = client.get(f"{address}?view=divisions").content.decode()
        return 'name="go_on" value="1" checked' in content

    make_ticket(desk)
    client.force_login(desk.first_level1)
    assert is_ticked("solve") and is_ticked("wait") and not is_ticked("reply")
    act(client, ticket, "wait", view="divisions", go_on=False, status="on_hold")
    assert not is_ticked("solve") and not is_ticked("reply")
    act(client, ticket, "note", view="divisions", body="Remark")
    assert is_ticked("reply") and not is_ticked("solve")


@pytest.mark.parametrize(
    ("view", "ticked"), [("mine", True), ("late", True), ("all", False), ("passed_on", False)]
)
def test_in_views_of_work_it_is_ticked_to_begin_with(client, desk, ticket, view, ticked):
    client.force_login(desk.first_level1)
    content = client.get(page(ticket, "ticket_solve"), {"view": view}).content.decode()
    assert 'name="go_on"' in content
    assert ('name="go_on" value="1" checked' in content) == ticked


def test_what_is_refused_leads_nowhere(client, desk, ticket):
    make_ticket(desk)
    client.force_login(desk.first_level1)
    response = act(client, ticket, "solve", outcome="", solution="")
    assert response.status_code == 422
    assert 'name="go_on" value="1" checked' in response.content.decode()
    assert f"{page(ticket, 'ticket_solve')}?view=unassigned" in response.content.decode()


def test_a_ticket_out_of_reach_leads_on_as_well(client, desk):
    desk.level2.restricted = True
    desk.level2.save()
    ticket, following = make_ticket(desk), make_ticket(desk)
    client.force_login(desk.first_level1)
    where = {"to_level": desk.level2.pk, "division": desk.first.pk}
    response = act(client, ticket, "escalate", reason="wrong-division", note="Up.", **where)
    assert response.url == f"{page(following)}?view=unassigned"
    assert client.get(response.url).status_code == 200
