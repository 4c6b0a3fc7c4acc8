"""Settings of the test suite: the smallest host a help desk can live in.

The suite needs nothing of the demo project, which proves that the plugin does not either.

    DATABASE_URL     another database, e.g. postgres://postgres@127.0.0.1/helpdesk
    TEST_DB_SUFFIX   keeps the test database under a name of its own, so that several
                     runs can use --reuse-db side by side; without it SQLite stays in memory
"""

import os
from pathlib import Path

import django
import environ

ROOT = Path(__file__).resolve().parent.parent
env = environ.Env()

SECRET_KEY = "only-for-tests"
DEBUG = False
ALLOWED_HOSTS = ["*"]
USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
ROOT_URLCONF = "tests.urls"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "tests.testapp",
    "wagtail_helpdesk",
    "wagtail_helpdesk.pages",
    "wagtail_helpdesk.search",
    "captcha",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "wagtail.contrib.settings.context_processors.settings",
            ],
        },
    },
]


def test_database():
    suffix = os.environ.get("TEST_DB_SUFFIX", "")
    database = env.db("DATABASE_URL", default="sqlite://:memory:")
    if database["ENGINE"].endswith("sqlite3"):
        # IMMEDIATE: two writers queue up instead of failing with "database is locked".
        database["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20}
        if suffix:
            folder = ROOT / ".test-db"
            folder.mkdir(exist_ok=True)
            database["TEST"] = {"NAME": str(folder / f"test_{suffix}.sqlite3")}
    elif suffix:
        database["TEST"] = {"NAME": f"test_{database['NAME']}_{suffix}"}
    return database


DATABASES = {"default": test_database()}

CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
SESSION_ENGINE = "django.contrib.sessions.backends.db"

if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}}
else:
    EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = "help@example.org"

LANGUAGE_CODE = "en"
USE_I18N = True
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("id", "Indonesian")]
WAGTAIL_I18N_ENABLED = True

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "var" / "test-static"
MEDIA_URL = "/media/"
MEDIA_ROOT = ROOT / "var" / "test-media"

WAGTAIL_SITE_NAME = "Test site"
WAGTAILADMIN_BASE_URL = "http://testserver"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
# Nothing of a test run leaves the machine.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None

# Read by the package at import, so no fixture can switch it on: "PASSED" solves every captcha.
# (The package warns of it, loudly and rightly; setup.cfg and LOGGING let that one warning pass.)
CAPTCHA_TEST_MODE = True
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "loggers": {"captcha.conf.settings": {"level": "CRITICAL"}},
}

# Mail is delivered when a test asks for it, never by a background thread.
WAGTAIL_HELPDESK = {"DELIVERY": "sweep"}
