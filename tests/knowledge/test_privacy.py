"""Who reads which articles: Wagtail's privacy, and the mark "for staff only"."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from tests.factories import make_ticket
from tests.public.conftest import new_visitor
from tests.public.helpers import FORM, soup
from wagtail_helpdesk import knowledge
from wagtail_helpdesk.knowledge.articles import open_to_strangers, visible_pages
from wagtail_helpdesk.knowledge.following import _groups_of_the_desk
from wagtail_helpdesk.pages.models import ArticlePage, TopicPage

SEARCH = "/support/help/search/"


def restricted_pages(library, count, *, below=None, first=500):
    """That many pages, each behind a restriction of its own, as internal articles are."""
    parent = Page.objects.get(pk=(below or library.topic).pk)
    kind = ContentType.objects.get_for_model(ArticlePage)
    Page.objects.bulk_create(
        Page(
            title=f"Inner {number}",
            slug=f"inner-{number}",
            path=parent.path + Page._int2str(first + number).rjust(4, "0"),
            depth=parent.depth + 1,
            url_path=f"{parent.url_path}inner-{number}/",
            locale=parent.locale,
            content_type=kind,
        )
        for number in range(count)
    )
    keys = Page.objects.filter(slug__startswith="inner-").values_list("pk", flat=True)
    PageViewRestriction.objects.bulk_create(
        PageViewRestriction(page_id=key, restriction_type="groups") for key in keys
    )


def addresses(library):
    return [
        "/support/",
        "/support/help/",
        library.topic.url,
        f"{SEARCH}?q=lamp",
        f"{FORM}?page={library.base.pk}",
    ]


# --- Many restrictions -----------------------------------------------------------------------------


def test_twelve_hundred_closed_articles_break_and_cost_nothing(desk, library, client):
    article = library.article("The lamp", "Turn the lamp's switch.")
    agent = Client()
    agent.force_login(desk.first_level1)
    ticket = make_ticket(desk, subject="The lamp is dark")
    panel = reverse("wagtail_helpdesk_admin:ticket_panel", args=[ticket.pk, "articles"])
    asked = [(client, each) for each in (*addresses(library), article.url)] + [(agent, panel)]

    def costs():
        numbers = []
        for browser, address in asked:
            browser.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert browser.get(address).status_code == 200, address
            numbers.append(len(queries))
        return numbers

    library.article("The lamp for staff", internal=True)
    costs()  # the form begins a session, which costs queries of its own
    before = costs()
    restricted_pages(library, 1200)
    assert costs() == before
    assert [hit.article for hit in knowledge.find("lamp").hits] == [article]


def test_twelve_hundred_closed_topics_break_nothing(desk, library):
    """They have children, and what is below them is closed as well."""
    restricted_pages(library, 1200, below=library.base)
    library.article("The lamp")
    for number in (0, 1199):
        topic = Page.objects.get(slug=f"inner-{number}")
        library.article(f"The lamp {number}", parent=topic)
    assert [hit.article.title for hit in knowledge.find("lamp").hits] == ["The lamp"]
    assert [p.title for p in open_to_strangers(ArticlePage.objects.all())] == ["The lamp"]


def test_only_what_is_below_is_closed(library, desk):
    """A path that begins with the same letters at another depth is no child."""
    article = library.article("The lamp")
    other = library._add(library.base, TopicPage(title="Other", slug="other"))
    inner = library.article("Inner lamp", parent=other)
    PageViewRestriction.objects.create(page_id=other.pk, restriction_type="login")
    PageViewRestriction.objects.create(
        page_id=library.article("Third lamp").pk, restriction_type="password", password="x"
    )

    def seen(user=None, page=None):
        pages = visible_pages(
            ArticlePage, site=desk.site, locale=article.locale, user=user, seen=page
        )
        return set(pages.values_list("title", flat=True))

    assert seen() == {"The lamp"}
    assert seen(page=inner) == {"The lamp", "Inner lamp"}
    assert seen(desk.first_level1) == {"The lamp", "Inner lamp"}


@pytest.mark.parametrize("how", ["page", "topic"])
def test_a_complaint_is_about_no_page_that_is_closed(desk, library, how):
    visitor = new_visitor(desk)
    restricted_pages(library, 1200)
    article = library.article("The lamp")
    assert soup(visitor.get(FORM, {"page": article.pk})).find(id="id_page")
    closed = {"page": article, "topic": library.topic}[how]
    PageViewRestriction.objects.create(page_id=closed.pk, restriction_type="login")
    assert not soup(visitor.get(FORM, {"page": article.pk})).find(id="id_page")


# --- For staff only --------------------------------------------------------------------------------


def test_an_editors_own_restriction_outlives_every_edit(library, client):
    """Also where it names the very groups that we would."""
    page = library.article("The cellar", "Its code.")
    restriction = PageViewRestriction.objects.create(page_id=page.pk, restriction_type="groups")
    restriction.groups.set(_groups_of_the_desk())
    page.title = "The cellar's key"
    page.save_revision().publish()
    ArticlePage.objects.get(pk=page.pk).save(update_fields=["title"])
    assert PageViewRestriction.objects.get() == restriction
    assert client.get(page.url).status_code == 302
