"""Articles beside a ticket: which are offered to whom, and which may be sent to the requester."""

import html
import re

import pytest
from django.urls import reverse
from wagtail.models import Locale, PageViewRestriction

from tests.factories import make_ticket
from tests.knowledge.conftest import Library
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import SearchLog, Ticket

INSERT = "wh-articles#insert"


@pytest.fixture
def library(desk):
    """The Level 1 group is there before the articles: internal ones are open to it."""
    return Library(desk)


@pytest.fixture
def dark(desk):
    """A ticket about a router."""
    body = "Since Monday the router has no light, and the socket works."
    return make_ticket(desk, subject="My router is dark", body=body)


def address(ticket):
    return reverse("wagtail_helpdesk_admin:ticket_panel", args=[ticket.pk, "articles"])


def panel(client, ticket, **query):
    """The panel as the ticket's page fetches it."""
    response = client.get(address(ticket), query, headers={"X-Requested-With": "XMLHttpRequest"})
    assert response.status_code == 200
    return response.content.decode()


def words_of(content):
    words = re.sub(r"<[^>]+>", "", content)
    return " ".join(html.unescape(words).split())


def test_the_articles_that_may_answer_the_ticket(client, desk, library, dark):
    article = library.article("The router has no light", "Is the socket dead? Try another socket.")
    library.article("Read your bill", "The bill lists the month and the plan.")
    client.force_login(desk.first_level1)
    content = panel(client, dark)
    assert "The router has no light" in words_of(content)
    assert "Read your bill" not in content
    assert f'data-wh-url="{article.full_url}"' in content
    assert article.full_url.startswith("http")
    assert 'data-wh-title="The router has no light"' in content
    # Not what a visitor looked for.
    assert not SearchLog.objects.exists()


def test_an_article_that_has_only_small_words_of_it_is_not_offered(client, desk, library, dark):
    library.article("The router has no light", "My router is dark since Monday: a dead socket.")
    library.article("Opening hours", "On Monday we open at nine.")
    client.force_login(desk.first_level1)
    assert "Opening hours" not in panel(client, dark)
    # Whoever looks for it finds it.
    assert "Opening" in words_of(panel(client, dark, q="monday"))


def test_staff_look_for_another_one(client, desk, library, dark):
    library.article("The router has no light", "Is the socket dead?")
    library.article("Read your bill", "The bill lists the month and the plan.")
    client.force_login(desk.first_level1)
    words = words_of(panel(client, dark, q="bills"))
    assert "Found for “bills”" in words and "Read your bill" in words
    assert "router" not in words
    assert "No article has these words." in words_of(panel(client, dark, q="zebra"))
    # As a page, without script: there is no text to insert a link into.
    page = client.get(address(dark), {"q": "bills"}).content.decode()
    assert "<html" in page and "Read your" in page and INSERT not in page


def test_only_what_a_stranger_may_read_is_sent_to_the_requester(client, desk, library, dark):
    library.article("Router for colleagues", "A router with no light.", internal=True)
    private = library.article("Router of the customers", "A router with no light.")
    restriction = PageViewRestriction.objects.create(page=private, restriction_type="login")
    client.force_login(desk.first_level1)
    content = panel(client, dark)
    words = words_of(content)
    assert "Router for colleagues (opens in a new tab) For staff only" in words
    assert "Router of the customers (opens in a new tab) Not for every reader" in words
    assert INSERT not in content
    restriction.delete()
    content = panel(client, dark)
    assert content.count(INSERT) == 1
    assert 'data-wh-title="Router of the customers"' in content


def test_internal_articles_are_not_shown_to_staff_without_their_group(client, desk, library, dark):
    library.article("Router for colleagues", "A router with no light.", internal=True)
    PageViewRestriction.objects.get().groups.set([desk.managers])
    client.force_login(desk.first_level1)
    assert "colleagues" not in panel(client, dark)
    client.force_login(desk.manager)
    assert "colleagues" in panel(client, dark)


def test_drafts_and_articles_of_another_language_are_not_offered(client, desk, library, dark):
    library.article("Draft about a router with no light", publish=False)
    library.article("Router tanpa light", "Router.", parent=library.indonesian())
    client.force_login(desk.first_level1)
    assert "No article has the words of this ticket." in words_of(panel(client, dark))


@pytest.mark.parametrize("has_locale", [True, False])
def test_the_language_is_the_requester_s(client, desk, library, has_locale):
    library.article("The router is dark", "A router.")
    library.article("Router mati", "Lampu router mati.", parent=library.indonesian())
    ticket = make_ticket(desk, subject="Router mati", body="Lampu router mati.")
    locale = Locale.objects.get(language_code="id") if has_locale else None
    Ticket.objects.filter(pk=ticket.pk).update(language="id-id", locale=locale)
    client.force_login(desk.first_level1)
    words = words_of(panel(client, ticket))
    assert "Router mati" in words and "dark" not in words


def test_titles_stay_text(client, desk, library, dark):
    library.article('<img src=x onerror=alert(1)> "router" light', "A router with no light.")
    client.force_login(desk.first_level1)
    content = panel(client, dark)
    assert "<img" not in content
    assert 'data-wh-title="&lt;img src=x onerror=alert(1)&gt; &quot;router&quot; light"' in content


def test_no_button_where_nothing_may_be_written(client, desk, library, dark):
    library.article("The router has no light", "A router.")
    desk.agents.permissions.remove(
        *desk.agents.permissions.filter(codename__in=["reply_ticket", "note_ticket"])
    )
    client.force_login(desk.first_level1)
    content = panel(client, dark)
    assert "no light" in words_of(content) and INSERT not in content


@pytest.mark.parametrize("query", ["\x00", "a" * 5000, "'\"*) OR (", "  "])
def test_any_question_is_taken(client, desk, library, dark, query):
    client.force_login(desk.first_level1)
    panel(client, dark, q=query)


def test_who_lost_the_ticket_reads_no_articles_about_it(client, desk, library, dark):
    client.force_login(desk.first_level1)
    assert client.get(address(dark)).status_code == 200
    desk.level2.restricted = True
    desk.level2.save()
    tickets.escalate(dark, by=desk.first_leader, reason="needs-deeper-knowledge", note="Dark.")
    assert client.get(address(dark)).status_code == 404


def test_the_ticket_s_page_asks_for_no_articles(client, desk, library, dark, monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("looked for articles")

    monkeypatch.setattr("wagtail_helpdesk.staff.workspace.panels.related_articles", fail)
    client.force_login(desk.first_level1)
    page = client.get(reverse("wagtail_helpdesk_admin:ticket", args=[dark.pk]))
    assert page.status_code == 200 and address(dark) in page.content.decode()


@pytest.mark.parametrize("articles", [2, 30])
def test_as_many_queries_for_few_articles_as_for_many(
    client, desk, library, dark, articles, django_assert_num_queries
):
    for number in range(articles):
        library.article(f"The router has no light {number}", "Is the socket dead?")
    client.force_login(desk.first_level1)
    panel(client, dark)
    with django_assert_num_queries(19):
        content = panel(client, dark)
    assert content.count(INSERT) == min(articles, 5)
