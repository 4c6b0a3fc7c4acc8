"""A real browser on a live server. Run by ``make test-browser``, in a process of its own.

With ``E2E_SHOTS=folder`` every page that a test looks at is kept as a picture.
"""

import os
import shutil

import pytest
from django.core.cache import cache
from django.test import Client, override_settings
from wagtail.models import Locale, Site
from wagtail.users.models import UserProfile

from tests.e2e.people import Agent, Visitor
from wagtail_helpdesk.pages.models import SupportPage

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks of another machine fails here, and is a fault that the tests report.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]


@pytest.fixture(scope="session")
def base_url():
    """In place of pytest-base-url's, whose form pytest warns of."""


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def django_db_setup(browser, django_db_setup):
    """After the browser: Playwright keeps an event loop running, and Django's connections are others
    inside of one. Made before it, the database's first contents would not be found again.
    """


@pytest.fixture(scope="session", autouse=True)
def _strict_host():
    """Before the live server starts: a host whose public pages forbid inline code and strangers."""
    if os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE") != "true":
        pytest.fail("Browser tests need a process of their own: run them by 'make test-browser'.")
    if not shutil.which(CHROMIUM):
        pytest.fail(f"There is no Chromium at {CHROMIUM} (on Debian: apt-get install chromium).")
    from django.conf import settings

    strict = "tests.e2e.middleware.strict_public_pages"
    with override_settings(MIDDLEWARE=[strict, *settings.MIDDLEWARE]):
        yield


@pytest.fixture(autouse=True)
def _host(_strict_host, db, live_server, settings):
    """Links in mails lead to the live server; forms may come back at once."""
    cache.clear()
    settings.WAGTAILADMIN_BASE_URL = live_server.url
    settings.WAGTAIL_HELPDESK = {**settings.WAGTAIL_HELPDESK, "FORM_MIN_SECONDS": 0}
    site = Site.objects.get(is_default_site=True)
    site.hostname, site.port = live_server.thread.host, live_server.thread.port
    site.save()
    yield
    cache.clear()


@pytest.fixture
def support(desk):
    """A support page in English and one in Indonesian, at the same address."""
    indonesian = Locale.objects.get_or_create(language_code="id")[0]
    page = desk.site.root_page.add_child(instance=SupportPage(title="Help", slug="support"))
    home = desk.site.root_page.copy_for_translation(indonesian)
    home.save_revision().publish()
    twin = page.copy_for_translation(indonesian)
    twin.title = "Bantuan"
    twin.save_revision().publish()
    return page


@pytest.fixture
def people(new_context, live_server, desk, support):
    """``people.visitor(...)`` and ``people.agent(user, ...)``: a browser each, watched to the end."""
    watched = []

    class People:
        """Makes whoever a test needs; each has a browser and cookies of their own."""

        def visitor(self, *, look="desktop light en", javascript=True):
            person = Visitor(new_context, live_server.url, look=look, javascript=javascript)
            watched.append(person)
            return person

        def agent(self, user, *, look="desktop light en"):
            client = Client()
            client.force_login(user)
            profile = UserProfile.get_for_user(user)
            profile.preferred_language = {"en": "en", "id": "id-id"}[look.split()[2]]
            profile.save()
            person = Agent(new_context, live_server.url, look=look)
            person.sign_in(client.cookies["sessionid"].value)
            watched.append(person)
            return person

    yield People()
    for person in watched:
        assert person.problems == []
