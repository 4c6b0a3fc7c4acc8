"""By when tickets are due, as staff read it: in the queue, its views and orders, and on a ticket's page."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.html import parse_html
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from tests.factories import make_policy, make_ticket, promise
from tests.staff.test_export import export
from tests.staff.test_queue import QUEUE, counts, many_tickets, rows
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Contact, SupportLevel, Ticket
from wagtail_helpdesk.staff.due import DueWriter
from wagtail_helpdesk.staff.time_words import ago
from wagtail_helpdesk.staff.workspace.clocks import clocks_of

#: A Monday.
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = 24 * HOUR


@pytest.fixture
def clock():
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def promised(desk, clock):
    """Answered in 1, solved in 8, 2 at each level: working hours."""
    policy = make_policy(desk)
    promise(desk, policy)
    return policy


@pytest.fixture
def ticket(promised, desk):
    return make_ticket(desk)


def text(html):
    return " ".join(re.sub(r"<[^>]*>", " ", html).replace("\xa0", " ").split())


def due_cells(client, user, **params):
    client.force_login(user)
    page = client.get(QUEUE, params).content.decode()
    return re.findall(r'<td role="cell" class="wh-queue__due">(.*?)</td>', page, re.DOTALL)


def workspace(client, user, ticket):
    client.force_login(user)
    return workspace_page(client, ticket)


def workspace_page(client, ticket):
    return client.get(reverse("wagtail_helpdesk_admin:ticket", args=[ticket.pk]))


# In words


@pytest.mark.parametrize(
    ("ahead", "words", "kind"),
    [
        (timedelta(0), "in less than a minute", "soon"),
        (timedelta(seconds=59), "in less than a minute", "soon"),
        (timedelta(minutes=1), "in 1 minute", "soon"),
        (2 * HOUR, "in 2 hours", "soon"),
        (DAY - timedelta(seconds=1), "in 23 hours", "soon"),
        (DAY, "in 1 day", "later"),
        (400 * DAY, "in 1 year", "later"),
        (-timedelta(seconds=1), "late by less than a minute", "late"),
        (-HOUR, "late by 1 hour", "late"),
        (-50 * HOUR, "late by 2 days", "late"),
    ],
)
def test_a_due_time_has_words_an_icon_and_its_full_date(ahead, words, kind):
    html = DueWriter(NINE, "en-gb").running(NINE + ahead)
    assert text(html) == words
    assert f"wh-due--{kind}" in html and '<svg class="icon' in html
    moment = (NINE + ahead).isoformat(timespec="seconds")
    assert f'datetime="{moment}"' in html
    assert re.search(r'title="[^"]*202[67][^"]*"', html)
    parse_html(html)


@pytest.mark.parametrize("ahead", [timedelta(microseconds=1), HOUR, 3 * DAY])
def test_what_is_to_come_never_reads_as_past(ahead):
    words = text(ago(NINE + ahead, NINE, "en"))
    assert "just now" not in words and words.startswith("in ")
    assert text(ago(NINE - timedelta(seconds=30), NINE, "en")) == "just now"
    assert text(ago(NINE - 3 * DAY, NINE, "en")) == "3 days"


def test_a_clock_of_a_server_that_is_ahead_does_not_say_just_now(client, desk, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(created_at=NINE + HOUR, updated_at=NINE + HOUR)
    client.force_login(desk.first_level1)
    page = client.get(QUEUE).content.decode()
    assert "just now" not in page and "in 1\xa0hour" in page


def test_words_are_the_readers():
    with translation.override("id"):
        indonesian = text(DueWriter(NINE).running(NINE + 2 * HOUR))
    with translation.override("en"):
        assert text(DueWriter(NINE).running(NINE + 2 * HOUR)) == "in 2 hours" != indonesian


# In the queue


def test_a_row_says_by_when(client, desk, ticket, clock):
    (cell,) = due_cells(client, desk.first_level1)
    assert text(cell) == "in 1 hour"
    clock.shift(3 * HOUR)
    (cell,) = due_cells(client, desk.first_level1)
    assert text(cell) == "late by 2 hours"
    assert "#icon-warning" in cell and 'datetime="2026-03-02T10:00:00+00:00"' in cell


def test_a_clock_that_stands_says_why(client, desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.wait(ticket, by=desk.first_level1, status="pending")
    (cell,) = due_cells(client, desk.first_level1)
    assert text(cell) == "stands waiting for the requester"


def test_on_hold_the_promise_to_the_requester_runs_on(client, desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.wait(ticket, by=desk.first_level1, status="on_hold")
    (cell,) = due_cells(client, desk.first_level1)
    assert text(cell) == "in 1 hour"
    Ticket.objects.update(due_at=None, resolution_due_at=None, first_response_due_at=None)
    (cell,) = due_cells(client, desk.first_level1)
    assert text(cell) == "stands waiting for a third party"


def test_where_nothing_was_promised_or_all_is_kept_nothing_stands(client, desk, clock):
    unpromised = make_ticket(desk)
    tickets.wait(unpromised, by=desk.first_leader, status="pending")
    assert due_cells(client, desk.first_level1) == [""]
    promise(desk, make_policy(desk, resolution=None, level=10**4))
    answered = make_ticket(desk, email="other@example.org")
    tickets.solve(answered, by=desk.first_leader, outcome="fixed")
    assert due_cells(client, desk.first_level1, view="all", status="solved") == [""]


def test_late_and_due_soon_hold_what_is_late_and_due_soon(client, desk, ticket, clock):
    user = desk.first_level1
    assert rows(client, user, view="late") == []
    assert rows(client, user, view="due_soon") == [ticket.reference]
    shown = counts(client, user, view="mine")
    assert (shown["late"], shown["due_soon"]) == ("0", "1")
    # The counts' query is kept, and what it asks for passes.
    clock.shift(2 * HOUR)
    assert rows(client, user, view="late") == [ticket.reference]
    assert rows(client, user, view="due_soon") == []
    shown = counts(client, user, view="mine")
    assert (shown["late"], shown["due_soon"]) == ("1", "0")
    assert counts(client, user, view="late")["late"] == "1"


def test_due_soon_ends_after_a_day_by_the_clock(client, desk, ticket):
    user = desk.first_level1
    for ahead, there in ((DAY - timedelta(seconds=1), True), (DAY, False), (timedelta(0), True)):
        Ticket.objects.update(due_at=NINE + ahead)
        assert bool(rows(client, user, view="due_soon")) is there
    Ticket.objects.update(due_at=NINE - timedelta(seconds=1))
    assert rows(client, user, view="late") and not rows(client, user, view="due_soon")


def test_late_is_only_what_somebody_can_still_do(client, desk, ticket, clock):
    user = desk.first_level1
    clock.shift(20 * HOUR)
    assert rows(client, user, view="late") == [ticket.reference]
    tickets.wait(ticket, by=user, status="pending")
    assert rows(client, user, view="late") == []
    tickets.solve(ticket, by=user, outcome="fixed")
    assert rows(client, user, view="late") == []


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("first_level1", {"own"}),
        ("first_level2", {"own", "restricted"}),
        ("first_leader", {"own", "restricted"}),
        ("second_level1", {"foreign"}),
        ("manager", {"own", "foreign", "restricted"}),
        ("outsider", set()),
    ],
)
@pytest.mark.parametrize(("view", "hours"), [("late", 40), ("due_soon", 0)])
def test_the_views_end_where_the_readers_reach_ends(
    client, desk, promised, clock, who, sees, view, hours
):
    SupportLevel.objects.filter(pk=desk.level2.pk).update(restricted=True)
    named = {
        "own": make_ticket(desk),
        "foreign": make_ticket(desk, division=desk.second),
        "restricted": make_ticket(desk, email="secret@example.org"),
    }
    tickets.escalate(
        named["restricted"], by=desk.first_level1, reason="needs-deeper-knowledge", note="Secret."
    )
    clock.shift(hours * HOUR)
    user = getattr(desk, who)
    assert set(rows(client, user, view=view)) == {named[name].reference for name in sees}
    assert counts(client, user, view="mine")[view] == str(len(sees))


@pytest.mark.parametrize("view", ["mine", "unassigned", "divisions", "late"])
def test_late_first_then_soonest_and_what_stands_last(client, desk, clock, view):
    user = desk.first_level1
    made = many_tickets(desk, 6, assignee=user if view == "mine" else None)
    hours = [None, 30, -2, None, 1, -50]
    for each, ahead in zip(made, hours, strict=True):
        if ahead is not None:
            Ticket.objects.filter(pk=each.pk).update(due_at=NINE + ahead * HOUR)
    Ticket.objects.filter(pk=made[3].pk).update(priority="urgent")
    wanted = [made[number].reference for number in (5, 2, 4, 1, 3, 0)]
    wanted = wanted[:2] if view == "late" else wanted
    assert rows(client, user, view=view) == wanted
    head = client.get(QUEUE, {"view": view}).content.decode()
    assert 'class="wh-queue__due" aria-sort="ascending"' in head
    assert "Late first, then what is due soonest" in head
    turned = [made[number].reference for number in (1, 4, 2, 5, 0, 3)]
    turned = turned[2:4] if view == "late" else turned
    assert rows(client, user, view=view, ordering="-due_at") == turned


def test_other_views_can_be_sorted_by_due(client, desk, clock):
    made = many_tickets(desk, 3)
    Ticket.objects.filter(pk=made[2].pk).update(due_at=NINE)
    user = desk.first_level1
    assert rows(client, user, view="all")[0] == made[0].reference
    assert rows(client, user, view="all", ordering="due_at")[0] == made[2].reference
    page = client.get(QUEUE, {"view": "all"}).content.decode()
    assert "ordering=due_at" in page and "ordering=-due_at" not in page


def test_a_filter_finds_what_is_late_due_soon_or_stands(client, desk, clock):
    user = desk.first_level1
    late, soon, later, stands, unpromised, closed = many_tickets(desk, 6, assignee=user)
    for each, ahead in ((late, -HOUR), (soon, HOUR), (later, 2 * DAY)):
        Ticket.objects.filter(pk=each.pk).update(due_at=NINE + ahead)
    for each, status in ((stands, "pending"), (unpromised, "pending"), (closed, "closed")):
        Ticket.objects.filter(pk=each.pk).update(status=status)
    Ticket.objects.filter(pk__in=[stands.pk, closed.pk]).update(resolution_due_at=NINE)
    for view in ("mine", "all"):
        for due, wanted in (("late", late), ("soon", soon), ("stands", stands)):
            assert rows(client, user, view=view, due=due) == [wanted.reference]
    assert rows(client, user, view="all", due="nonsense") == []
    assert len(rows(client, user, view="all", due="")) == 6


def test_the_export_has_the_times(client, desk, ticket):
    heading, row = export(client, desk.first_level1, view="due_soon")
    found = dict(zip(heading, row, strict=True))
    assert datetime.fromisoformat(found["Due"]) == NINE + HOUR
    assert datetime.fromisoformat(found["First response due"]) == NINE + HOUR
    assert datetime.fromisoformat(found["Resolution due"]) == NINE + 8 * HOUR
    assert found["First response"] == ""


@pytest.mark.parametrize("who", ["first_level1", "first_leader", "manager"])
@pytest.mark.parametrize("view", ["late", "due_soon"])
def test_what_is_due_costs_no_further_query(
    client, desk, clock, who, view, django_assert_max_num_queries
):
    client.force_login(getattr(desk, who))
    client.get(QUEUE, {"view": view})
    numbers = []
    for number in (2, 40):
        Ticket.objects.all().delete()
        Contact.objects.all().delete()
        made = many_tickets(desk, number)
        late = NINE - HOUR if view == "late" else NINE + HOUR
        Ticket.objects.filter(pk__in=[each.pk for each in made]).update(due_at=late)
        with django_assert_max_num_queries(14) as captured:
            assert len(client.get(QUEUE, {"view": view}).context["rows"]) == min(number, 20)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


# On the ticket's page


def told(ticket):
    """name -> (state, facts), as the page says it."""
    clocks = clocks_of(ticket)
    return {clock.name: (text(clock.state), clock.facts) for clock in clocks.all}


def test_the_page_shows_the_next_clock_and_all_of_them(client, desk, ticket):
    page = text(workspace(client, desk.first_level1, ticket).content.decode())
    assert "Due in 1 hour First response runs until staff answer the requester" in page
    assert "Other clocks in 8 hours Resolution runs until the ticket is solved" in page
    assert "in 2 hours At this level runs until the ticket leaves this level" in page


def test_an_answer_in_time_is_said_and_the_next_clock_comes_forward(desk, ticket, clock):
    clock.shift(HOUR / 2)
    tickets.accept(ticket, by=desk.first_level1)
    tickets.reply(ticket, by=desk.first_level1, body="We look.")
    state, facts = told(ticket)["First response"]
    assert state == "in time" and facts[0].startswith("answered ") and "due " in facts[1]
    assert clocks_of(ticket).next.name == "At this level"


def test_an_answer_too_late_is_said(desk, ticket, clock):
    clock.shift(2 * HOUR)
    tickets.accept(ticket, by=desk.first_level1)
    tickets.reply(ticket, by=desk.first_level1, body="We look.")
    assert told(ticket)["First response"][0] == "too late"
    assert 'href="#icon-warning"' in clocks_of(ticket).all[0].state


def test_clocks_that_stand_say_for_whom_since_when_and_whether_it_was_late(desk, ticket, clock):
    clock.shift(3 * HOUR)
    tickets.accept(ticket, by=desk.first_level1)
    tickets.wait(ticket, by=desk.first_level1, status="pending")
    found = told(ticket)
    assert {state for state, _facts in found.values()} == {"stands"}
    reason, since, late = found["First response"][1]
    assert reason == "waiting for the requester" and since.startswith("since ")
    assert late == "was late already when it stopped"
    assert len(found["Resolution"][1]) == 2
    assert clocks_of(ticket).next.stands


def test_on_hold_only_the_level_s_clock_stands(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.wait(ticket, by=desk.first_level1, status="on_hold")
    found = told(ticket)
    assert found["At this level"][0] == "stands"
    assert found["At this level"][1][0] == "waiting for a third party"
    assert found["First response"][0] == "in 1 hour" and found["Resolution"][0] == "in 8 hours"
    assert clocks_of(ticket).next.name == "First response"


def test_a_solved_ticket_says_whether_it_was_in_time(client, desk, ticket, clock):
    clock.shift(HOUR / 2)
    tickets.solve(ticket, by=desk.first_leader, outcome="fixed")
    found = told(ticket)
    assert found.keys() == {"First response", "Resolution"}
    assert {state for state, _facts in found.values()} == {"in time"}
    assert found["Resolution"][1][0].startswith("solved ")
    tickets.close(ticket, by=desk.first_leader)
    assert told(ticket) == found
    assert workspace(client, desk.first_leader, ticket).status_code == 200


def test_the_panel_of_details_says_when_time_counts_again(client, desk, ticket, clock):
    panel = reverse("wagtail_helpdesk_admin:ticket_panel", args=[ticket.pk, "details"])
    client.force_login(desk.first_level1)
    page = text(client.get(panel).content.decode())
    assert "Resolution: in 8 hours" in page and "Outside working hours" not in page
    clock.move_to(NINE + 9 * HOUR)
    page = text(client.get(panel).content.decode())
    assert "First response: late by 8 hours" in page
    assert "Outside working hours: time counts again from" in page
    tickets.wait(ticket, by=desk.first_level1, status="pending")
    assert "Outside working hours" not in text(client.get(panel).content.decode())


def test_nothing_promised_nothing_shown(client, desk, clock):
    ticket = make_ticket(desk)
    assert clocks_of(ticket) is None
    assert (
        "wh-strip__item--due" not in workspace(client, desk.first_level1, ticket).content.decode()
    )


def test_clocks_cost_the_page_no_query(client, desk, clock):
    plain = make_ticket(desk, email="plain@example.org")
    promise(desk, make_policy(desk))
    with_clocks = make_ticket(desk)
    workspace(client, desk.first_level1, plain)  # what the first request caches
    numbers = []
    for ticket in (plain, with_clocks):
        with CaptureQueriesContext(connection) as captured:
            workspace_page(client, ticket)
        numbers.append(len(captured))
        about_it = [each["sql"] for each in captured if "first_responded_at" in each["sql"]]
        # The one that reads the ticket with what it joins: no column is fetched late.
        assert len(about_it) == 1 and "JOIN" in about_it[0]
    assert with_clocks.due_at and numbers[0] == numbers[1] <= 22
