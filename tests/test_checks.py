"""Each system check, when all is well and when it is not. ``ids`` keeps the numbers stable."""

import os
from datetime import timedelta
from pathlib import Path

import django
import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.checks import run_checks
from django.core.files.storage import storages
from django.core.management import call_command
from django.test import override_settings
from django.urls import include, path
from django.utils import timezone
from wagtail.models import Site

from wagtail_helpdesk.checks.tag import TAG
from wagtail_helpdesk.clocks.heartbeat import TIMERS
from wagtail_helpdesk.models import ComplaintType, Heartbeat
from wagtail_helpdesk.pages.models import SupportPage
from wagtail_helpdesk.setup import prepare
from wagtail_helpdesk.setup.groups import AGENTS


def mail(backend):
    """Mail by ``backend``, in the words of this Django."""
    if django.VERSION >= (6, 1):
        return {"MAILERS": {"default": {"BACKEND": backend}}}
    return {"EMAIL_BACKEND": backend}


SOUND = {
    "DEBUG": False,
    "CAPTCHA_TEST_MODE": False,
    "CAPTCHA_TIMEOUT": 30,
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache"}},
    **mail("django.core.mail.backends.smtp.EmailBackend"),
}


def ids(*, deploy=False, databases=(), **overrides):
    with override_settings(**{**SOUND, **overrides}):
        found = run_checks(tags=[TAG], include_deployment_checks=deploy, databases=databases)
    assert all(message.hint for message in found), "every message says what mends it"
    return sorted(message.id.removeprefix("wagtail_helpdesk.") for message in found)


def ours(**values):
    return {"WAGTAIL_HELPDESK": {"DELIVERY": "sweep", **values}}


def test_a_sound_site_hears_nothing(settings):
    settings.MIDDLEWARE = list(settings.MIDDLEWARE)
    assert ids() == []


@pytest.mark.parametrize(
    "name", ["captcha", "wagtail.contrib.settings", "wagtail.contrib.routable_page"]
)
def test_a_missing_app(name, monkeypatch):
    installed = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda app: app != name and installed(app))
    assert ids() == ["E001"]


def test_pages_of_ours_on_a_base_page_of_theirs(monkeypatch):
    monkeypatch.setattr("swapper.is_swapped", lambda *args: "home.BasePage")
    assert ids() == ["E006"]
    installed = apps.is_installed
    monkeypatch.setattr(
        apps, "is_installed", lambda app: app != "wagtail_helpdesk.pages" and installed(app)
    )
    assert ids() == []


class NoHelpdesk:
    urlpatterns = [path("captcha/", include("captcha.urls"))]


class Namespaced:
    urlpatterns = [path("x/", include(("wagtail_helpdesk.urls", "desk"), namespace="desk"))]


class Mounted:
    urlpatterns = [path("x/", include("wagtail_helpdesk.urls"))]


@pytest.mark.parametrize(
    ("urlconf", "expected"), [(NoHelpdesk, ["E002"]), (Namespaced, ["E002"]), (Mounted, [])]
)
def test_the_addresses(urlconf, expected):
    assert ids(ROOT_URLCONF=urlconf) == expected


def test_a_captcha_inside_a_namespace():
    class Conf:
        urlpatterns = [
            path("", include(("wagtail_helpdesk.public.urls", "wagtail_helpdesk"))),
            path("c/", include(("captcha.urls", "captcha"))),
        ]

    assert ids(ROOT_URLCONF=Conf) == ["E003"]


def test_several_languages_need_the_middleware(settings):
    locale = "django.middleware.locale.LocaleMiddleware"
    without = [name for name in settings.MIDDLEWARE if name != locale]
    assert ids(MIDDLEWARE=without) == ["W004"]
    assert ids(MIDDLEWARE=without, USE_I18N=False) == []
    only_english = [("en", "English")]
    assert (
        ids(MIDDLEWARE=without, LANGUAGES=only_english, WAGTAIL_CONTENT_LANGUAGES=only_english)
        == []
    )


