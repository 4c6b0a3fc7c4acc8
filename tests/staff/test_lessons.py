"""The line that would let Level 1 answer it next time: who is asked, and what becomes of it."""

import html
import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.models import PageViewRestriction

from tests.factories import make_ticket, make_user
from tests.knowledge.conftest import Library
from wagtail_helpdesk import knowledge, tickets
from wagtail_helpdesk.knowledge.lessons import keep_lesson
from wagtail_helpdesk.models import (
    ArticleSource,
    Contact,
    DivisionMember,
    Message,
    MessageKind,
    Organisation,
    Status,
    Ticket,
)
from wagtail_helpdesk.pages.models import ArticlePage, TopicPage

LINE = "Ask whether the fuse of the lamp is whole."


@pytest.fixture
def library(desk):
    return Library(desk)


@pytest.fixture
def escalated(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.escalate(
        ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Bulb changed."
    )
    return ticket


def address(ticket, name="ticket_solve"):
    return reverse(f"wagtail_helpdesk_admin:{name}", args=[ticket.pk])


def is_asked(client, user, ticket, verb="solve"):
    client.force_login(user)
    response = client.get(address(ticket, f"ticket_{verb}"))
    assert response.status_code == 200
    return 'name="lesson"' in response.content.decode()


def solve(client, ticket, **data):
    version = Ticket.objects.get(pk=ticket.pk).version
    given = {"outcome": "fixed", "solution": "A new fuse", "lesson": LINE}
    return client.post(address(ticket), {**given, "seen_version": version, **data})


def said(client, response):
    words = re.sub(r"<[^>]+>", " ", client.get(response.url).content.decode())
    return " ".join(html.unescape(words).split())


# --- Who is asked -------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["solve", "close"])
def test_those_above_are_asked_about_what_was_escalated(client, desk, escalated, verb):
    for who in ("first_level2", "first_level3", "first_leader", "manager", "superuser"):
        assert is_asked(client, getattr(desk, who), escalated, verb), who
    page = client.get(address(escalated, f"ticket_{verb}")).content.decode()
    assert "One line that would let “Junior help desk” answer it next time" in page


@pytest.mark.parametrize("verb", ["solve", "close"])
def test_nobody_is_asked_about_what_was_not_escalated(client, desk, ticket, verb):
    assert not is_asked(client, desk.first_level2, ticket, verb)
    # Moved within its level, which teaches Level 1 nothing.
    tickets.triage(ticket, by=desk.manager, division=desk.second)
    assert not is_asked(client, desk.second_level2, ticket, verb)


def test_level_1_is_not_asked_what_it_should_know(client, desk, escalated):
    tickets.hand_back(
        escalated, by=desk.first_level2, reason="needs-deeper-knowledge", note="Try the fuse."
    )
    assert not is_asked(client, desk.first_level1, escalated)
    assert is_asked(client, desk.first_level2, escalated)


def test_the_lowest_level_is_called_by_its_name(client, desk, escalated):
    desk.level1.name, desk.level1.rank = "Front office", 4
    desk.level1.save()
    desk.level2.name = "Back office"
    desk.level2.save()
    client.force_login(desk.first_level3)
    content = client.get(address(escalated)).content.decode()
    assert "let “Back office” answer it" in content


def test_nobody_is_asked_who_may_not_write(client, desk, escalated):
    desk.agents.permissions.remove(Permission.objects.get(codename="write_article"))
    assert not is_asked(client, desk.first_level2, escalated)
    # And nothing comes of a line that is sent all the same.
    assert solve(client, escalated).status_code == 302
    assert not Message.objects.exists()


def test_nobody_is_asked_twice(client, desk, library, escalated):
    client.force_login(desk.first_level2)
    assert solve(client, escalated).status_code == 302
    assert not is_asked(client, desk.first_level2, escalated, "close")


# --- What becomes of the line ---------------------------------------------------------------------------


def test_the_line_becomes_an_internal_draft(client, desk, library, escalated):
    client.force_login(desk.first_level2)
    response = solve(client, escalated)
    page = ArticlePage.objects.get()
    assert (page.internal, page.live, page.owner) == (True, False, desk.first_level2)
    assert page.title == "The lamp is dark"
    assert [str(block.value) for block in page.body] == [f"<p>{LINE}</p>"]
    assert page.get_parent().specific == library.topic
    assert PageViewRestriction.objects.filter(page=page).exists()
    assert ArticleSource.objects.get().ticket == escalated
    assert page.workflow_in_progress
    words = said(client, response)
    assert f"Ticket {escalated.reference} is solved." in words
    assert "Your line is kept as the draft “The lamp is dark”, for staff only." in words
    assert Ticket.objects.get(pk=escalated.pk).status == Status.SOLVED
    # Published, it is found by the desk, and by nobody else.
    page.get_latest_revision().publish()
    assert not knowledge.find("dark lamp").hits
    [hit] = knowledge.find("dark lamp", user=desk.first_level1).hits
    assert hit.article.pk == page.pk


def test_closing_keeps_it_too(client, desk, library, escalated):
    client.force_login(desk.first_level2)
    data = {"seen_version": escalated.version, "lesson": LINE}
    assert client.post(address(escalated, "ticket_close"), data).status_code == 302
    assert ArticlePage.objects.get().internal
    assert Ticket.objects.get(pk=escalated.pk).status == Status.CLOSED


def test_people_are_masked(client, desk, library):
    ticket = make_ticket(desk, subject="Budi's lamp, 0812-3456-7890")
    organisation = Organisation.objects.create(name="PT Maju Jaya")
    Contact.objects.filter(pk=ticket.contact_id).update(
        name="Budi Santoso", organisation=organisation
    )
    tickets.escalate(ticket, by=desk.first_level1, reason="wrong-division", note="Dark.")
    client.force_login(desk.first_level2)
    solve(client, ticket, lesson="Maju Jaya <b>always</b> has this: call Budi, budi@example.org")
    page = ArticlePage.objects.get()
    assert page.title == "[name]'s lamp, …"
    assert "<p>[name] &lt;b&gt;always&lt;/b&gt; has this: call [name], …</p>" in str(page.body)


def test_it_goes_where_such_articles_are(client, desk, library, escalated):
    other = library._add(library.base, TopicPage(title="Lamps", slug="lamps"))
    article = library.article("About lamps", parent=other)
    article.complaint_types.set([escalated.complaint_type])
    article.save()
    page = keep(desk, escalated)
    assert page.get_parent().specific == other


def test_it_goes_into_the_requester_s_language(desk, library, escalated):
    indonesian = library.indonesian()
    Ticket.objects.filter(pk=escalated.pk).update(locale=indonesian.locale, language="id")
    escalated.refresh_from_db()
    assert keep(desk, escalated).get_parent().specific == indonesian


def keep(desk, ticket):
    tickets.solve(ticket, by=desk.first_level2, outcome="fixed", solution="A new fuse")
    return keep_lesson(ticket, by=desk.first_level2, line=LINE)


@pytest.mark.parametrize("verb", ["solve", "close"])
def test_without_a_topic_it_is_kept_as_a_private_note(client, desk, escalated, verb):
    client.force_login(desk.first_level2)
    version = Ticket.objects.get(pk=escalated.pk).version
    data = {"outcome": "fixed", "solution": "x", "lesson": LINE, "seen_version": version}
    response = client.post(address(escalated, f"ticket_{verb}"), data)
    note = Message.objects.get()
    assert (note.kind, note.body, note.by_user) == (MessageKind.NOTE, LINE, desk.first_level2)
    assert "it is kept as a private note" in said(client, response)


@pytest.mark.parametrize("lesson", ["", "  ", "\u200b"])
def test_nothing_comes_of_nothing(client, desk, library, escalated, lesson):
    client.force_login(desk.first_level2)
    assert solve(client, escalated, lesson=lesson).status_code == 302
    assert not ArticlePage.objects.exists() and not Message.objects.exists()


def test_whatever_fails_the_ticket_is_solved(client, desk, library, escalated, monkeypatch):
    monkeypatch.setattr("wagtail_helpdesk.knowledge.lessons.draft_article", fail)
    client.force_login(desk.first_level2)
    response = solve(client, escalated)
    assert Ticket.objects.get(pk=escalated.pk).status == Status.SOLVED
    assert Message.objects.get().body == LINE
    assert "it is kept as a private note" in said(client, response)


def test_if_nothing_at_all_can_be_kept_the_line_is_shown(
    client, desk, library, escalated, monkeypatch
):
    monkeypatch.setattr("wagtail_helpdesk.knowledge.lessons.draft_article", fail)
    monkeypatch.setattr("wagtail_helpdesk.knowledge.lessons.keep_as_note", fail)
    client.force_login(desk.first_level2)
    words = said(client, solve(client, escalated))
    assert Ticket.objects.get(pk=escalated.pk).status == Status.SOLVED
    assert f"Copy it from here: “{LINE}”" in words


def fail(*args, **kwargs):
    raise RuntimeError


def test_if_solving_is_refused_the_line_stays_in_the_form(client, desk, library, escalated):
    client.force_login(desk.first_level2)
    response = solve(client, escalated, outcome="")
    assert response.status_code == 422 and LINE in response.content.decode()
    response = solve(client, escalated, seen_version=1)
    assert response.status_code == 409 and LINE in response.content.decode()
    assert not ArticlePage.objects.exists() and not Message.objects.exists()
    assert solve(client, escalated).status_code == 302
    # The second click of two comes too late.
    assert solve(client, escalated).status_code == 409
    assert ArticlePage.objects.count() == 1 and not Message.objects.exists()


def test_a_very_long_title_is_cut(desk, library):
    ticket = make_ticket(desk, subject="Bob " * 50)
    Contact.objects.filter(pk=ticket.contact_id).update(name="Bob - Bob")
    tickets.escalate(ticket, by=desk.first_level1, reason="wrong-division", note="Dark.")
    ticket.refresh_from_db()
    assert len(keep(desk, ticket).title) <= 255


def test_somebody_of_another_division_who_holds_it(client, desk, escalated):
    """Level 2 elsewhere, and the assignee here."""
    helper = make_user("helper", groups=[desk.agents])
    DivisionMember.objects.create(division=desk.second, user=helper, level=desk.level2)
    Ticket.objects.filter(pk=escalated.pk).update(assignee=helper)
    assert is_asked(client, helper, escalated)


@pytest.mark.parametrize(("steps", "queries"), [(0, 14), (1, 20)])
def test_what_asking_costs(client, desk, ticket, steps, queries, django_assert_num_queries):
    for _step in range(steps):
        tickets.escalate(ticket, by=desk.first_level1, reason="wrong-division", note="Dark.")
    client.force_login(desk.first_level2)
    client.get(address(ticket))
    with django_assert_num_queries(queries):
        client.get(address(ticket))
