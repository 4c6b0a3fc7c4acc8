"""The queue: which view holds which ticket, for whom, at what cost."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test.html import parse_html
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_ticket, make_user
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import (
    ComplaintType,
    Contact,
    Division,
    DivisionMember,
    SupportLevel,
    Ticket,
)
from wagtail_helpdesk.permissions import Reach
from wagtail_helpdesk.references import new_reference
from wagtail_helpdesk.staff.queue.desk import Desk
from wagtail_helpdesk.staff.queue.saved_views import VIEWS

QUEUE = reverse("wagtail_helpdesk_admin:tickets")
RESULTS = reverse("wagtail_helpdesk_admin:tickets_results")
REASON = {"reason": "needs-deeper-knowledge", "note": "Not the bulb."}


def rows(client, user, url=QUEUE, **params):
    """References on the page, in their order."""
    client.force_login(user)
    response = client.get(url, params)
    assert response.status_code == 200, response.headers
    return [row["reference"] for row in response.context["rows"]]


def counts(client, user, **params):
    """The numbers in the tabs, by view; the open view's, and those of work."""
    client.force_login(user)
    page = client.get(QUEUE, params).content.decode()
    found = re.findall(r'view=(\w+)"[^>]*>[^<]*<span class="wh-views__count">([^<]*)<', page)
    return dict(found)


def many_tickets(desk, number, **fields):
    """Rows made directly, for lists that are long."""
    contact = Contact.objects.create(name="Many", email="many@example.org")
    now = timezone.now()
    fields = {"level": desk.level1, "division": desk.first, **fields}
    return Ticket.objects.bulk_create(
        Ticket(
            reference=new_reference(),
            site=desk.site,
            language="en",
            contact=contact,
            complaint_type=desk.types["First"],
            subject=f"Number {number}",
            body="…",
            created_at=now - timedelta(minutes=number),
            updated_at=now,
            **fields,
        )
        for number in range(number)
    )


# Views


def test_mine_holds_my_open_tickets(client, desk, ticket):
    other = make_ticket(desk, email="other@example.org")
    assert rows(client, desk.first_level1, view="mine") == []
    tickets.accept(ticket, by=desk.first_level1)
    tickets.accept(other, by=desk.first_level1)
    tickets.solve(other, by=desk.first_level1, outcome="fixed", solution="New bulb")
    assert rows(client, desk.first_level1, view="mine") == [ticket.reference]


def test_unassigned_waits_for_members_of_that_level(client, desk, ticket):
    assert rows(client, desk.first_level1, view="unassigned") == [ticket.reference]
    assert rows(client, desk.first_level2, view="unassigned") == []
    assert rows(client, desk.second_level1, view="unassigned") == []
    tickets.escalate(ticket, by=desk.first_level1, **REASON)
    assert rows(client, desk.first_level1, view="unassigned") == []
    assert rows(client, desk.first_level2, view="unassigned") == [ticket.reference]
    tickets.accept(ticket, by=desk.first_level2)
    assert rows(client, desk.first_level2, view="unassigned") == []


def test_a_level_without_members_falls_to_the_leader_visibly(client, desk, ticket):
    assert rows(client, desk.first_leader, view="unassigned") == []
    DivisionMember.objects.filter(division=desk.first, level=desk.level1).delete()
    assert rows(client, desk.first_leader, view="unassigned") == [ticket.reference]
    assert rows(client, desk.second_leader, view="unassigned") == []
    assert "falls to the leader" in client_page(client, desk.first_level2)


def test_where_nobody_leads_the_badge_says_that_nobody_is_there(client, desk, ticket):
    DivisionMember.objects.filter(division=desk.first, level=desk.level1).delete()
    Division.objects.filter(pk=desk.first.pk).update(leader=None)
    page = client_page(client, desk.first_level2)
    assert "nobody is there" in page and "falls to the leader" not in page


def test_an_inactive_member_is_nobody(client, desk, ticket):
    desk.first_level1.is_active = False
    desk.first_level1.save()
    assert rows(client, desk.first_leader, view="unassigned") == [ticket.reference]


def test_the_leader_counts_as_a_member_at_the_highest_level(client, desk, ticket):
    for by in (desk.first_level1, desk.first_level2):
        tickets.escalate(ticket, by=by, **REASON)
    assert ticket.level == desk.level3
    assert rows(client, desk.first_leader, view="unassigned") == [ticket.reference]