def test_postgresql_wants_its_app(monkeypatch):
    from wagtail_helpdesk.checks.installation import check_postgres

    with override_settings():
        from django.conf import settings

        settings.DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql"}}
        assert check_postgres(None) == []
        installed = apps.is_installed
        monkeypatch.setattr(
            apps, "is_installed", lambda app: "postgres" not in app and installed(app)
        )
        assert [message.id for message in check_postgres(None)] == ["wagtail_helpdesk.W005"]
        settings.DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3"}}
        assert check_postgres(None) == []


# --- WAGTAIL_HELPDESK ----------------------------------------------------------------------------


def test_the_setting_is_a_dict():
    from wagtail_helpdesk.checks.settings import check_settings

    with override_settings(WAGTAIL_HELPDESK=["CAPTCHA"]):
        assert [message.id for message in check_settings(None)] == ["wagtail_helpdesk.E010"]


def test_an_unknown_name_is_reported_with_the_nearest_one():
    with override_settings(**SOUND, **ours(REOPEN_DAY=3)):
        (message,) = run_checks(tags=[TAG], databases=[])
    assert message.id == "wagtail_helpdesk.E011"
    assert "'REOPEN_DAYS'" in message.hint


@pytest.mark.parametrize(
    "values",
    [
        {"LOOKUP_SHOWS": "everything"},
        {"DELIVERY": "now"},
        {"CAPTCHA": "yes"},
        {"CAPTCHA": 1},
        {"REOPEN_DAYS": "14"},
        {"REOPEN_DAYS": -1},
        {"FILES_MAX_COUNT": 0},
        {"FILE_MAX_BYTES": True},
        {"FROM_EMAIL": None},
        {"PHONE_REGION": "Indonesia"},
        {"REFERENCE_PREFIX": "help-desk"},
        {"REFERENCE_PREFIX": ""},
        {"VIRUS_SCANNER": "nowhere.scan"},
        {"FILE_TYPES": ".pdf"},
        {"FILE_TYPES": [".pdf"]},
        {"THROTTLES": [(1, 2)]},
        {"THROTTLES": {"sbumit": [(1, 2)]}},
        {"THROTTLES": {"submit": [(1, 0)]}},
        {"THROTTLES": {"submit": (1, 2)}},
    ],
    ids=str,
)
def test_bad_values(values):
    assert ids(**ours(**values)) == ["E012"]


@pytest.mark.parametrize(
    "values",
    [
        {"LOOKUP_SHOWS": "link", "CAPTCHA": False, "TRUSTED_PROXIES": 0, "REOPEN_DAYS": 0},
        {"PHONE_REGION": "GB", "REFERENCE_PREFIX": "TICKET"},
        {"THROTTLES": {"submit": [(1, 2), [3, 4]], "lookup": []}},
        {"FILE_TYPES": ("pdf",), "VIRUS_SCANNER": "os.path.exists"},
    ],
    ids=str,
)
def test_good_values(values):
    assert ids(**ours(**values)) == []


@pytest.mark.parametrize(
    "values",
    [
        {"FORM_MIN_SECONDS": 60, "FORM_MAX_SECONDS": 60},
        {"FILE_MAX_BYTES": 30 * 1024 * 1024},
        {"SUBJECT_MAX_LENGTH": 201},
    ],
    ids=str,
)
def test_values_that_contradict_each_other(values):
    assert ids(**ours(**values)) == ["E014"]


def test_the_base_template():
    assert ids(**ours(BASE_TEMPLATE="nowhere.html")) == ["E013"]
    assert ids(**ours(BASE_TEMPLATE="base.html")) == []


# --- Files ---------------------------------------------------------------------------------------


