"""Waiting for the commit: a change is indexed when it is certain.

modelsearch tells us of a change inside its transaction. We take the object's key at once (a
deleted one has none afterwards) and write when the transaction commits. What is rolled back is
forgotten with it. All callbacks of a transaction share one set of keys, and the first that runs
writes them all; since objects are read again before they are indexed, it does no harm that a
savepoint was undone in which some of them were named.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections, transaction

from .directory import Directory
from .journal import Name
from .writing import write


class AfterCommit:
    """What one transaction has changed in one index."""

    def __init__(self, directory: Directory, names: set[Name]) -> None:
        self.directory = directory
        self.names = names

    def __call__(self) -> None:
        names = set(self.names)
        self.names.clear()
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
        names, is_sure = _collected(directory, database)
        names |= group
        if not is_sure:
            transaction.on_commit(AfterCommit(directory, names), using=database, robust=True)


def write_uncommitted(directory: Directory) -> None:
    """Write what waits for a commit in this thread: for ``refresh()``, as in tests."""
    for waiting in _waiting(directory):
        waiting()


def forget_uncommitted(directory: Directory) -> None:
    for waiting in _waiting(directory):
        waiting.names.clear()


def _collected(directory: Directory, database: str) -> tuple[set[Name], bool]:
    """The keys of this transaction, and whether they are sure to be written if it commits.

    They are not if every callback so far belongs to a savepoint that may have been undone.
    """
    connection = connections[database]
    active = set(connection.savepoint_ids)
    names: set[Name] = set()
    for savepoints, callback in _callbacks(connection):
        if _belongs(callback, directory):
            names = callback.names
            if set(savepoints) <= active:
                return names, True
    return names, False


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
