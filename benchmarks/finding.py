"""Prints how long finding takes: ``python -m benchmarks.finding``

Writes articles of made-up texts (always the same ones), and asks ``find`` and ``suggest`` for one to
three words, mistyped ones, whole questions, long texts, and what nobody would ask in good faith. Each question
is asked once of every backend, in turn, after some to warm up; what is hostile comes without. Milliseconds.
"Work" is the 95th percentile of processor time, Python's and the database's together: what p95 is on a quiet
machine, whatever else this one is doing. Where that is over its target it ends in "!", and the run with
exit code 1. Beside it stands what an empty page takes on this machine.

    python -m benchmarks.finding                          # 10,000 articles; Whoosh, SQLite, PostgreSQL
    python -m benchmarks.finding --articles 500 --databases sqlite

PostgreSQL is reached at BENCHMARK_POSTGRES (default postgres://postgres@127.0.0.1); a database
helpdesk_finding_<process> is made there and dropped afterwards.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
#: Articles on which Whoosh is compared with the search backend for SQLite, and how much quicker it must be.
COMPARED, TIMES = 2_000, 10


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--compared", type=int, default=COMPARED)
    parser.add_argument("--questions", type=int, default=100, help="of each kind")
    parser.add_argument(
        "--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"]
    )
    options = parser.parse_args()
    missed = 0
    for database in options.databases:
        report = in_a_process_of_its_own(database, options.articles, options.questions)
        missed += show(f"{options.articles:,} articles, {database}", report)
    if "sqlite" in options.databases and options.compared:
        report = in_a_process_of_its_own("sqlite", options.compared, options.questions, "--compare")
        missed += compare(f"{options.compared:,} articles, sqlite", report)
    sys.exit(1 if missed else 0)


def in_a_process_of_its_own(database: str, articles: int, questions: int, *more: str) -> dict:
    with tempfile.TemporaryDirectory() as folder, a_database(database, folder) as url:
        command = [sys.executable, "-W", "ignore", "-m", "benchmarks.finding_run"]
        command += ["--articles", str(articles), "--questions", str(questions), *more]
        output = subprocess.run(
            command,
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "HELPDESK_INDEX": f"{folder}/index"},
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
    return json.loads(output.stdout.splitlines()[-1])


@contextmanager
def a_database(database: str, folder: str) -> Iterator[str]:
    if database == "sqlite":
        yield f"sqlite:///{folder}/benchmark.sqlite3"
        return
    import psycopg

    server = os.environ.get("BENCHMARK_POSTGRES", "postgres://postgres@127.0.0.1")
    name = f"helpdesk_finding_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield f"{server}/{name}"
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def show(title: str, report: dict) -> int:
    """Print one table; how many targets were missed."""
    missed = 0
    backends = report["backends"]
    print(f"\n{title}; an empty page: {report['floor']:.1f} ms")
    print("words of all articles written anew: {words:.0f} s".format(**report))
    for backend, seconds in report["rebuilds"].items():
        over = seconds > 180
        missed += over
        print(f"index made anew, {backend}: {seconds:.0f} s{'!' * over} (target 180)")
    print(f"{'':34}{'target':>8}" + "".join(f"{backend:>34}" for backend in backends))
    print(f"{'':42}" + f"{'p50':>9}{'p95':>9}{'work':>9}{'asked':>7}" * len(backends))
    for row in report["rows"]:
        line = f"{row['name']:34}{row['target'] or '':>8}"
        for backend in backends:
            asked = row["asked"][backend]
            over = bool(row["target"] and asked["cpu"] > row["target"])
            missed += over
            work = f"{asked['cpu']:.1f}{'!' * over}"
            line += f"{asked['p50']:>9.1f}{asked['p95']:>9.1f}{work:>9}{asked['count']:>7}"
        print(line)
    return missed


def compare(title: str, report: dict) -> int:
    """Print how much quicker Whoosh is than the database's own search; 1 if it isn't enough."""
    ratios = []
    print(
        f"\n{title}: the database's search against Whoosh, an empty page: {report['floor']:.1f} ms"
    )
    for row in report["rows"]:
        slow, quick = row["asked"]["database"], row["asked"]["whoosh"]
        ratio = slow["p50"] / quick["p50"]
        if row["name"].startswith("search"):
            ratios.append(ratio)
        print(
            f"{row['name']:34}p50 {slow['p50']:8.1f} / {quick['p50']:6.1f} = {ratio:6.1f}"
            f"      p95 {slow['p95']:8.1f} / {quick['p95']:6.1f} = {slow['p95'] / quick['p95']:6.1f}"
        )
    enough = min(ratios) >= TIMES  # medians of one run, asked in turn
    print(
        f"the backends alone: at least {min(ratios):.1f} times{'' if enough else '!'} (target {TIMES})"
    )
    return int(not enough)


if __name__ == "__main__":
    main()