def test_what_nobody_leads_and_nobody_works_at_falls_to_managers(client, desk, ticket):
    DivisionMember.objects.filter(division=desk.first, level=desk.level1).delete()
    assert rows(client, desk.manager, view="unassigned") == []
    Division.objects.filter(pk=desk.first.pk).update(leader=None)
    assert rows(client, desk.manager, view="unassigned") == [ticket.reference]
    assert rows(client, desk.first_level2, view="unassigned") == []


def test_my_divisions_hold_what_is_open_there(client, desk, ticket):
    foreign = make_ticket(desk, division=desk.second)
    closed = make_ticket(desk, email="closed@example.org")
    tickets.close(closed, by=desk.first_leader)
    assert rows(client, desk.first_level2, view="divisions") == [ticket.reference]
    assert rows(client, desk.second_level1, view="divisions") == [foreign.reference]
    assert rows(client, desk.manager, view="divisions") == []


def test_waiting_for_the_requester(client, desk, ticket):
    make_ticket(desk, email="other@example.org")
    tickets.accept(ticket, by=desk.first_level1)
    tickets.wait(ticket, by=desk.first_level1, status="pending")
    assert rows(client, desk.first_level2, view="waiting") == [ticket.reference]
    assert rows(client, desk.second_level2, view="waiting") == []


def test_passed_on_is_what_i_held_or_escalated_and_no_longer_have(client, desk, ticket):
    untouched = make_ticket(desk, email="other@example.org")
    tickets.accept(ticket, by=desk.first_level1)
    assert rows(client, desk.first_level1, view="passed_on") == []
    tickets.escalate(ticket, by=desk.first_level1, **REASON)
    assert rows(client, desk.first_level1, view="passed_on") == [ticket.reference]
    tickets.escalate(untouched, by=desk.first_level1, **REASON)  # never held
    assert set(rows(client, desk.first_level1, view="passed_on")) == {
        ticket.reference,
        untouched.reference,
    }
    tickets.hand_back(ticket, by=desk.first_level2, reason="wrong-division", note="Yours.")
    assert rows(client, desk.first_level1, view="passed_on") == [untouched.reference]


def test_passed_on_into_a_restricted_level_shows_only_what_was_held(client, desk, ticket):
    SupportLevel.objects.filter(pk=desk.level2.pk).update(restricted=True)
    never_held = make_ticket(desk, email="other@example.org")
    tickets.accept(ticket, by=desk.first_level1)
    for passed in (ticket, never_held):
        tickets.escalate(passed, by=desk.first_level1, **REASON)
    assert rows(client, desk.first_level1, view="passed_on") == [ticket.reference]
    assert counts(client, desk.first_level1, view="passed_on")["passed_on"] == "1"


def test_the_address_alone_shows_what_is_open_at_home(client, desk, ticket):
    closed = make_ticket(desk, email="closed@example.org")
    tickets.close(closed, by=desk.first_leader)
    assert rows(client, desk.first_level1) == [ticket.reference]
    assert set(rows(client, desk.manager)) == {ticket.reference, closed.reference}
    # A filter that names no view asks all tickets.
    assert rows(client, desk.first_level1, status="closed") == [closed.reference]
    assert rows(client, desk.first_level1, view="no-such-view") == [ticket.reference]


# Who sees what


@pytest.mark.parametrize("url", [QUEUE, RESULTS])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("first_level1", {"own", "held"}),
        ("first_level2", {"own", "restricted", "held"}),
        ("first_level3", {"own", "restricted", "held"}),
        ("first_leader", {"own", "restricted", "held"}),
        ("second_level1", {"foreign", "held"}),
        ("second_leader", {"foreign"}),
        ("manager", {"own", "foreign", "restricted", "held"}),
        ("superuser", {"own", "foreign", "restricted", "held"}),
        ("outsider", set()),
    ],
)
def test_no_view_shows_a_ticket_that_its_reader_may_not_read(client, desk, url, view, who, sees):
    SupportLevel.objects.filter(pk=desk.level2.pk).update(restricted=True)
    named = {
        "own": make_ticket(desk),
        "foreign": make_ticket(desk, division=desk.second),
        "restricted": make_ticket(desk, email="secret@example.org"),
        "held": make_ticket(desk, division=desk.second, email="held@example.org"),
    }
    tickets.escalate(named["restricted"], by=desk.first_level1, **REASON)
    tickets.accept(named["held"], by=desk.second_level1)
    tickets.triage(named["held"], by=desk.second_leader, division=desk.first)
    shown = set(rows(client, getattr(desk, who), url, view=view))
    readable = {named[name].reference for name in sees}
    assert shown <= readable
    if view == "all" and who not in ("second_level1",):  # held tickets have a view of their own
        assert shown == readable
    if view == "passed_on" and who == "second_level1":
        assert shown == {named["held"].reference}


