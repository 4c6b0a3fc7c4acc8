"""CPU seconds of requests, Python and the database's process together, all in one interleaved run."""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connection
from django.test.utils import CaptureQueriesContext

NOT_QUERIES = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "ROLLBACK")


@dataclass
class Page:
    """A page under measurement.

    ``prepare`` does what isn't measured, such as fetching the form, and returns the request to make.
    """

    name: str
    prepare: Callable[[], Callable[[], object]]
    floor: str = ""
    target: float | None = None
    sql_target: int | None = None
    status: int = 200
    cpu: list[float] = field(default_factory=list)
    sql: int = 0
    size: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.cpu)


def measure(pages: list[Page], *, rounds: int) -> None:
    """Request every page once a round, in an order of its own each time; the first rounds warm up."""
    for page in pages:
        response = page.prepare()()
        if response.status_code != page.status:
            raise SystemExit(f"{page.name}: {response.status_code} instead of {page.status}")
        page.size = len(response.content)
        request = page.prepare()
        with CaptureQueriesContext(connection) as queries:
            request()
        page.sql = sum(not query["sql"].startswith(NOT_QUERIES) for query in queries)
    for _ in range(rounds):
        for page in random.sample(pages, len(pages)):
            request = page.prepare()
            start = cpu_seconds()
            request()
            page.cpu.append(cpu_seconds() - start)


def cpu_seconds() -> float:
    """Seconds of processor time used so far by this process, and by the server's for our connection."""
    return time.process_time() + _server_seconds()


def _server_seconds() -> float:
    if connection.vendor != "postgresql":
        return 0.0  # SQLite runs inside this process
    stat = Path(f"/proc/{_server_pid()}/schedstat")
    try:
        return int(stat.read_text().split()[0]) / 1e9
    except OSError as error:
        raise SystemExit(
            f"The server's processor time can't be read ({error}); run it on this machine."
        ) from error


def _server_pid() -> int:
    if connection.connection is None:
        connection.connect()
    return connection.connection.info.backend_pid
