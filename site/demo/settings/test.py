"""The demo under test: as in development, but all that is written stays in memory.

The plugin's own suite uses tests.settings; this is for tests of the demo site itself.
"""

from .dev import *  # noqa: F403
from .dev import WAGTAILSEARCH_BACKENDS

DEBUG = False
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": ":memory:",
        "OPTIONS": {"transaction_mode": "IMMEDIATE"},
    },
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# An index in a folder would be that of whoever runs the demo beside the tests.
WAGTAILSEARCH_BACKENDS = {"default": WAGTAILSEARCH_BACKENDS["default"]}
