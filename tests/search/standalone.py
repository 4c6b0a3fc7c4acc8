"""A site that has nothing but the search backend, to be run in processes of its own.

``python -m tests.search.standalone FOLDER VERB …``; the models are those of modelsearch's tests.
"""

import datetime
import os
import sys
import time
from pathlib import Path

import django
from django.conf import settings


def set_up(folder):
    settings.configure(
        SECRET_KEY="only-for-tests",
        INSTALLED_APPS=[
            "modelsearch.test.testapp",
            "modelsearch",
            "taggit",
            "django.contrib.auth",
            "django.contrib.contenttypes",
        ],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(Path(folder, "db.sqlite3")),
                "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},
            }
        },
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        MODELSEARCH_BACKENDS={
            "default": {
                "BACKEND": "wagtail_helpdesk.search.whoosh",
                "PATH": str(Path(folder, "index")),
                "WRITE_TIMEOUT": 30,
            }
        },
    )
    django.setup()


def make():
    """A database with one book, and its index."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    add_book("Anchor")
    rebuild()


def rebuild():
    from django.core.management import call_command

    call_command("rebuild_modelsearch_index", verbosity=0)


def add_book(title):
    from modelsearch.test.testapp.models import Book

    return Book.objects.create(
        title=title, number_of_pages=1, publication_date=datetime.date(2026, 1, 1)
    )


def add_many(count):
    from modelsearch.test.testapp.models import Book

    Book.objects.bulk_create(
        Book(title=f"Bulk {n}", number_of_pages=1, publication_date=datetime.date(2026, 1, 1))
        for n in range(int(count))
    )


def update_for_ever(name):
    """Until killed: save one book again and again, and say so."""
    book = add_book(f"Victim {name}")
    number = 0
    while True:
        number += 1
        book.title = f"Victim {name} number{number}"
        book.save()
        print(number, flush=True)  # noqa: T201  read by the test


def add_books(name, count):
    for number in range(int(count)):
        add_book(f"Writer {name} volume{number}")


def titles(query):
    from modelsearch.backends import get_search_backend
    from modelsearch.test.testapp.models import Book

    return [book.title for book in get_search_backend("default").search(query, Book)]


def search_for(seconds):
    """Search all the time; fails if the anchor is ever not found, or by the database."""
    from wagtail_helpdesk.search.whoosh import results

    def refuse(message):
        raise AssertionError(message)

    results.warn = refuse
    until = time.monotonic() + float(seconds)
    searches = 0
    while time.monotonic() < until:
        assert titles("anchor") == ["Anchor"]
        searches += 1
    print(searches)  # noqa: T201  read by the test


def search_across_a_fork():
    assert titles("anchor") == ["Anchor"]
    child = os.fork()
    if not child:
        add_book("Anchor of the child")
        found = sorted(titles("anchor"))
        os._exit(0 if found == ["Anchor", "Anchor of the child"] else 1)
    _, status = os.waitpid(child, 0)
    assert status == 0
    assert sorted(titles("anchor")) == ["Anchor", "Anchor of the child"]


if __name__ == "__main__":
    set_up(sys.argv[1])
    globals()[sys.argv[2]](*sys.argv[3:])
