"""The addresses of the support page are remembered, and forgotten when they change."""

import pytest
from django.test import RequestFactory
from wagtail.models import Page, Site

from tests.public.helpers import make_support_page
from wagtail_helpdesk.public.addresses import support_addresses


def ask(host="testserver"):
    return support_addresses(RequestFactory().get("/", headers={"host": host}))


def landing(host="testserver"):
    addresses = ask(host)
    return addresses and addresses.landing


@pytest.fixture
def moved(support, desk):
    """A section above the support page; its address was asked for before."""
    section = desk.site.root_page.add_child(instance=Page(title="Section", slug="section"))
    assert landing() == "/support/"
    return section


def test_asking_again_costs_nothing_but_the_site(support, django_assert_num_queries):
    first = ask()
    with django_assert_num_queries(1):
        assert ask() == first


def test_a_page_that_moves(support, moved):
    support.move(moved, pos="last-child")
    assert landing() == "/section/support/"
    moved.refresh_from_db()
    moved.slug = "service"
    moved.save_revision().publish()
    assert landing() == "/service/support/"


def test_a_page_that_changes(support, moved):
    support.title, support.slug = "Service", "service"
    support.save()
    assert (ask().title, ask().landing) == ("Service", "/service/")


@pytest.mark.parametrize("how", ["unpublish", "delete"])
def test_a_page_that_goes(support, moved, how):
    getattr(support, how)()
    assert ask() is None


def test_a_page_that_comes_is_found_at_once(desk):
    assert ask() is None
    make_support_page(desk)
    assert landing() == "/support/"


def test_a_site_that_changes(desk, support, moved):
    assert landing("other.example.org") == "/support/"
    other = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    Site.objects.create(hostname="other.example.org", root_page=other)
    assert landing("other.example.org") is None
    desk.site.root_page = other
    desk.site.save()
    assert landing() is None


def test_what_was_read_before_the_commit_is_forgotten_after_it(
    support, django_capture_on_commit_callbacks
):
    pages = type(support).objects.filter(pk=support.pk)
    with django_capture_on_commit_callbacks(execute=True):
        support.slug = "service"
        support.save()
        # As another process does meanwhile, which sees the old row still.
        pages.update(url_path="/home/support/")
        assert landing() == "/support/"
        pages.update(url_path="/home/service/")
        assert landing() == "/support/"
    assert landing() == "/service/"
