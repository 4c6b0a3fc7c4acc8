"""Who reads which articles: Wagtail's privacy, and the mark "for staff only"."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from tests.factories import make_ticket, make_user
from tests.public.conftest import new_visitor
from tests.public.helpers import FORM, soup
from wagtail_helpdesk import knowledge
from wagtail_helpdesk.knowledge.articles import open_to_strangers, visible_pages
from wagtail_helpdesk.knowledge.following import _groups_of_the_desk
from wagtail_helpdesk.knowledge.for_tickets import public_among
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


def as_user(user):
    browser = Client()
    browser.force_login(get_user_model().objects.get(pk=user.pk))
    return browser


@pytest.mark.parametrize("left", ["nothing", "log-in", "password"])
def test_the_mark_closes_an_article_whatever_its_restriction(desk, library, visitors, left):
    """An editor may have lifted or widened it in the privacy dialog; who logs in may be a customer."""
    page = library.article("The cellar", "Code 4711", internal=True)
    PageViewRestriction.objects.all().delete()
    if left != "nothing":
        lock = PageViewRestriction.objects.create(
            page_id=page.pk, restriction_type=left.replace("-", ""), password="x"
        )
    for name, browser in visitors.items():
        if left == "password":
            session = browser.session
            session[PageViewRestriction.passed_view_restrictions_session_key] = [lock.pk]
            session.save()
        for address in (page.url, page.url + "vote/"):
            answer = browser.get(address)
            if name == "agent":
                assert answer.status_code == (200 if address == page.url else 405)
            else:
                assert answer.status_code == 302 and "login" in answer.url, (name, address)
                assert "no-store" in answer["Cache-Control"]
        for address in (*addresses(library), f"{SEARCH}?q=cellar", f"{FORM}?page={page.pk}"):
            shown = browser.get(address).content.decode()
            may_see = name == "agent" and left != "password"
            assert ("4711" in shown) == (may_see and "cellar" in address), (name, address)
            assert page.title not in shown or may_see, (name, address)
        answer = browser.post(page.url + "vote/", {"helpful": "yes"})
        assert ("login" in answer.url) == (name != "agent")
    assert not public_among([page.pk])


@pytest.fixture
def visitors(desk):
    return {
        "stranger": Client(),
        "customer": as_user(make_user("customer")),
        "agent": as_user(desk.first_level1),
    }


def test_an_editor_who_is_not_of_the_desk_previews_what_is_for_staff(library, desk):
    page = library.article("The cellar", "Code 4711", internal=True)
    editor = make_user("editor", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editors"))
    address = reverse("wagtailadmin_pages:view_draft", args=[page.pk])
    assert "4711" in as_user(editor).get(address).content.decode()
    assert as_user(editor).get(page.url).status_code == 302


# --- Groups that come to the desk and leave it -----------------------------------------------------


@pytest.fixture
def may_see():
    return Permission.objects.get(
        codename="view_ticket", content_type__app_label="wagtail_helpdesk"
    )


@pytest.mark.parametrize("reverse_side", [False, True])
def test_internal_articles_are_closed_to_who_leaves_and_open_to_who_comes(
    library, desk, may_see, reverse_side
):
    page = library.article("The cellar", "Code 4711", internal=True)
    others = library.article("Of editors", internal=True)
    own = PageViewRestriction.objects.get(page_id=others.pk)
    own.groups.set([desk.managers])
    group = Group.objects.create(name="New at the desk")
    user = make_user("newcomer")
    user.groups.add(group)

    def reads():
        return as_user(user).get(page.url).status_code == 200

    def change(verb):
        if reverse_side:
            getattr(may_see.group_set, verb)(group)
        else:
            getattr(group.permissions, verb)(may_see)

    assert not reads()
    change("add")
    assert reads()
    change("remove")
    assert not reads()
    assert group not in PageViewRestriction.objects.get(page_id=page.pk).groups.all()
    change("add")
    group.permissions.clear()
    assert not reads()
    assert group not in PageViewRestriction.objects.get(page_id=page.pk).groups.all()
    assert list(own.groups.all()) == [desk.managers]
    may_see.group_set.clear()
    assert not PageViewRestriction.objects.get(page_id=page.pk).groups.exists()


def test_our_restriction_is_lifted_after_the_desk_has_grown(library, client, may_see):
    page = library.article("The cellar", internal=True)
    Group.objects.create(name="New at the desk").permissions.add(may_see)
    page = ArticlePage.objects.get(pk=page.pk)
    page.internal = False
    page.save_revision().publish()
    assert client.get(page.url).status_code == 200


def test_the_mark_asks_the_policy_for_tickets_which_lets_managers_see_all(desk, library):
    page = library.article("The cellar", "Code 4711", internal=True)
    PageViewRestriction.objects.filter(page_id=page.pk).delete()
    manager, other = make_user("a manager by hand"), make_user("nobody of the desk")
    manager.user_permissions.add(Permission.objects.get(codename="manage_helpdesk"))

    def found_by(user):
        return [hit.article for hit in knowledge.find("cellar", user=user).hits]

    assert found_by(manager) == [page]
    assert found_by(other) == []
