"""An article is an ordinary Wagtail page: what Wagtail does to pages works, and the search follows."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.contrib.sitemaps import Sitemap
from wagtail.models import (
    GroupApprovalTask,
    Locale,
    Page,
    PageViewRestriction,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from tests.factories import make_user
from tests.public.helpers import soup, text_of
from wagtail_helpdesk import knowledge
from wagtail_helpdesk.models import ArticleCount, ArticleText, VocabularyWord
from wagtail_helpdesk.pages.models import ArticlePage

SEARCH = "/support/help/search/"


def found(text, **kwargs):
    return [hit.article.title for hit in knowledge.find(text, **kwargs).hits]


def edit(article, **changes):
    """A new revision of ``article``, not published."""
    page = article.get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(page, name, value)
    return page.save_revision()


@pytest.fixture
def editor():
    return make_user("editor", is_superuser=True, is_staff=True)


@pytest.fixture
def admin(client, editor):
    client.force_login(editor)
    return client


def test_a_draft_changes_nothing_until_it_is_published(library):
    library.article("The printer")
    article = library.article("The lamp stays dark")
    revision = edit(article, title="The lantern stays dark", summary="About a lantern.")
    assert found("lamp") == ["The lamp stays dark"]
    assert found("lantern", exact=True) == []
    revision.publish()
    assert found("lantern") == ["The lantern stays dark"]
    assert found("lamp", exact=True) == []


def test_an_earlier_revision_that_is_published_again_is_found_again(library):
    library.article("The printer")
    article = library.article("The lamp stays dark")
    first = article.latest_revision
    edit(article, title="The lantern").publish()
    first.publish()
    assert found("lamp") == ["The lamp stays dark"]


def test_publishing_and_expiring_on_time(library, monkeypatch):
    library.article("The printer")
    article = library.article("The lamp stays dark", publish=False)
    now = timezone.now()
    hour = timedelta(hours=1)
    edit(article, go_live_at=now + hour, expire_at=now + 3 * hour).publish()

    def at(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)
        call_command("publish_scheduled", stdout=StringIO())

    at(now)
    assert found("lamp", exact=True) == []
    at(now + 2 * hour)
    assert found("lamp") == ["The lamp stays dark"]
    at(now + 4 * hour)
    assert found("lamp", exact=True) == []
    assert not ArticleText.objects.filter(pk=article.pk).exists()


def test_moderation_publishes_what_was_approved(library, desk, editor):
    library.article("The printer")
    article = library.article("The lamp stays dark", publish=False)
    task = GroupApprovalTask.objects.create(name="Read it")
    task.groups.add(desk.agents)
    workflow = Workflow.objects.create(name="Moderation")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(workflow=workflow, page_id=library.base.pk)
    state = article.get_workflow().start(article, editor)
    assert found("lamp", exact=True) == []
    state.current_task_state.approve(user=editor)
    assert found("lamp") == ["The lamp stays dark"]


def test_what_is_unpublished_moved_out_or_deleted_is_not_found(library):
    library.article("The printer")
    gone = library.article("The lamp is unpublished")
    gone.unpublish()
    deleted = library.article("The lamp is deleted")
    Page.objects.get(pk=deleted.pk).delete()
    moved = library.article("The lamp is elsewhere")
    Page.objects.get(pk=moved.pk).move(Page.get_first_root_node(), pos="last-child")
    assert found("lamp", exact=True) == []
    assert knowledge.suggest("the lamp is elsewhere") == []


def test_a_copy_is_a_page_of_its_own(library):
    library.article("The printer")
    article = library.article("The lamp stays dark")
    copy = article.copy(update_attrs={"title": "The lantern stays dark", "slug": "lantern"})
    assert sorted(found("stays dark")) == ["The lamp stays dark", "The lantern stays dark"]
    copy.specific.unpublish()
    assert found("lantern", exact=True) == []


def test_a_translation_is_searched_in_its_own_language(library, admin):
    library.article("The printer")
    article = library.article("The lamp stays dark", summary="Turn the switch.")
    indonesian = library.indonesian().locale
    library.topic.copy_for_translation(indonesian, copy_parents=True)
    answer = admin.post(
        reverse("simple_translation:submit_page_translation", args=[article.pk]),
        {"locales": [indonesian.pk], "include_subtree": ""},
    )
    assert answer.status_code == 302
    copy = article.get_translation(indonesian)
    assert not copy.live
    copy.title, copy.summary = "Lampu tetap gelap", "Putarlah sakelarnya."
    copy.save_revision().publish()
    assert found("memutar sakelar", locale=indonesian) == ["Lampu tetap gelap"]
    english = Locale.objects.get(language_code="en")
    assert found("switch", locale=english) == ["The lamp stays dark"]
    assert found("sakelar", locale=english, exact=True) == []


def test_an_alias_is_not_found_where_it_does_not_stand(library):
    library.article("The printer")
    article = library.article("The lamp stays dark")
    indonesian = library.indonesian()
    article.copy_for_translation(indonesian.locale, copy_parents=True, alias=True)
    assert found("lamp stays dark", locale=article.locale) == ["The lamp stays dark"]
    edit(article, title="The lantern stays dark").publish()
    assert found("lantern", locale=indonesian.locale) == ["The lantern stays dark"]


@pytest.mark.parametrize("closed", ["article", "topic", "base"])
def test_privacy_holds_everywhere(client, library, desk, closed):
    library.article("The printer")
    article = library.article("The lamp stays dark")
    client.get(article.url)
    page = {"article": article, "topic": library.topic, "base": library.base}[closed]
    restriction = PageViewRestriction.objects.create(page_id=page.pk, restriction_type="groups")
    restriction.groups.add(desk.agents)
    assert found("lamp", exact=True) == []
    assert knowledge.suggest("the lamp stays dark") == []
    for address in ("/support/", "/support/help/", library.topic.url, SEARCH + "?q=lamp"):
        assert article.url not in client.get(address).content.decode()
    assert article.title not in text_of(client.get("/support/help/"))
    assert found("lamp", user=make_user("reader of no group")) == []
    assert found("lamp", user=desk.first_level1) == ["The lamp stays dark"]
    client.force_login(desk.first_level1)
    assert article.url in client.get(SEARCH + "?q=lamp").content.decode()


def test_sitemap_and_site_search_have_public_articles_only(library):
    article = library.article("The lamp stays dark")
    internal = library.article("The lamp for staff", internal=True)
    request = RequestFactory().get("/sitemap.xml")
    listed = {page.pk for page in Sitemap(request).items()}
    assert article.pk in listed
    assert internal.pk not in listed
    hits = {page.pk for page in Page.objects.live().public().search("lamp")}
    assert hits == {article.pk}


def test_an_article_is_previewed_before_it_was_ever_saved(library, admin):
    data = {
        "title": "A new lamp",
        "slug": "a-new-lamp",
        "summary": "It is bright.",
        "internal": "",
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "heading",
        "body-0-value": "Which lamps there are",
        "body-0-id": "",
        "related-count": "0",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    address = reverse(
        "wagtailadmin_pages:preview_on_add",
        args=["wagtail_helpdesk_pages", "articlepage", library.topic.pk],
    )
    assert json.loads(admin.post(address, data).content) == {
        "is_valid": True,
        "is_available": True,
    }
    page = admin.get(address)
    assert page.status_code == 200
    assert soup(page).h1.get_text() == "A new lamp"
    assert "Which lamps there are" in text_of(page)
    assert not ArticlePage.objects.exists()


def test_a_draft_that_is_for_staff_only_closes_nothing_yet(library):
    article = library.article("The lamp stays dark")
    edit(article, internal=True)
    assert not PageViewRestriction.objects.exists()


def test_a_preview_counts_nothing(library, admin):
    article = library.article("The lamp stays dark")
    edit(article, title="A lantern")
    address = reverse("wagtailadmin_pages:view_draft", args=[article.pk])
    assert "A lantern" in text_of(admin.get(address))
    assert not article.__class__.objects.filter(pk=article.pk, title="A lantern").exists()
    assert not ArticleCount.objects.exists()


@pytest.mark.parametrize("kind", ["knowledgebasepage", "topicpage"])
def test_the_pages_above_are_previewed_before_they_were_ever_saved(library, admin, kind):
    parent = library.support if kind == "knowledgebasepage" else library.base
    address = reverse(
        "wagtailadmin_pages:preview_on_add", args=["wagtail_helpdesk_pages", kind, parent.pk]
    )
    data = {
        "title": "All about lamps",
        "slug": "lamps",
        "introduction": "Bright and dark ones.",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    assert json.loads(admin.post(address, data).content)["is_valid"]
    page = admin.get(address)
    assert (page.status_code, soup(page).h1.get_text()) == (200, "All about lamps")


def test_the_words_of_a_whole_topic_go_with_it(library):
    library.article("The lamp stays dark")
    library.article("The printer")
    Page.objects.get(pk=library.topic.pk).delete()
    assert not ArticleText.objects.exists()
    assert not VocabularyWord.objects.filter(articles__gt=0).exists()


def test_unpublishing_a_topic_with_all_below_it_takes_their_words_out(library, editor):
    library.article("The lamp stays dark")
    Page.objects.get(pk=library.topic.pk).specific.unpublish()
    base = Page.objects.get(pk=library.base.pk)
    UnpublishPageAction(base, user=editor, include_descendants=True).execute()
    assert not ArticleText.objects.exists()
    assert not VocabularyWord.objects.filter(articles__gt=0).exists()
