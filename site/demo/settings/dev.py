"""The demo on one's own machine: SQLite and files under var/, no server of any kind."""

import os

import django

from .base import *  # noqa: F403
from .base import ARTICLE_SEARCH, INSTALLED_APPS, VAR, WAGTAILSEARCH_BACKENDS

DEBUG = True
SECRET_KEY = "development-only"  # noqa: S105 (production reads its own from the environment)
ALLOWED_HOSTS = ["*"]
INTERNAL_IPS = ["127.0.0.1"]

INSTALLED_APPS = [*INSTALLED_APPS, "demo.mail"]

VAR.mkdir(exist_ok=True)
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR / "demo.sqlite3",
        "OPTIONS": {
            # Readers never wait for the writer; writers queue up instead of failing.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    },
}
CACHES = {
    "default": {
        # Files, so that the server and the commands beside it share one cache.
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR / "cache",
    },
}

WAGTAILSEARCH_BACKENDS = {
    **WAGTAILSEARCH_BACKENDS,
    "helpdesk": {**ARTICLE_SEARCH, "PATH": VAR / "search"},
}

# Mail goes into files; /demo/mail/ shows them.
DEMO_MAIL_ROOT = VAR / "mail"
if django.VERSION >= (6, 1):
    MAILERS = {"default": {"BACKEND": "demo.mail.backend.EmailBackend"}}
else:
    EMAIL_BACKEND = "demo.mail.backend.EmailBackend"

PORT = os.environ.get("PORT", "8000")
WAGTAILADMIN_BASE_URL = f"http://localhost:{PORT}"
