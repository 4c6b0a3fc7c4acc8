import pytest
from django.core.cache import cache
from django.utils import translation
from wagtail.search.backends import get_search_backend

from tests import factories
from wagtail_helpdesk.knowledge import candidates
from wagtail_helpdesk.search.whoosh import reading, results


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    """Files that a test stores go with the test."""
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture(autouse=True)
def _own_language():
    """A request leaves its language active behind it, so each test begins in the site's own."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _own_cache():
    """What a test leaves in the cache is about pages that are gone."""
    cache.clear()


@pytest.fixture
def desk(db):
    """Two divisions with staff at three levels: see ``tests.factories.make_desk``."""
    return factories.make_desk()


@pytest.fixture
def ticket(desk):
    return factories.make_ticket(desk)


@pytest.fixture(params=["database", "whoosh"])
def any_search(request, settings, tmp_path, monkeypatch, db):
    """The test runs once with each search backend for articles; only the setting differs."""
    if request.param == "database":
        yield "database"
        return
    settings.WAGTAILSEARCH_BACKENDS = {
        **settings.WAGTAILSEARCH_BACKENDS,
        "helpdesk": {
            "BACKEND": "wagtail_helpdesk.search.whoosh",
            "PATH": str(tmp_path / "search"),
            "MODELS": ["wagtail_helpdesk_pages.ArticlePage"],
        },
    }
    get_search_backend("helpdesk").reset_indexes()

    def get_refreshed_backend(name):
        # Articles are indexed when they are committed, and tests never commit.
        backend = get_search_backend(name)
        backend.refresh_indexes()
        return backend

    def refuse(message):
        pytest.fail(message)  # it would be the database's answer

    monkeypatch.setattr(candidates, "get_search_backend", get_refreshed_backend)
    monkeypatch.setattr(results, "warn", refuse)
    yield "whoosh"
    reading.close_all()
