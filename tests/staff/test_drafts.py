"""Drafts of replies: kept for their writer, shown to nobody else, gone when the text is sent."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.staff.test_workspace import former_holder, page, send, text_of  # noqa: F401
from wagtail_helpdesk import tickets
from wagtail_helpdesk.clocks.timers import run_timers
from wagtail_helpdesk.models import Message, ReplyDraft, Ticket
from wagtail_helpdesk.tickets import drafts


@pytest.fixture
def agent(client, desk):
    client.force_login(desk.first_level1)
    return client


def keep(client, ticket, body, **data):
    return client.post(
        page(ticket, "ticket_draft"),
        {"body": body, **data},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )


def test_the_next_login_finds_it_and_nobody_else_does(desk, agent, ticket):
    assert keep(agent, ticket, "Dear A. Vis", kind="reply").status_code == 204
    agent.logout()
    again = Client()
    again.force_login(desk.first_level1)
    words = text_of(again.get(page(ticket)))
    assert "Dear A. Vis" in words and "You began this text on" in words
    assert "Discard the draft" in words
    for other in (desk.first_level2, desk.first_leader, desk.manager, desk.superuser):
        again.force_login(other)
        assert "Dear A. Vis" not in again.get(page(ticket)).content.decode()


def test_it_says_when_it_was_begun_and_which_kind_it_is(desk, agent, ticket):
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        keep(agent, ticket, "First words", kind="note")
    keep(agent, ticket, "First words and more", kind="note")
    [draft] = ReplyDraft.objects.all()
    assert draft.updated_at - draft.begun_at > timedelta(hours=1)
    assert 'data-wh-composer-kind-value="note"' in agent.get(page(ticket)).content.decode()


def test_keeping_changes_nothing_about_the_ticket(agent, ticket):
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    keep(agent, ticket, "Begun")
    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before
    assert ticket.events.count() == 1 and not ticket.messages.exists()


@pytest.mark.parametrize("verb", ["reply", "note"])
def test_it_goes_when_the_text_is_sent(agent, ticket, verb):
    keep(agent, ticket, "Dear A.")
    send(agent, ticket, verb, "Dear A. Visitor")
    assert not ReplyDraft.objects.exists()


def test_it_stays_when_sending_is_stopped(desk, agent, ticket):
    keep(agent, ticket, "Dear A.")
    seen = ticket.version
    tickets.note(ticket, by=desk.first_level2, body="Mine")
    response = send(agent, ticket, "reply", "Dear A. Visitor", seen_version=seen)
    assert response.status_code == 409 and "You began this text on" not in text_of(response)
    assert "Dear A. Visitor" in response.content.decode()
    assert ReplyDraft.objects.get().body == "Dear A."


def test_one_that_comes_in_late_does_not_bring_it_back(agent, ticket):
    send(agent, ticket, "reply", "Dear A. Visitor, look at the bulb.")
    assert keep(agent, ticket, "Dear A. Visitor, look").status_code == 204
    assert not ReplyDraft.objects.exists()
    keep(agent, ticket, "Another thing")
    assert ReplyDraft.objects.get().body == "Another thing"


def test_it_can_be_discarded_and_emptied(agent, ticket):
    keep(agent, ticket, "Dear A.")
    response = agent.post(page(ticket, "ticket_draft"), {"discard": "1"})
    assert response.status_code == 302 and response.url == f"{page(ticket)}#composer"
    assert not ReplyDraft.objects.exists()
    keep(agent, ticket, "Dear A.")
    keep(agent, ticket, "  \n")
    assert not ReplyDraft.objects.exists()


def test_one_for_each_ticket_and_writer(desk, agent, ticket):
    keep(agent, ticket, "Mine")
    keep(agent, ticket, "Mine, longer")
    agent.force_login(desk.first_level2)
    keep(agent, ticket, "Another's")
    assert sorted(ReplyDraft.objects.values_list("body", flat=True)) == [
        "Another's",
        "Mine, longer",
    ]


def test_too_long_is_refused_in_words_and_keeps_the_old_one(agent, ticket):
    keep(agent, ticket, "Mine")
    response = keep(agent, ticket, "x" * 10_001)
    assert response.status_code == 422 and "10000" in response.content.decode()
    assert ReplyDraft.objects.get().body == "Mine"
    assert keep(agent, ticket, "x" * 10_000).status_code == 204


@pytest.mark.parametrize("body", ["\x00", "a\x00b", "\u202e", "😀" * 9_000])
def test_hostile_texts(agent, ticket, body):
    assert keep(agent, ticket, body, kind="nonsense").status_code == 204


def test_visitors_markup_in_a_draft_stays_text(agent, ticket):
    keep(agent, ticket, "</textarea><script>alert(1)</script>")
    assert "<script>alert(1)" not in agent.get(page(ticket)).content.decode()


# --- Who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["outsider", "second_level1", "second_leader"])
def test_nobody_writes_on_a_ticket_they_cannot_see(client, desk, ticket, role):
    client.force_login(getattr(desk, role))
    assert keep(client, ticket, "Hello").status_code == 404
    assert not ReplyDraft.objects.exists()


def test_not_who_may_neither_reply_nor_note(desk, agent, ticket):
    for codename in ("reply_ticket", "note_ticket"):
        desk.agents.permissions.remove(desk.agents.permissions.get(codename=codename))
    assert keep(agent, ticket, "Hello").status_code == 403
    assert not ReplyDraft.objects.exists()


def test_who_has_lost_the_ticket_sees_it_no_more(desk, agent, ticket):
    keep(agent, ticket, "Begun")
    desk.level2.restricted = True
    desk.level2.save()
    tickets.escalate(ticket, by=desk.first_leader, reason="wrong-division", note="Up.")
    assert agent.get(page(ticket)).status_code == 404
    assert agent.post(page(ticket, "ticket_draft"), {"discard": "1"}).status_code == 404


def test_who_has_lost_the_session_is_told_by_the_status(client, ticket):
    assert keep(client, ticket, "Hello").status_code == 403  # the page keeps the text itself
    assert not ReplyDraft.objects.exists()


def test_without_a_token_nothing_is_kept(desk, ticket):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk.first_level1)
    assert keep(strict, ticket, "Hello").status_code == 403
    assert not ReplyDraft.objects.exists()


def test_a_former_holder_may_begin_a_note(client, ticket, former_holder):  # noqa: F811
    client.force_login(former_holder)
    assert keep(client, ticket, "I remember", kind="note").status_code == 204
    assert "I remember" in client.get(page(ticket)).content.decode()


def test_it_is_on_no_public_page_and_in_no_message(agent, ticket):
    keep(agent, ticket, "draft-marker")
    assert not Message.objects.filter(body__contains="draft-marker").exists()


# --- How long -----------------------------------------------------------------------------------


def test_the_timers_forget_those_that_nobody_has_touched_for_a_month(desk, agent, ticket):
    keep(agent, ticket, "Mine")
    with time_machine.travel(timezone.now() + timedelta(days=drafts.DAYS, hours=-1)):
        run_timers()
        assert ReplyDraft.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=drafts.DAYS, hours=1)):
        assert run_timers().forgotten == 1
    assert not ReplyDraft.objects.exists()


def test_forgetting_stops_when_it_is_told_to(agent, ticket):
    keep(agent, ticket, "Mine")
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        assert drafts.forget_old_drafts(should_stop=lambda: True) == 0
