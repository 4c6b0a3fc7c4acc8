import pytest
from django.core.cache import cache
from django.utils import translation

from tests import factories


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
