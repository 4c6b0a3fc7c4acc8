"""One database: fill it, make the indexes, ask. Used by ``python -m benchmarks.finding``."""

import argparse
import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable

BACKENDS = {
    "whoosh": {
        "default": {"BACKEND": "wagtail.search.backends.database"},
        "helpdesk": {
            "BACKEND": "wagtail_helpdesk.search.whoosh",
            "MODELS": ["wagtail_helpdesk_pages.ArticlePage"],
        },
    },
    "database": {"default": {"BACKEND": "wagtail.search.backends.database"}},
}
FIND, SUGGEST, BOUND = 150, 100, 300
#: What is measured of a large number of articles, and what where two backends are compared.
ASKED, COMPARED = ("find", "suggest", "hostile"), ("find", "search")
#: Seconds for one kind of question; what is slow is asked less often, but at least so many times.
PATIENCE, LEAST = 30, 15
WARMING = 5

HOSTILE = {
    "10,000 letters": "x" * 10_000,
    "2,000 words": " ".join(f"word{n}" for n in range(2_000)),
    "one word 1,500 times": "router " * 1_500,
    "the most frequent words": "the router cable lamp internet light box plug wi fi number day "
    * 20,
    "operators only": "AND OR NOT ( ) * ? ~ ^ \\ / : \" ' - + && || !" * 20,
    "wildcards": "*r* ?o?t?r rou* % _ %%% [a-z]* " * 30,
    "500 quotes": '"' * 500,
    "quotes around words": '"router" \'lamp\' "cable ' * 100,
    "NUL": "router\x00lamp\x00" * 20,
    "right to left": "\u202erouter\u202c لا يعمل الموجه מודם " * 20,
    "emoji": "🔥😀👩‍👩‍👧 router " * 100,
    "marks upon marks": "r" + "\u0301" * 5_000 + "outer",
    "mistyped in every word": "ruoter cabel intrenet ligth speedd nmuber conection lmap " * 5,
    "one letter each": " ".join("abcdefghijklmnopqrstuvwxyz") * 10,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--questions", type=int, required=True)
    parser.add_argument("--compare", action="store_true", help="the backends alone, and find")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    BACKENDS["whoosh"]["helpdesk"]["PATH"] = os.environ["HELPDESK_INDEX"]
    call_command("migrate", verbosity=0)
    from benchmarks.shelf import Writer, publish

    writer = Writer()
    say(f"publishing {options.articles:,} articles")
    site, locale = publish(options.articles, writer)
    report = {"backends": list(BACKENDS), "rebuilds": {}}
    from wagtail_helpdesk.knowledge import keeping

    report["words"] = seconds_of(keeping.rebuild)
    for name, backends in BACKENDS.items():
        settings.WAGTAILSEARCH_BACKENDS = backends
        only = "helpdesk" if "helpdesk" in backends else "default"
        say(f"making the index: {name}")
        report["rebuilds"][name] = seconds_of(
            lambda only=only: call_command("update_index", backend_name=only, verbosity=0)
        )
    analyse()
    report["floor"] = floor(site)
    report["rows"] = [
        measure(name, target, ask, questions, settings)
        for name, target, ask, questions in kinds(writer, options.questions, site, locale)
        if name.startswith(COMPARED if options.compare else ASKED)
    ]
    print(json.dumps(report))


def kinds(writer, count: int, site, locale) -> list[tuple]:
    """Name, target of the 95th percentile, how it is asked, and the questions."""
    from benchmarks.relevance import mistyped
    from wagtail_helpdesk import knowledge

    def find(text):
        knowledge.find(text, site=site, locale=locale)

    def suggest(text):
        knowledge.suggest(text, site=site, locale=locale)

    few = {n: [writer.few_words(n) for _ in range(count + WARMING)] for n in (1, 2, 3)}
    wrong = [
        mistyped(text, writer.rng)
        for texts in few.values()
        for text in texts[: (count + WARMING) // 3]
    ]
    sentences = [writer.question() for _ in range(count + WARMING)]
    rows = []
    for verb, ask, target in (("find", find, FIND), ("suggest", suggest, SUGGEST)):
        rows += [
            (f"{verb}, {n} word{'s' * (n > 1)}", target, ask, texts) for n, texts in few.items()
        ]
        rows.append((f"{verb}, 1–3 words, one mistyped", target, ask, wrong))
        rows.append((f"{verb}, a whole question", None, ask, sentences))
    rows.append(
        (
            "suggest, a whole complaint",
            None,
            suggest,
            [writer.complaint() for _ in range(count + WARMING)],
        )
    )
    rows += [(f"hostile: {name}", BOUND, find, [text] * 3) for name, text in HOSTILE.items()]
    mixed = [text for texts in few.values() for text in texts[: (count + WARMING) // 3]]
    for texts in (wrong, mixed):
        writer.rng.shuffle(texts)
    return [
        *rows,
        ("search, 1–3 words, all of them", None, search("and"), mixed),
        ("search, 1–3 words, any of them", None, search("or"), mixed),
        ("search, a question, any of it", None, search("or"), sentences),
    ]


def search(operator: str) -> Callable[[str], None]:
    """The first ten of the search backend alone, without what ``find`` does."""
    from wagtail.search.backends import get_search_backend

    from wagtail_helpdesk.knowledge.candidates import backend_name
    from wagtail_helpdesk.pages.models import ArticlePage

    def ask(text):
        backend = get_search_backend(backend_name())
        list(backend.search(text, ArticlePage.objects.live(), operator=operator)[:10])

    return ask


def measure(name: str, target: int | None, ask, questions: list[str], settings) -> dict:
    say(name)
    from benchmarks.measure import cpu_seconds

    times: dict[str, list[float]] = {backend: [] for backend in BACKENDS}
    worked: dict[str, list[float]] = {backend: [] for backend in BACKENDS}
    # What is hostile comes without a warning.
    warming = 0 if name.startswith("hostile") else WARMING
    for number, text in enumerate(questions):
        if number >= LEAST and max(map(sum, times.values())) > PATIENCE:
            break
        for backend in random.sample(list(BACKENDS), len(BACKENDS)):
            settings.WAGTAILSEARCH_BACKENDS = BACKENDS[backend]
            work = cpu_seconds()
            seconds = seconds_of(lambda text=text: ask(text))
            if number >= warming:
                times[backend].append(seconds)
                worked[backend].append(cpu_seconds() - work)
    return {
        "name": name,
        "target": target,
        "asked": {
            backend: {
                "p50": 1000 * statistics.median(taken),
                "p95": 1000 * percentile(taken),
                "cpu": 1000 * percentile(worked[backend]),
                "count": len(taken),
            }
            for backend, taken in times.items()
        },
    }


def percentile(taken: list[float]) -> float:
    return sorted(taken)[int(len(taken) * 0.95)]


def floor(site) -> float:
    """Milliseconds of an empty page, the median of thirty requests."""
    from django.test import Client

    from benchmarks.host.models import EmptyPage

    site.root_page.add_child(instance=EmptyPage(title="Empty", slug="empty"))
    client = Client()
    return 1000 * statistics.median(seconds_of(lambda: client.get("/empty/")) for _ in range(30))


def analyse() -> None:
    """What autovacuum and the timers do in a database that is lived in."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def seconds_of(what: Callable) -> float:
    start = time.perf_counter()
    what()
    return time.perf_counter() - start


def say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
