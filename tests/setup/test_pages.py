import pytest
from django.apps import apps
from wagtail.models import Locale, Page, Site

from wagtail_helpdesk.pages.models import SupportPage
from wagtail_helpdesk.setup import prepare

pytestmark = pytest.mark.django_db


@pytest.fixture
def front():
    return Site.objects.get().root_page.specific


@pytest.fixture
def indonesian(front):
    """The front page's Indonesian translation."""
    locale = Locale.objects.get_or_create(language_code="id")[0]
    return front.copy_for_translation(locale)


def drafts():
    return SupportPage.objects.order_by("pk")


def test_a_draft_below_the_front_page(front):
    prepare()
    page = drafts().get()
    assert page.get_parent().pk == front.pk
    assert (page.slug, page.live, page.has_unpublished_changes) == ("support", False, True)
    assert page.get_latest_revision_as_object().title == "Support"
    assert [block.block_type for block in page.body] == ["complaint", "lookup"]


def test_a_translated_draft_per_language_with_a_front_page(front, indonesian):
    Locale.objects.get_or_create(language_code="fr")  # without a front page: nothing to hang it on
    prepare()
    english, other = drafts()
    assert other.get_parent().pk == indonesian.pk
    assert (other.title, other.slug, other.live) == ("Bantuan", "support", False)
    assert other.translation_key == english.translation_key


def test_a_language_added_later_gets_its_draft(front):
    prepare()
    front.copy_for_translation(Locale.objects.get_or_create(language_code="id")[0])
    prepare()
    english, other = drafts()
    assert other.translation_key == english.translation_key
    prepare()
    assert drafts().count() == 2


def test_a_page_anywhere_below_is_the_owner_s(front):
    section = front.add_child(instance=Page(title="About", slug="about"))
    section.add_child(instance=SupportPage(title="Ask us", slug="ask"))
    prepare()
    assert drafts().get().title == "Ask us"


def test_each_site_gets_its_own(front):
    second = Page.get_first_root_node().add_child(instance=Page(title="Shop", slug="shop"))
    Site.objects.create(hostname="shop.example.org", root_page=second)
    # Two addresses of one tree are one page.
    Site.objects.create(hostname="www.shop.example.org", root_page=second)
    prepare()
    assert [page.get_parent().pk for page in drafts()] == [front.pk, second.pk]


def test_a_taken_address_is_not_fought_over(front):
    front.add_child(instance=Page(title="Support", slug="support"))
    prepare()
    assert drafts().get().slug == "support-2"


def test_a_front_page_that_admits_none_is_named(front, monkeypatch):
    monkeypatch.setattr(SupportPage, "can_create_at", classmethod(lambda cls, parent: False))
    report = prepare()
    assert not drafts().exists()
    assert "subpage_types" in report.notes[0]


@pytest.fixture
def without_the_pages_app(monkeypatch):
    installed = apps.is_installed
    monkeypatch.setattr(
        apps, "is_installed", lambda name: name != "wagtail_helpdesk.pages" and installed(name)
    )


def test_without_the_pages_app_the_rest_is_made_and_a_note_says_so(
    without_the_pages_app, monkeypatch
):
    monkeypatch.setattr("wagtail_helpdesk.setup.pages.support_page_models", list)
    report = prepare()
    assert not drafts().exists()
    assert "SupportPageMixin" in report.notes[0]


def test_a_page_type_of_the_host_s_own_is_left_to_the_host(without_the_pages_app):
    report = prepare()  # the mixin is in use, though not by a type of ours
    assert not drafts().exists()
    assert not report.notes


def test_on_request_no_page():
    prepare(pages=False)
    assert not drafts().exists()