def test_who_may_not_view_is_sent_away(client, desk, ticket):
    client.force_login(desk.nobody)
    assert client.get(QUEUE).status_code == 302
    guest = make_user("editor")
    guest.user_permissions.add(
        *desk.agents.permissions.filter(content_type__app_label="wagtailadmin")
    )
    client.force_login(guest)
    for url in (QUEUE, RESULTS, f"{QUEUE}?export=csv"):
        response = client.get(url)
        assert response.status_code == 302
        assert response.url == reverse("wagtailadmin_home")


def test_there_are_no_unscoped_views_of_tickets(client, desk, ticket):
    client.force_login(desk.superuser)
    for path in ("edit", "delete", "usage", "history", "inspect", "new"):
        for end in (f"{path}/{ticket.pk}/", f"{path}/"):
            assert client.get(f"{QUEUE}{end}").status_code == 404


def test_the_reach_of_the_queue_is_the_policys(desk):
    for user in (desk.first_level1, desk.first_leader, desk.manager, desk.outsider):
        assert Desk(user).reach == Reach.of(user)


# Filters, order, pages


def test_filters_narrow_the_view(client, desk, ticket):
    urgent = make_ticket(desk, email="u@example.org", channel="web")
    tickets.triage(urgent, by=desk.first_leader, priority="urgent")
    tickets.accept(ticket, by=desk.first_level1)
    user = desk.first_level1
    assert rows(client, user, view="divisions", priority="urgent") == [urgent.reference]
    assert rows(client, user, view="divisions", assignee="me") == [ticket.reference]
    assert rows(client, user, view="divisions", assignee="none") == [urgent.reference]
    assert rows(client, user, assignee=user.pk) == [ticket.reference]
    assert rows(client, user, level=desk.level2.pk) == []
    assert len(rows(client, user, status=["new", "open"])) == 2
    day = timezone.localdate()
    assert len(rows(client, user, created_at_from=day, created_at_to=day)) == 2
    assert rows(client, user, created_at_to=day - timedelta(days=1)) == []


@pytest.mark.parametrize(
    "params",
    [
        {"status": "nonsense"},
        {"assignee": "999999"},
        {"level": "x"},
        {"created_at_from": "yesterday"},
    ],
)
def test_a_filter_that_cant_be_understood_finds_nothing(client, desk, ticket, params):
    assert rows(client, desk.first_level1, **params) == []
    assert "can't be understood" in client.get(QUEUE, params).content.decode().replace(
        "&#x27;", "'"
    )


def test_filters_offer_only_what_is_the_users_business(client, desk, ticket):
    client.force_login(desk.first_level1)
    form = client.get(QUEUE).context["filters"].form
    assert "division" not in form.fields and "site" not in form.fields
    offered = {str(key) for key, _name in form.fields["assignee"].choices}
    assert str(desk.first_level2.pk) in offered and str(desk.first_leader.pk) in offered
    assert str(desk.second_level1.pk) not in offered
    client.force_login(desk.manager)
    form = client.get(QUEUE).context["filters"].form
    assert {key for key, _name in form.fields["division"].choices} == {
        desk.first.pk,
        desk.second.pk,
    }


WAGTAILS_HEADER = """{% extends "wagtailadmin/shared/headers/slim_header.html" %}
{% block extra_form_fields %}<input type="hidden" name="view" value="{{ current_view.name }}">
<input type="hidden" name="ordering" value="{{ ordering }}">{% endblock %}"""


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"status": ["new", "open"], "assignee": "me", "created_at_from": "2026-01-01", "q": "<b>"},
        {"status": "nonsense", "created_at_from": "yesterday"},
    ],
)
def test_the_filters_are_written_as_wagtail_writes_them(client, desk, ticket, params):
    client.force_login(desk.manager)
    context = client.get(QUEUE, params).context
    names = ("search_form", "search_field", "filters", "current_view", "ordering")
    context = {name: context[name] for name in names} | {"search_url": RESULTS}
    ours = render_to_string("wagtail_helpdesk/staff/queue/_header.html", context)
    wagtails = engines["django"].from_string(WAGTAILS_HEADER).render(context)
    assert parse_html(ours) == parse_html(wagtails)


