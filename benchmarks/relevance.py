"""Prints how often the right article comes first: ``python -m benchmarks.relevance FILE…``

Each FILE is a set of questions with known answers, as JSON:
``{"name": …, "docs": [{"id", "title", "body"}], "queries": [{"q", "doc"}]}``. One article is published for each document,
in a database that is thrown away; then ``knowledge.find`` is asked every question, and again with one
typing error in each. Intervals are 95 %, by Wilson for shares, by bootstrap for the reciprocal rank.

    python -m benchmarks.relevance benchmarks/data/knowledge_id.json --language id
    python -m benchmarks.relevance set.json --backends database whoosh --databases sqlite postgresql
"""

import argparse
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BACKENDS = {
    "database": {"BACKEND": "wagtail.search.backends.database"},
    "whoosh": {"BACKEND": "wagtail_helpdesk.search.whoosh"},
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--language", default="en")
    parser.add_argument("--backends", nargs="+", default=["database"], choices=list(BACKENDS))
    parser.add_argument(
        "--databases", nargs="+", default=["sqlite"], choices=["sqlite", "postgresql"]
    )
    parser.add_argument("--every", type=int, default=1, help="ask only every n-th question")
    parser.add_argument("--run", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run(options.files[0], options.backends[0], options.language, options.every)
        return
    print(
        f"{'set':12}{'search':22}{'errors':>7}{'top-1':>18}{'top-3':>18}{'MRR@10':>18}{'none':>6}{'ms':>8}"
    )
    for file in options.files:
        for backend in options.backends:
            for database in options.databases:
                in_a_process_of_its_own(file, backend, database, options)


def in_a_process_of_its_own(file: Path, backend: str, database: str, options) -> None:
    url = (
        "sqlite://:memory:"
        if database == "sqlite"
        else os.environ.get("BENCHMARK_POSTGRES", "postgres://postgres@127.0.0.1") + "/postgres"
    )
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-W",
            "ignore",
            "-m",
            "benchmarks.relevance",
            str(file.resolve()),
        ]
        command += ["--run", "--backends", backend, "--language", options.language]
        command += ["--every", str(options.every)]
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "TEST_DB_SUFFIX": "relevance" if database == "postgresql" else "",
            "HELPDESK_INDEX": folder,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        }
        output = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, text=True
        )
    for row in json.loads(output.stdout.splitlines()[-1]):
        print(
            f"{row['set']:12}{backend + ', ' + database:22}{row['errors']:>7}"
            f"{row['top1']:>18}{row['top3']:>18}{row['mrr']:>18}{row['none']:>6}{row['ms']:>8}",
            flush=True,
        )


def run(file: Path, backend: str, language: str, every: int) -> None:
    import django
    from django.conf import settings

    settings.WAGTAILSEARCH_BACKENDS = {"default": dict(BACKENDS[backend])}
    if backend == "whoosh":
        settings.WAGTAILSEARCH_BACKENDS["default"] |= {
            "PATH": os.environ["HELPDESK_INDEX"],
            "STEMMING": True,
        }
    django.setup()
    from django.test.runner import DiscoverRunner

    runner = DiscoverRunner(verbosity=0, interactive=False)
    old = runner.setup_databases()
    try:
        rows = measure(json.loads(file.read_text(encoding="utf-8")), language, every)
    finally:
        runner.teardown_databases(old)
    print(json.dumps(rows))


def measure(questions: dict, language: str, every: int) -> list[dict]:
    from wagtail_helpdesk import knowledge

    site, locale, ids = publish(questions["docs"], language)
    asked = questions["queries"][::every]
    rng = random.Random(7)  # noqa: S311
    rows = []
    for errors in (0, 1):
        ranks, seconds = [], []
        for query in asked:
            text = mistyped(query["q"], rng) if errors else query["q"]
            start = time.perf_counter()
            hits = knowledge.find(text, site=site, locale=locale, limit=10).hits
            seconds.append(time.perf_counter() - start)
            found = [ids[hit.article.pk] for hit in hits]
            ranks.append(
                (found.index(query["doc"]) + 1 if query["doc"] in found else 0, bool(found))
            )
        rows.append(row_of(questions["name"], errors, ranks, seconds))
    return rows


def publish(docs: list[dict], language: str):
    from django.core.management import call_command
    from django.db import transaction
    from wagtail.models import Locale, Page, Site

    from wagtail_helpdesk.pages.models import ArticlePage, KnowledgeBasePage, TopicPage

    locale, _made = Locale.objects.get_or_create(language_code=language)
    home = Page.objects.get(depth=1).add_child(
        instance=Page(title="Home", slug=f"home-{language}", locale=locale)
    )
    site = Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": home}
    )[0]
    base = home.add_child(instance=KnowledgeBasePage(title="Help", slug="help", locale=locale))
    topic = base.add_child(instance=TopicPage(title="All", slug="all", locale=locale))
    ids = {}
    with transaction.atomic():
        for doc in docs:
            body = [{"type": "paragraph", "value": f"<p>{escaped(doc['body'])}</p>"}]
            page = topic.add_child(
                instance=ArticlePage(
                    title=doc["title"][:255],
                    slug=f"a{doc['id']}",
                    locale=locale,
                    body=json.dumps(body),
                )
            )
            ids[page.pk] = doc["id"]
    call_command("update_index", verbosity=0)
    return site, locale, ids


def escaped(text: str) -> str:
    from django.utils.html import escape

    return escape(text)


def mistyped(text: str, rng: random.Random) -> str:
    """One letter left out, added, changed or swapped, in one word of four letters or more."""
    words = text.split()
    long = [i for i, word in enumerate(words) if sum(c.isalpha() for c in word) >= 4]
    if not long:
        return text
    i = rng.choice(long)
    word = words[i]
    at = rng.randrange(1, max(2, len(word) - 1))
    letter = rng.choice("abcdefghijklmnopqrstuvwxyz")
    words[i] = rng.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + letter + word[at:],
            word[:at] + letter + word[at + 1 :],
            word[: at - 1] + word[at : at + 1] + word[at - 1 : at] + word[at + 1 :],
        ]
    )
    return " ".join(words)


def row_of(name: str, errors: int, ranks: list[tuple[int, bool]], seconds: list[float]) -> dict:
    count = len(ranks)
    reciprocal = [1 / rank if rank else 0.0 for rank, _found in ranks]
    return {
        "set": name,
        "errors": errors,
        "top1": share(sum(rank == 1 for rank, _found in ranks), count),
        "top3": share(sum(0 < rank <= 3 for rank, _found in ranks), count),
        "mrr": mean(reciprocal),
        "none": sum(not found for _rank, found in ranks),
        "ms": f"{1000 * sorted(seconds)[len(seconds) // 2]:.0f}/{1000 * sorted(seconds)[int(len(seconds) * 0.95)]:.0f}",
    }


def share(hits: int, count: int) -> str:
    p, z = hits / count, 1.96
    middle = (p + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(p * (1 - p) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return f"{100 * p:.1f} ({100 * (middle - half):.1f}–{100 * (middle + half):.1f})"


def mean(values: list[float]) -> str:
    rng = random.Random(11)  # noqa: S311
    means = sorted(sum(rng.choices(values, k=len(values))) / len(values) for _ in range(200))
    return f".{1000 * sum(values) / len(values):03.0f} (.{1000 * means[5]:03.0f}–.{1000 * means[194]:03.0f})"


if __name__ == "__main__":
    main()
