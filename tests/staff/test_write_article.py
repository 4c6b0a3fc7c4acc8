"""Writing an article from a ticket, as a page: who gets there, what it shows, and where it leads."""

import html
import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupPagePermission, PageViewRestriction, WorkflowPage

from tests.factories import make_ticket
from tests.knowledge.conftest import Library
from tests.test_access_table import STAFF
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import ArticleSource, Status, Ticket
from wagtail_helpdesk.pages.models import ArticlePage

BUTTON = "Write an article from this"


@pytest.fixture
def library(desk):
    return Library(desk)


@pytest.fixture
def solved(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.reply(ticket, by=desk.first_level1, body="Dear Mr Visitor, change the bulb.")
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed", solution="A new bulb")
    return ticket


def address(ticket, name="ticket_article"):
    return reverse(f"wagtail_helpdesk_admin:{name}", args=[ticket.pk])


def words_of(response):
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(words).split())


def draft(client, ticket, topic, **data):
    texts = {"title": "Dark lamps", "summary": "", "question": "", "answer": "Change the bulb."}
    return client.post(address(ticket), {"topic": topic.pk, **texts, **data})


# --- Who gets there ---------------------------------------------------------------------------------


@pytest.mark.parametrize("who", STAFF)
def test_whoever_reads_the_ticket_may_write_from_it(desk, library, who):
    desk.level3.restricted = True
    desk.level3.save()
    client = Client()
    if who not in ("anonymous", "plain_admin"):
        client.force_login(getattr(desk, who))
    for case in ("own", "above", "foreign", "held", "restricted"):
        ticket = solved_case(desk, case)
        may = STAFF[who][case] is not None
        page = client.get(address(ticket))
        assert (page.status_code == 200) == may, (who, case)
        assert (f"Xylophone {case}" in page.content.decode()) == may, (who, case)
        response = draft(client, ticket, library.topic)
        assert response.status_code == (302 if may else response.status_code)
        assert ArticleSource.objects.filter(ticket=ticket).exists() == may, (who, case)


def solved_case(desk, case):
    division = desk.second if case == "foreign" else desk.first
    ticket = make_ticket(desk, division=division, subject=f"Xylophone {case}")
    if case == "held":
        tickets.accept(ticket, by=desk.first_level1)
    level = {"above": desk.level2, "held": desk.level2, "restricted": desk.level3}.get(case)
    if level:
        tickets.triage(ticket, by=desk.manager, level=level)
    tickets.solve(ticket, by=desk.manager, outcome="fixed", solution="A new bulb")
    return ticket


def test_without_the_permission_there_is_no_button_and_no_form(client, desk, library, solved):
    client.force_login(desk.first_level1)
    assert BUTTON in words_of(client.get(address(solved, "ticket")))
    desk.agents.permissions.remove(Permission.objects.get(codename="write_article"))
    assert BUTTON not in words_of(client.get(address(solved, "ticket")))
    response = client.get(address(solved), follow=True)
    assert response.redirect_chain == [(address(solved, "ticket"), 302)]
    assert "You may not write articles." in words_of(response)
    draft(client, solved, library.topic)
    assert not ArticlePage.objects.exists()


def test_from_an_open_ticket_nothing_is_written(client, desk, library, ticket):
    client.force_login(desk.first_level1)
    assert BUTTON not in words_of(client.get(address(ticket, "ticket")))
    response = client.get(address(ticket), follow=True)
    assert "This one is not solved yet." in words_of(response)
    draft(client, ticket, library.topic)
    assert not ArticlePage.objects.exists()
    tickets.close(ticket, by=desk.first_level1)
    assert BUTTON in words_of(client.get(address(ticket, "ticket")))
    assert client.get(address(ticket)).status_code == 200


def test_the_group_form_offers_the_permission(client, desk):
    client.force_login(desk.superuser)
    page = client.get(reverse("wagtailusers_groups:edit", args=[desk.agents.pk]))
    permission = Permission.objects.get(codename="write_article")
    assert re.search(rf'name="permissions"[^>]* value="{permission.pk}"', page.content.decode())


# --- The form -----------------------------------------------------------------------------------------


def test_the_form_is_filled_in_and_says_what_was_masked(client, desk, library, solved):
    nested = library._add(library.topic, type(library.topic)(title="Lamps", slug="lamps"))
    nested.live = False
    nested.save()
    library.indonesian()
    client.force_login(desk.first_level1)
    page = client.get(address(solved))
    words = words_of(page)
    assert "Dear Mr [name], change the bulb." in words
    assert "name: Visitor" in words
    assert "The lamp is dark" in page.context["form"]["title"].value()
    assert page.context["form"]["summary"].value() == "A new bulb"
    assert page.context["form"]["question"].value() == solved.body
    assert f'href="{address(solved, "ticket")}"' in page.content.decode()
    [english, indonesian] = page.context["form"].fields["topic"].choices
    assert [label for _key, label in english[1]] == ["Connection", "Connection › Lamps (draft)"]
    assert [label for _key, label in indonesian[1]] == ["Sambungan"]
    assert not ArticlePage.objects.exists()