@pytest.mark.parametrize("page", ["1", "4", "9"])
def test_the_page_numbers_are_written_as_wagtail_writes_them(client, desk, settings, page):
    settings.WAGTAIL_HELPDESK = {"QUEUE_PAGE_SIZE": 3}
    many_tickets(desk, 26)
    client.force_login(desk.first_level1)
    response = client.get(QUEUE, {"view": "divisions", "status": ["new", "open"], "p": page})
    context = {"linkurl": QUEUE, "items": response.context["page_obj"]}
    context["elided_page_range"] = context["items"].paginator.get_elided_page_range(page)
    wagtails = render_to_string(
        "wagtailadmin/shared/pagination_nav.html", context, response.wsgi_request
    )
    assert parse_html(response.context["page_numbers"]) == parse_html(wagtails)


def test_the_filters_fields_are_written_as_django_writes_them(client, desk, ticket):
    ComplaintType.objects.filter(pk=ticket.complaint_type_id).update(name="<Lamps> & lights")
    client.force_login(desk.manager)
    params = {"status": ["new", "open"], "complaint_type": ticket.complaint_type_id}
    for field in client.get(QUEUE, params).context["filters"].form:
        widget = field.field.widget
        arguments = field.html_name, field.value(), {"id": field.auto_id}
        djangos = super(type(widget), widget).render(*arguments)
        assert parse_html(widget.render(*arguments)) == parse_html(djangos)


def test_newest_first_unless_told_otherwise(client, desk):
    made = many_tickets(desk, 3)
    references = [ticket.reference for ticket in made]
    user = desk.first_level1
    assert rows(client, user, view="all") == references
    assert rows(client, user, ordering="-created_at") == references
    assert rows(client, user, ordering="created_at") == references[::-1]
    assert rows(client, user, view="all", ordering="drop table") == references
    Ticket.objects.filter(pk=made[2].pk).update(priority="urgent")
    assert rows(client, user, ordering="-priority")[0] == references[2]
    Ticket.objects.filter(pk=made[1].pk).update(updated_at=timezone.now() + timedelta(hours=1))
    assert rows(client, user, ordering="-updated_at")[0] == references[1]


@pytest.mark.parametrize("view", ["mine", "unassigned", "divisions"])
def test_work_without_promises_begins_with_the_most_urgent_and_of_those_the_oldest(
    client, desk, view
):
    user = desk.first_level1
    made = many_tickets(desk, 4, assignee=user if view == "mine" else None)
    Ticket.objects.filter(pk__in=[made[0].pk, made[2].pk]).update(priority="urgent")
    urgent_first = [made[number].reference for number in (2, 0, 3, 1)]
    assert rows(client, user, view=view) == urgent_first
    head = client.get(QUEUE, {"view": view}).content.decode()
    assert 'class="wh-queue__due" aria-sort="ascending"' in head
    by_urgency = client.get(QUEUE, {"view": view, "ordering": "-priority"}).content.decode()
    assert 'class="wh-queue__priority" aria-sort="descending"' in by_urgency
    assert "Most urgent first, then oldest" in by_urgency
    assert rows(client, user, view=view, ordering="-priority") == urgent_first
    assert rows(client, user, view=view, ordering="priority") == urgent_first[::-1]
    assert rows(client, user, view=view, ordering="-created_at") == [t.reference for t in made]
    assert rows(client, user, RESULTS, view=view, status="new") == urgent_first


def test_the_numbers_of_work_stand_in_the_tabs_and_that_of_the_open_view(client, desk, ticket):
    shown = counts(client, desk.first_level1, view="mine")
    assert shown["mine"] == "0" and shown["unassigned"] == "1"
    assert "all" not in shown and "passed_on" not in shown
    assert counts(client, desk.first_level1, view="all")["all"] == "1"


