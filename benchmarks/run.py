"""One database, one size: fill it where it is empty, measure, print ratios. Used by ``python -m benchmarks``."""

import argparse
import json
import os
import sys
import time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, required=True)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from benchmarks.measure import measure
    from benchmarks.pages import make_pages, staff_pages, visitor_pages
    from benchmarks.seed import seed
    from wagtail_helpdesk.models import Ticket

    call_command("migrate", verbosity=0)
    if not Ticket.objects.exists():
        start = time.monotonic()
        seed(options.tickets)
        print(
            f"{options.tickets:,} tickets written in {time.monotonic() - start:.0f} s",
            file=sys.stderr,
        )
        # What autovacuum and the timers do in a database that is lived in.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    make_pages()
    pages = [*staff_pages(), *visitor_pages()]
    measure(pages, rounds=options.rounds)
    print(json.dumps([report(page, pages) for page in pages]))


def report(page, pages) -> dict:
    floor = next((other for other in pages if other.name == page.floor), None)
    return {
        "page": page.name,
        "milliseconds": round(page.median * 1000, 1),
        "ratio": round(page.median / floor.median, 2) if floor else None,
        "floor": page.floor,
        "target": page.target,
        "sql": page.sql,
        "sql_target": page.sql_target,
        "kilobytes": round(page.size / 1024),
    }


if __name__ == "__main__":
    main()