def test_files_inside_a_public_folder(tmp_path):
    media = tmp_path / "media"
    inside = ours(PRIVATE_FILES_ROOT=str(media / "private"))
    assert ids(MEDIA_ROOT=str(media), **inside) == ["E022"]
    assert ids(STATIC_ROOT=str(media), **inside) == ["E022"]
    assert ids(MEDIA_ROOT=str(tmp_path / "med"), **inside) == []
    (tmp_path / "link").symlink_to(media, target_is_directory=True)
    hidden = ours(PRIVATE_FILES_ROOT=str(tmp_path / "link"))
    media.mkdir()
    assert ids(MEDIA_ROOT=str(media), **hidden) == ["E022"]


def test_files_whose_place_depends_on_where_the_server_started():
    assert ids(MEDIA_ROOT="") == ["W024"]


def test_a_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    file = tmp_path / "file"
    file.write_text("in the way")
    assert ids(**ours(PRIVATE_FILES_ROOT=str(file))) == ["E023"]
    monkeypatch.setattr(os, "access", lambda *args: False)
    assert ids(**ours(PRIVATE_FILES_ROOT=str(tmp_path))) == ["E023"]


@pytest.fixture
def store(settings, tmp_path):
    def with_options(backend="django.core.files.storage.FileSystemStorage", **options):
        options.setdefault("location", str(tmp_path / "files"))
        settings.STORAGES = {
            **settings.STORAGES,
            "helpdesk": {"BACKEND": backend, "OPTIONS": options},
        }

    yield with_options
    storages._storages.clear()


def test_a_store_without_a_public_address(store):
    store()
    assert ids() == []


def test_a_store_with_a_public_address(store):
    store(base_url="/files/")
    assert ids() == ["E021"]


def test_a_store_inside_the_media_folder(store, settings):
    store(location=str(Path(settings.MEDIA_ROOT) / "helpdesk"))
    assert ids() == ["E022"]


def test_a_store_that_cannot_be_made(store):
    store(backend="nowhere.Storage")
    assert ids() == ["E020"]


def test_an_alias_that_does_not_exist():
    assert ids(**ours(STORAGE="vault")) == ["E020"]


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        ("default_acl", "public-read", ["E021"]),
        ("querystring_auth", False, ["E021"]),
        ("default_acl", "private", []),
    ],
)
def test_an_object_store(store, attribute, value, expected, monkeypatch):
    from django.core.files.storage import InMemoryStorage

    monkeypatch.setattr(InMemoryStorage, attribute, value, raising=False)
    store(backend="django.core.files.storage.InMemoryStorage")
    assert ids() == expected


# --- Captcha, mail, cache, sessions ----------------------------------------------------------------


def test_the_captcha_s_test_mode():
    assert ids(CAPTCHA_TEST_MODE=True) == ["W030"]
    assert ids(CAPTCHA_TEST_MODE=True, DEBUG=True) == []
    assert ids(CAPTCHA_TEST_MODE=True, **ours(CAPTCHA=False)) == []


def test_a_captcha_that_runs_out_too_soon():
    assert ids(CAPTCHA_TIMEOUT=29) == ["W031"]


def test_mail_that_goes_nowhere():
    for name in ("console", "dummy", "filebased", "locmem"):
        backend = f"django.core.mail.backends.{name}.EmailBackend"
        assert ids(deploy=True, **mail(backend)) == ["W040"]
        assert ids(**mail(backend)) == [], "only in a deployment check"
    assert ids(deploy=True) == []
    assert ids(deploy=True, **mail("anymail.backends.console.EmailBackend")) == []


def test_mail_in_the_words_of_django_6_1():
    from wagtail_helpdesk.checks.mail import check_mail

    for backend, count in [("console", 1), ("smtp", 0)]:
        mailers = {"default": {"BACKEND": f"django.core.mail.backends.{backend}.EmailBackend"}}
        with override_settings(MAILERS=mailers):
            assert len(check_mail(None)) == count