def test_counts_and_pages_stop_at_the_cap(client, desk, settings):
    settings.WAGTAIL_HELPDESK = {"COUNT_CAP": 8, "QUEUE_PAGE_SIZE": 3}
    many_tickets(desk, 12)
    assert counts(client, desk.first_level1)["divisions"] == "8+"
    assert counts(client, desk.first_level1)["mine"] == "0"
    first = client.get(QUEUE)
    assert first.context["paginator"].num_pages == 3
    assert "8+ tickets" in first.content.decode()
    last = client.get(QUEUE, {"p": 99})
    assert len(last.context["rows"]) == 2 and "turn the order round" in last.content.decode()
    assert "8+ tickets match" in client.get(QUEUE, {"status": "new"}).content.decode()


def test_a_page_has_at_most_fifty_rows(client, desk, settings):
    settings.WAGTAIL_HELPDESK = {"QUEUE_PAGE_SIZE": 5_000}
    many_tickets(desk, 60)
    assert len(rows(client, desk.first_level1)) == 50


def test_links_keep_the_view_and_the_filters(client, desk, ticket):
    client.force_login(desk.first_level1)
    page = client.get(QUEUE, {"view": "divisions", "status": "new", "p": 1})
    heads = re.findall(r'<th[^>]*><a href="([^"]*)"', page.content.decode())
    urls = [unescape(url) for url in heads]
    assert len(urls) == 4
    assert all("view=divisions" in url and "status=new" in url and "p=" not in url for url in urls)
    assert '<input type="hidden" name="view" value="divisions">' in page.content.decode()


# What a row says


def test_visitors_text_stays_text(client, desk):
    make_ticket(desk, subject="<script>alert(1)</script>")
    page = client_page(client, desk.first_level1)
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_names_of_lists_are_the_owners(client, desk, ticket):
    ComplaintType.objects.filter(pk=ticket.complaint_type_id).update(name="Lamps & lights")
    page = client_page(client, desk.first_level1)
    assert "Lamps &amp; lights" in page and "Junior help desk" in page and "Nobody" in page


def test_an_empty_view_leads_to_all(client, desk):
    page = client_page(client, desk.first_level1, view="mine")
    assert "No open ticket is assigned to you." in page and "?view=all" in page
    page = client_page(client, desk.first_level1, view="mine", status="new")
    assert "view=all" in page and "Look in all tickets" in page


def test_a_new_desk_says_how_to_get_the_first_ticket(client, desk):
    from wagtail_helpdesk.pages.models import SupportPage

    page = desk.site.root_page.add_child(
        instance=SupportPage(title="Support", slug="support", live=False)
    )
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert edit in client_page(client, desk.superuser, view="all")
    assert edit not in client_page(client, desk.first_level1, view="all")
    page.save_revision().publish()
    assert page.full_url in client_page(client, desk.first_level1, view="all")


def client_page(client, user, **params):
    client.force_login(user)
    response = client.get(QUEUE, params)
    assert response.status_code == 200
    return response.content.decode()


# Cost


@pytest.mark.parametrize("who", ["first_level1", "first_leader", "manager", "superuser"])
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"view": "mine"},
        {"view": "unassigned"},
        {"view": "late"},
        {"view": "due_soon", "ordering": "-due_at"},
        {"view": "passed_on"},
        {"view": "all", "status": "new", "ordering": "-priority"},
        {"view": "divisions", "assignee": "none", "priority": "normal"},
        {"q": "number"},
    ],
    ids=str,
)
def test_the_number_of_queries_does_not_grow(
    client, desk, who, params, django_assert_max_num_queries
):
    client.force_login(getattr(desk, who))
    client.get(QUEUE, params)  # sites, content types and icons are cached by the first request
    numbers = []
    for number in (2, 40):
        Ticket.objects.all().delete()
        Contact.objects.all().delete()
        many_tickets(desk, number)
        with django_assert_max_num_queries(15 if "q" in params else 14) as captured:
            assert client.get(QUEUE, params).status_code == 200
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]


def test_the_sheet_of_keys_stands_on_the_page_that_opens_it(client, desk):
    client.force_login(desk.first_level1)
    page = client.get(reverse("wagtail_helpdesk_admin:tickets")).content.decode()
    assert 'data-a11y-dialog-show="wh-keys"' in page
    assert 'id="wh-keys"' in page
