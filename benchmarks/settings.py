"""The tests' small host, with the pages that the figures are compared with.

DATABASE_URL   the database to fill and measure; it must be one that may be thrown away
"""

import environ

from tests.settings import *  # noqa: F403
from tests.settings import INSTALLED_APPS, ROOT

DEBUG = False
ROOT_URLCONF = "benchmarks.urls"
INSTALLED_APPS = ["benchmarks.host", *INSTALLED_APPS]

DATABASES = {
    "default": environ.Env().db("DATABASE_URL", default=f"sqlite:///{ROOT}/var/benchmark.sqlite3")
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=wal; PRAGMA synchronous=normal;",
    }

# Measured is the form, not the defence against those who send a thousand.
_OFTEN = [(10**9, 60)]
WAGTAIL_HELPDESK = {
    "DELIVERY": "sweep",
    "FORM_MIN_SECONDS": 0,
    "THROTTLES": dict.fromkeys(
        ("submit", "submit_site", "lookup", "link_mail", "reply", "upload", "acknowledge"), _OFTEN
    ),
}