def test_the_topic_of_such_articles_is_chosen(client, desk, library, solved):
    other = library._add(library.base, type(library.topic)(title="Lamps", slug="lamps"))
    page = library.article("About lamps", parent=other)
    page.complaint_types.set([solved.complaint_type])
    page.save()
    client.force_login(desk.first_level1)
    assert client.get(address(solved)).context["form"]["topic"].value() == other.pk


def test_visitors_words_and_topics_stay_text(client, desk, library):
    ticket = make_ticket(desk, subject="<script>x</script>", body="</textarea><script>y</script>")
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    library.topic.title = library.topic.draft_title = "<script>z</script>"
    library.topic.save()
    client.force_login(desk.first_level1)
    content = client.get(address(ticket)).content.decode()
    assert not re.search(r"<script>[xyz]", content)
    draft(client, ticket, library.topic, title="<script>x</script>")
    assert "<script>x" not in client.get(address(ticket, "ticket")).content.decode()


def test_errors_keep_what_was_written(client, desk, library, solved):
    client.force_login(desk.first_level1)
    response = draft(client, solved, library.topic, title="Mine", answer=" \n ")
    assert response.status_code == 422
    words = words_of(response)
    assert "Enter the answer." in words and "name: Visitor" in words
    assert response.context["form"]["title"].value() == "Mine"
    response = client.post(address(solved), {"topic": "0", "title": "x", "answer": "y"})
    assert response.status_code == 422 and "Select a topic." in words_of(response)
    response = draft(client, solved, library.topic, answer="a" * 50_001)
    assert response.status_code == 422 and "at most 50000 fit" in words_of(response)
    assert not ArticlePage.objects.exists()


def test_without_a_knowledge_base(client, desk, solved):
    client.force_login(desk.first_level1)
    assert "There is no topic to put it below." in words_of(client.get(address(solved)))
    assert client.post(address(solved), {"title": "x", "answer": "y"}).status_code == 422


def test_a_topic_that_is_closed_to_the_writer_is_not_named(client, desk, library, solved):
    restriction = PageViewRestriction.objects.create(page=library.topic, restriction_type="groups")
    restriction.groups.add(desk.managers)
    client.force_login(desk.first_level1)
    assert "Connection" not in words_of(client.get(address(solved)))
    assert draft(client, solved, library.topic).status_code == 422


@pytest.mark.parametrize("topics", [1, 15])
def test_as_many_queries_for_few_topics_as_for_many(
    client, desk, library, solved, topics, django_assert_num_queries
):
    for number in range(topics):
        library._add(library.base, type(library.topic)(title=f"Topic {number}", slug=f"t{number}"))
    client.force_login(desk.first_level1)
    client.get(address(solved))
    with django_assert_num_queries(24):
        assert client.get(address(solved)).status_code == 200


# --- Where it leads -------------------------------------------------------------------------------------


def test_who_may_not_edit_pages_comes_back_to_the_ticket(client, desk, library, solved):
    client.force_login(desk.first_level1)
    response = draft(client, solved, library.topic)
    assert response.url == address(solved, "ticket")
    words = words_of(client.get(response.url))
    assert "“Dark lamps” is a draft, and handed to those who check articles." in words
    assert "Article from this ticket Dark lamps (draft, being checked)" in words
    panel = reverse("wagtail_helpdesk_admin:ticket_panel", args=[solved.pk, "details"])
    assert "Dark lamps (draft, being checked)" in words_of(client.get(panel))
    history = words_of(client.get(address(solved, "ticket_history")))
    assert "Wrote the draft of an article from it" in history


def test_without_a_workflow_the_writer_is_told(client, desk, library, solved):
    WorkflowPage.objects.all().delete()
    client.force_login(desk.first_level1)
    response = draft(client, solved, library.topic)
    words = words_of(client.get(response.url))
    assert "nobody is asked to check it" in words
    assert "Dark lamps (draft)" in words


def test_who_may_edit_pages_goes_on_in_their_editor(client, desk, library, solved):
    permission = Permission.objects.get(codename="add_page", content_type__app_label="wagtailcore")
    GroupPagePermission.objects.create(group=desk.agents, page=library.base, permission=permission)
    client.force_login(desk.first_level1)
    response = draft(client, solved, library.topic)
    page = ArticlePage.objects.get()
    assert response.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    editor = client.get(response.url)
    assert editor.status_code == 200
    assert address(solved, "ticket") in editor.content.decode()
    assert response.url in client.get(address(solved, "ticket")).content.decode()


def test_a_double_click_makes_one(client, desk, library, solved):
    client.force_login(desk.first_level1)
    for _click in range(2):
        assert draft(client, solved, library.topic).status_code == 302
    assert ArticleSource.objects.count() == 1


