import pytest
from modelsearch.backends import get_search_backend
from wagtail.models import Locale, Page

from wagtail_helpdesk.search.whoosh import reading, results, writing


@pytest.fixture(autouse=True)
def _own_readers():
    """No test sees the open indexes, or the warnings said once a minute, of another."""
    results._warned.clear()
    writing._unremembered.clear()
    yield
    reading.close_all()


@pytest.fixture
def configure(settings, tmp_path):
    """Set up a backend "helpdesk" for pages beside the database's; returns it."""

    def configure(**options):
        options = {"PATH": str(tmp_path / "index"), "MODELS": ["wagtailcore.Page"], **options}
        settings.WAGTAILSEARCH_BACKENDS = {
            "default": {"BACKEND": "wagtail.search.backends.database"},
            "helpdesk": {"BACKEND": "wagtail_helpdesk.search.whoosh", **options},
        }
        return get_search_backend("helpdesk")

    return configure


@pytest.fixture
def backend(configure):
    """The backend with an empty index in place."""
    backend = configure()
    backend.reset_indexes()
    return backend


@pytest.fixture
def make_page(db):
    """Make pages: ``make_page("Title", "id")``."""
    numbers = iter(range(1, 1_000_000))

    def make_page(title, language="en", **fields):
        locale, _ = Locale.objects.get_or_create(language_code=language)
        root = Page.objects.get(depth=1)
        return root.add_child(
            instance=Page(title=title, slug=f"page-{next(numbers)}", locale=locale, **fields)
        )

    return make_page


@pytest.fixture
def found(configure):
    """Titles that a search finds, in the order of the results."""

    def found(query, queryset=None, **options):
        search = get_search_backend("helpdesk")
        queryset = Page.objects.all() if queryset is None else queryset
        return [page.title for page in search.search(query, queryset, **options)]

    return found
