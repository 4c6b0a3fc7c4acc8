"""Prints how much a page costs beside an empty one: ``python -m benchmarks``.

CPU time of Python and the database together, the median of interleaved rounds; ratios against the
floor of the same run, since absolute times drift. A ratio or count over its target ends in "!",
and the run with exit code 1.

    python -m benchmarks --tickets 1000 100000 --databases sqlite postgresql

PostgreSQL is reached at BENCHMARK_POSTGRES (default postgres://postgres@127.0.0.1); databases
named helpdesk_benchmark_<size> are made there and kept for the next run. ``--fresh`` makes them anew.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tickets", type=int, nargs="+", default=[1_000, 100_000])
    parser.add_argument(
        "--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"]
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--fresh", action="store_true")
    options = parser.parse_args()
    missed = 0
    for database in options.databases:
        for tickets in options.tickets:
            url = database_url(database, tickets, fresh=options.fresh)
            command = [sys.executable, "-W", "ignore", "-m", "benchmarks.run"]
            command += ["--tickets", str(tickets), "--rounds", str(options.rounds)]
            output = subprocess.run(
                command,
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": url},
                stdout=subprocess.PIPE,
                check=True,
                text=True,
            ).stdout
            missed += show(f"{database}, {tickets:,} tickets", json.loads(output.splitlines()[-1]))
    sys.exit(1 if missed else 0)


def database_url(database: str, tickets: int, *, fresh: bool) -> str:
    name = f"helpdesk_benchmark_{tickets}"
    if database == "sqlite":
        path = ROOT / "var" / f"{name}.sqlite3"
        path.parent.mkdir(exist_ok=True)
        if fresh:
            for each in path.parent.glob(f"{path.name}*"):
                each.unlink()
        return f"sqlite:///{path}"
    import psycopg

    server = os.environ.get("BENCHMARK_POSTGRES", "postgres://postgres@127.0.0.1")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        if fresh:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"')
        if not connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [name]
        ).fetchone():
            connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


def show(title: str, rows: list[dict]) -> int:
    """Print one table; how many targets were missed."""
    missed = 0
    print(f"\n{title}")
    print(f"{'page':38}{'ms':>8}{'× floor':>10}{'target':>8}{'SQL':>6}{'target':>8}{'kB':>6}")
    for row in rows:
        over = bool(row["target"] and row["ratio"] > row["target"])
        more = bool(row["sql_target"] and row["sql"] > row["sql_target"])
        missed += over + more
        ratio = f"{row['ratio']:.2f}" if row["ratio"] else "floor"
        print(
            f"{row['page']:38}{row['milliseconds']:>8}{ratio + '!' * over:>10}{row['target'] or '':>8}"
            f"{str(row['sql']) + '!' * more:>6}{row['sql_target'] or '':>8}{row['kilobytes']:>6}"
        )
    return missed


if __name__ == "__main__":
    main()