def test_senders_and_addresses():
    assert ids(deploy=True, DEFAULT_FROM_EMAIL="webmaster@localhost") == ["W041"]
    sender = ours(FROM_EMAIL="desk@example.org")
    assert ids(deploy=True, DEFAULT_FROM_EMAIL="webmaster@localhost", **sender) == []
    assert ids(deploy=True, WAGTAILADMIN_BASE_URL="") == ["W042"]


def test_the_cache():
    backends = "django.core.cache.backends."
    for name in ("dummy.DummyCache", "locmem.LocMemCache"):
        caches = {"default": {"BACKEND": backends + name}}
        assert ids(CACHES=caches) == ["W050"]
        assert ids(CACHES=caches, DEBUG=True) == []


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({"SESSION_COOKIE_HTTPONLY": False}, ["W051"]),
        ({"SESSION_COOKIE_SAMESITE": "None"}, ["W052"]),
        ({"SESSION_COOKIE_SAMESITE": False}, ["W052"]),
        ({"SESSION_COOKIE_SAMESITE": "Strict"}, []),
        ({"SESSION_ENGINE": "django.contrib.sessions.backends.signed_cookies"}, ["W053"]),
        ({"SECURE_REFERRER_POLICY": "no-referrer"}, ["W054"]),
        ({"SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}, ["W055"]),
        (
            {
                "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
                **ours(TRUSTED_PROXIES=1),
            },
            [],
        ),
    ],
    ids=str,
)
def test_what_only_matters_on_a_server(overrides, expected):
    assert ids(deploy=True, **overrides) == expected
    assert ids(**overrides) == []


# --- The database -----------------------------------------------------------------------------------


@pytest.fixture
def ready(db):
    """A site in production, set up, published and swept."""
    prepare()
    Site.objects.update(hostname="www.example.org", port=443)
    for page in SupportPage.objects.all():
        page.get_latest_revision().publish()
    Heartbeat.objects.create(name=TIMERS, at=timezone.now())


def stored(**overrides):
    return ids(databases=["default"], **overrides)


def test_nothing_asks_the_database_unless_told(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        ids()
        ids(deploy=True)
        ids(databases=["another"])


def test_a_prepared_site_hears_nothing(ready):
    assert stored() == []


def test_an_unprepared_site(db):
    assert stored(DEBUG=True) == ["W060", "W061"]


def test_types_that_are_all_retired(ready):
    ComplaintType.objects.update(retired=True)
    assert stored() == ["W060"]


def test_a_host_with_groups_of_its_own(ready):
    Group.objects.exclude(name=AGENTS).delete()
    Group.objects.update(name="Our people")
    assert stored() == []
    Group.objects.get().permissions.clear()
    assert stored() == ["W061"]


def test_a_site_that_only_its_own_machine_finds(ready):
    Site.objects.update(hostname="localhost")
    assert stored() == ["W062"]
    assert stored(DEBUG=True) == []


def test_a_port_that_does_not_fit(ready):
    Site.objects.update(port=80)
    assert stored(SECURE_SSL_REDIRECT=True) == ["W063"]
    assert stored() == []


def test_no_support_page_published(ready):
    SupportPage.objects.get().unpublish()
    assert stored() == ["W064"]


def test_no_sweep(ready):
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=31))
    assert stored() == ["W065"]
    assert stored(**ours(SWEEP_LATE_MINUTES=60)) == []
    assert stored(DEBUG=True) == []
    Heartbeat.objects.all().delete()
    assert stored() == ["W065"]


def test_the_timers_are_what_is_waited_for(ready):
    Heartbeat.objects.all().delete()
    call_command("deliver_helpdesk_mail", verbosity=0)
    assert stored() == ["W065"]
    call_command("run_helpdesk_timers", verbosity=0)
    assert stored() == []


def test_before_migrate_there_is_nothing_to_say(db, monkeypatch):
    from django.db import connection

    monkeypatch.setattr(connection.introspection, "table_names", lambda *args, **kwargs: [])
    assert stored() == []
