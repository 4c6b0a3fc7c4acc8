import pytest
from django.core.cache import cache
from django.test import Client

from tests.public.helpers import Visitor, make_support_page


@pytest.fixture(autouse=True)
def _fresh_counters():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def helpdesk(settings):
    """``helpdesk(NAME=value)`` sets; forms may come back at once, unless a test says otherwise."""

    def change(**values):
        settings.WAGTAIL_HELPDESK = {**settings.WAGTAIL_HELPDESK, **values}

    change(FORM_MIN_SECONDS=0)
    return change


@pytest.fixture
def support(desk):
    """The desk's live support page at /support/."""
    return make_support_page(desk)


@pytest.fixture
def visitor(support, desk):
    """A browser that checks CSRF, and fills in forms as a person does."""
    return new_visitor(desk)


@pytest.fixture
def stranger(support, desk):
    """Another browser."""
    return new_visitor(desk)


def new_visitor(desk):
    return Visitor(Client(enforce_csrf_checks=True), complaint_type=desk.types["First"].pk)
