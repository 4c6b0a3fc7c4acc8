"""A site for real: PostgreSQL, Redis, a task worker, everything secret from the environment.

    SECRET_KEY       long and random
    ALLOWED_HOSTS    comma separated
    BASE_URL         https://www.example.org
    DATABASE_URL     postgres://user:password@host/name
    REDIS_URL        redis://host:6379/1
    EMAIL_URL        smtp+tls://user:password@host:587
    DEFAULT_FROM_EMAIL, DATA_ROOT, SEARCH_ROOT, TRUSTED_PROXIES, HSTS_SECONDS (optional)

Besides the web server run one task worker (manage.py db_worker) and, every few minutes,
manage.py run_helpdesk_timers: it sends whatever a lost task has left behind, ends waiting, closes
what was solved, and sweeps files that were never sent.
"""

from pathlib import Path

import django
import environ

from .base import *  # noqa: F403
from .base import (
    ARTICLE_SEARCH,
    INSTALLED_APPS,
    MIDDLEWARE,
    ROOT,
    WAGTAIL_HELPDESK,
    WAGTAILSEARCH_BACKENDS,
)

env = environ.Env()

DEBUG = False
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
WAGTAILADMIN_BASE_URL = env("BASE_URL")
CSRF_TRUSTED_ORIGINS = [WAGTAILADMIN_BASE_URL]

INSTALLED_APPS = [*INSTALLED_APPS, "django.contrib.postgres", "django_tasks_db"]

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": env("REDIS_URL"),
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# Articles are looked for in PostgreSQL, which any number of machines share. A site on one machine may
# name a folder of its local disk instead, made by "manage.py tend_helpdesk_search --build".
SEARCH_ROOT = env("SEARCH_ROOT", default="")
if SEARCH_ROOT:
    WAGTAILSEARCH_BACKENDS = {
        **WAGTAILSEARCH_BACKENDS,
        "helpdesk": {**ARTICLE_SEARCH, "PATH": SEARCH_ROOT},
    }

# Static files carry a hash in their name and are served by the application itself. Files of
# complaints have a folder of their own, outside what any web server shows.
DATA_ROOT = Path(env("DATA_ROOT", default=str(ROOT / "var")))
STATIC_ROOT = DATA_ROOT / "static"
MEDIA_ROOT = DATA_ROOT / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "helpdesk": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_ROOT / "helpdesk", "file_permissions_mode": 0o600},
    },
}
_security = MIDDLEWARE.index("django.middleware.security.SecurityMiddleware")
MIDDLEWARE = [
    *MIDDLEWARE[: _security + 1],
    "whitenoise.middleware.WhiteNoiseMiddleware",
    *MIDDLEWARE[_security + 1 :],
]

# Mail has one name per generation of Django; 6.1 refuses both at once.
_mail = env.email_url("EMAIL_URL")
if django.VERSION >= (6, 1):
    MAILERS = {
        "default": {
            "BACKEND": _mail["EMAIL_BACKEND"],
            "OPTIONS": {
                "host": _mail["EMAIL_HOST"],
                "port": _mail["EMAIL_PORT"],
                "username": _mail["EMAIL_HOST_USER"],
                "password": _mail["EMAIL_HOST_PASSWORD"],
                "use_tls": _mail.get("EMAIL_USE_TLS", False),
                "use_ssl": _mail.get("EMAIL_USE_SSL", False),
                "timeout": 20,
            },
        },
    }
else:
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST = _mail["EMAIL_HOST"]
    EMAIL_PORT = _mail["EMAIL_PORT"]
    EMAIL_HOST_USER = _mail["EMAIL_HOST_USER"]
    EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
    EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
    EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL", default="help@example.org")

# The reverse proxy in front speaks HTTPS and says so.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=365 * 24 * 3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
# "same-origin", not "no-referrer": with that, browsers send "Origin: null" and forms are refused.
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True

# How many proxies append to X-Forwarded-For: without it all visitors share one throttle.
WAGTAIL_HELPDESK = {**WAGTAIL_HELPDESK, "TRUSTED_PROXIES": env.int("TRUSTED_PROXIES", default=1)}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
