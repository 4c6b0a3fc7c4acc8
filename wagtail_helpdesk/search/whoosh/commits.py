"""Waiting for the commit: a change is indexed when it is certain.

modelsearch tells us of a change inside its transaction. We take the object's key at once (a
deleted one has none afterwards) and write when the transaction commits. What is rolled back is
forgotten with it. One such callback collects the keys of the whole transaction; since objects
are read again before they are indexed, it does no harm if a savepoint among them was undone.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections, transaction

from .directory import Directory
from .journal import Name
from .writing import write


class AfterCommit:
    """What one transaction has changed in one index."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.names: set[Name] = set()

    def __call__(self) -> None:
        names, self.names = self.names, set()
        write(self.directory, names)


def write_after_commit(directory: Directory, names: Iterable[Name]) -> None:
    """Write when the transaction that is under way commits; at once where there is none."""
    by_database: dict[str, set[Name]] = {}
    for name in names:
        by_database.setdefault(name.database, set()).add(name)
    for database, group in by_database.items():
        if not connections[database].in_atomic_block:
            write(directory, group)
            continue
        waiting = _collecting(directory, database)
        if waiting is None:
            waiting = AfterCommit(directory)
            waiting.names |= group
            transaction.on_commit(waiting, using=database, robust=True)
        else:
            waiting.names |= group


def write_uncommitted(directory: Directory) -> None:
    """Write what waits for a commit in this thread: for ``refresh()``, as in tests."""
    for waiting in _waiting(directory):
        waiting()


def forget_uncommitted(directory: Directory) -> None:
    for waiting in _waiting(directory):
        waiting.names.clear()


def _collecting(directory: Directory, database: str) -> AfterCommit | None:
    """A callback that is sure to run if what is done now is committed."""
    connection = connections[database]
    active = set(connection.savepoint_ids)
    for savepoints, callback in _callbacks(connection):
        if set(savepoints) <= active and _belongs(callback, directory):
            return callback
    return None


def _waiting(directory: Directory) -> list[AfterCommit]:
    return [
        callback
        for connection in connections.all(initialized_only=True)
        for _, callback in _callbacks(connection)
        if _belongs(callback, directory)
    ]


def _callbacks(connection: Any) -> list[tuple[Iterable[str], Callable[[], Any]]]:
    return [(entry[0], entry[1]) for entry in connection.run_on_commit]


def _belongs(callback: Any, directory: Directory) -> bool:
    return isinstance(callback, AfterCommit) and str(callback.directory) == str(directory)