def test_a_published_article_is_linked_for_everybody(client, desk, library, solved):
    client.force_login(desk.first_level1)
    draft(client, solved, library.topic)
    page = ArticlePage.objects.get()
    page.get_latest_revision().publish()
    page.refresh_from_db()
    response = client.get(address(solved, "ticket"))
    assert "Dark lamps (published)" in words_of(response)
    assert f'href="{page.full_url}"' in response.content.decode()


def test_the_page_s_editor_leads_to_the_ticket_those_who_may_read_it(client, desk, library, solved):
    client.force_login(desk.first_level1)
    draft(client, solved, library.topic)
    page = ArticlePage.objects.get()
    for view in ("wagtailadmin_pages:edit", "wagtailadmin_explore"):
        url = reverse(view, args=[page.pk])
        client.force_login(desk.superuser)
        content = client.get(url).content.decode()
        assert f"Ticket {solved.reference}" in content
        assert address(solved, "ticket") in content
        for codename in ("add_page", "change_page"):
            GroupPagePermission.objects.get_or_create(
                group=desk.agents,
                page=library.base,
                permission=Permission.objects.get(
                    codename=codename, content_type__app_label="wagtailcore"
                ),
            )
        client.force_login(desk.second_level1)
        response = client.get(url)
        assert response.status_code == 200
        assert solved.reference not in response.content.decode()


def test_the_article_stays_when_the_ticket_is_opened_again(client, desk, library, solved):
    client.force_login(desk.first_level1)
    draft(client, solved, library.topic)
    tickets.reopen(solved, by=desk.first_level1)
    words = words_of(client.get(address(solved, "ticket")))
    assert "Article from this ticket" not in words and BUTTON not in words
    panel = reverse("wagtail_helpdesk_admin:ticket_panel", args=[solved.pk, "details"])
    assert "Dark lamps" in words_of(client.get(panel))


@pytest.mark.parametrize("kind", ["password", "groups"])
def test_an_article_that_is_closed_to_the_reader_is_not_named(client, desk, library, solved, kind):
    client.force_login(desk.first_level1)
    draft(client, solved, library.topic, title="Secret lamps")
    page = ArticlePage.objects.get()
    page.get_latest_revision().publish()
    draft(client, solved, library.topic, title="Open lamps")
    PageViewRestriction.objects.create(page=page, restriction_type=kind, password="x")
    client.get(address(solved, "ticket"))  # says to the writer what became of it
    panel = reverse("wagtail_helpdesk_admin:ticket_panel", args=[solved.pk, "details"])
    for url in (address(solved, "ticket"), panel):
        response = client.get(url)
        words = words_of(response)
        assert "Open lamps (draft, being checked) An article that you may not read" in words
        assert "Secret" not in words and page.full_url not in response.content.decode()
    # Whoever may edit the page may read it.
    client.force_login(desk.superuser)
    assert "Secret lamps (published)" in words_of(client.get(panel))
    editors = Group.objects.create(name="Editors of lamps")
    desk.first_level1.groups.add(editors)
    GroupPagePermission.objects.create(
        group=editors, page=library.topic, permission=Permission.objects.get(codename="change_page")
    )
    client.force_login(desk.first_level1)
    assert "Secret lamps (published)" in words_of(client.get(panel))


def test_an_article_below_a_closed_topic_is_not_named(client, desk, library, solved):
    client.force_login(desk.first_level1)
    draft(client, solved, library.topic, title="Secret lamps")
    PageViewRestriction.objects.create(
        page=library.topic, restriction_type="password", password="x"
    )
    client.get(address(solved, "ticket"))  # says to the writer what became of it
    words = words_of(client.get(address(solved, "ticket")))
    assert "An article that you may not read" in words and "Secret" not in words


@pytest.mark.parametrize("articles", [1, 2, 9])
def test_the_panel_of_details_costs_no_more_for_many_articles(
    client, desk, library, solved, articles, django_assert_num_queries
):
    client.force_login(desk.first_level1)
    for number in range(articles):
        draft(client, solved, library.topic, title=f"Lamps {number}")
    panel = reverse("wagtail_helpdesk_admin:ticket_panel", args=[solved.pk, "details"])
    client.get(panel)
    with django_assert_num_queries(16):
        client.get(panel)


@pytest.mark.parametrize(("articles", "queries"), [(0, 16), (1, 20), (2, 20), (5, 20)])
def test_what_a_solved_ticket_s_page_costs(
    client, desk, library, solved, articles, queries, django_assert_num_queries
):
    """One query more than an open one's; where there are articles, who may read and edit the newest two."""
    client.force_login(desk.first_level1)
    for number in range(articles):
        draft(client, solved, library.topic, title=f"Lamps {number}")
    client.get(address(solved, "ticket"))
    with django_assert_num_queries(queries):
        client.get(address(solved, "ticket"))
    assert Ticket.objects.get(pk=solved.pk).status == Status.SOLVED
