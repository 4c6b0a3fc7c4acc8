"""The private calendar of an engineer: who reads it, what is in it, and that its address stays secret."""

import logging
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from tests.factories import make_ticket
from tests.tickets.verbs import plan
from wagtail_helpdesk import tickets, visit_feeds
from wagtail_helpdesk.models import DivisionMember, SupportLevel, Visit, VisitFeed


@pytest.fixture
def visit(desk, ticket):
    SupportLevel.objects.update(on_site=True)
    return plan(ticket, desk, by=desk.manager, hours=0)


@pytest.fixture
def token(desk):
    return visit_feeds.renew(desk.first_level3)


def ask(token, method="get", **kwargs):
    url = reverse("wagtail_helpdesk:visit_feed", args=[token])
    return getattr(Client(enforce_csrf_checks=True), method)(url, **kwargs)


def events(token):
    return Calendar.from_ical(ask(token).content).walk("VEVENT")


def test_what_is_in_it(desk, ticket, visit, token):
    response = ask(token)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in response["Cache-Control"]
    assert "Vary" not in response or "Cookie" not in response["Vary"]
    [event] = events(token)
    assert event["uid"] == visit.uid
    assert ticket.reference in event["summary"]
    assert event["location"] == visit.place
    assert event["description"] == "SECRET person, +62SECRET"
    for word in (ticket.subject, ticket.body, ticket.contact.email):
        assert word not in response.content.decode()


def test_the_secret_is_not_stored(token):
    assert token not in str(VisitFeed.objects.values())
    assert len(token) >= 43


@pytest.mark.parametrize(
    "how", ["unknown", "revoked", "renewed", "account off", "no verb", "long", "not ascii"]
)
def test_what_opens_nothing_looks_the_same(desk, visit, token, how):
    nothing = ask("x" * 43)
    match how:
        case "unknown":
            token = token[::-1]
        case "revoked":
            visit_feeds.revoke(desk.first_level3)
        case "renewed":
            visit_feeds.renew(desk.first_level3)
        case "account off":
            desk.first_level3.is_active = False
            desk.first_level3.save()
        case "no verb":
            desk.first_level3.groups.clear()
        case "long":
            token *= 100
        case "not ascii":
            token = "é" * 43
    response = ask(token)
    assert (response.status_code, response.content) == (404, nothing.content)
    assert response.headers == nothing.headers


def test_reach_is_asked_at_reading_time(desk, ticket, visit, token):
    assert len(events(token)) == 1
    DivisionMember.objects.filter(user=desk.first_level3).delete()
    assert events(token) == []


def test_only_one_s_own_that_stand_within_bounds(desk, ticket, visit, token):
    now = timezone.now()
    other = make_ticket(desk, email="another@example.org")
    plan(other, desk, by=desk.manager, hours=72, engineer=desk.first_leader)
    off = plan(other, desk, by=desk.manager, hours=48)
    tickets.call_off_visit(other, by=desk.manager, visit=off)
    tickets.report_visit(
        ticket, by=desk.manager, visit=visit, outcome="moved", starts=now + timedelta(days=2),
        ends=now + timedelta(days=2, hours=1),
    )  # fmt: skip
    for days in (-31, 181):
        Visit.objects.create(
            ticket=other, engineer=desk.first_level3, place="Far", created_at=now,
            starts_at=now + timedelta(days=days), ends_at=now + timedelta(days=days, hours=1),
        )  # fmt: skip
    [event] = events(token)
    assert (event["uid"], event["sequence"]) == (visit.uid, 1)


@pytest.mark.parametrize("count", [1, 20])
def test_it_costs_the_same_however_many(desk, ticket, token, count, django_assert_num_queries):
    SupportLevel.objects.update(on_site=True)
    for hour in range(count):
        plan(ticket, desk, by=desk.manager, hours=3 * hour)
    with django_assert_num_queries(8):
        assert len(events(token)) == count


@pytest.mark.parametrize("method", ["post", "put", "delete", "options"])
def test_other_methods_do_nothing(token, method):
    assert ask(token, method).status_code == 405


def test_the_address_is_in_no_log(desk, visit, token, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    ask(token)
    ask(token, "post")
    monkeypatch.setattr(
        "wagtail_helpdesk.public.visit_feed._calendar",
        lambda user: 1 / 0,
    )
    assert ask(token).status_code == 503
    visit_feeds.revoke(desk.first_level3)
    ask(token)
    assert token not in caplog.text
