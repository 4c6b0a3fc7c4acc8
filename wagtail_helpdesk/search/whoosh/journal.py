"""What is to be written, remembered beside the index until it is.

An entry is a small file that names objects; what is then indexed is read from the database. So
an entry can be done twice, or by another process, and who dies while writing leaves it to the
next writer. Whoever gets the write lock does what all that wait for it have asked for.
"""

import json
import os
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .directory import Directory, write_atomically


@dataclass(frozen=True, order=True)
class Name:
    """An object as the journal knows it: its model's label, its key, and its database."""

    model: str
    key: str
    database: str


class Journal:
    def __init__(self, directory: Directory) -> None:
        self.pending = directory.path / "pending"
        #: What was written while a rebuild was under way, and is to be written to the new index.
        self.replay = directory.path / "replay"

    def remember(self, names: Iterable[Name]) -> Path:
        self.pending.mkdir(parents=True, exist_ok=True)
        entry = self.pending / f"{time.time_ns():020d}-{os.getpid()}-{secrets.token_hex(4)}"
        rows = [[name.model, name.key, name.database] for name in names]
        write_atomically(entry, json.dumps(rows))
        return entry

    def entries(self, folder: Path | None = None) -> list[Path]:
        """Oldest first."""
        folder = self.pending if folder is None else folder
        try:
            return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
        except (FileNotFoundError, NotADirectoryError):
            return []

    def read(self, entries: Iterable[Path]) -> set[Name]:
        names = set()
        for entry in entries:
            try:
                names.update(Name(*row) for row in json.loads(entry.read_text()))
            except FileNotFoundError:
                continue  # done by somebody else
            except (ValueError, TypeError):
                continue  # torn by a crash of the machine: a rebuild or repair mends that
        return names

    def forget(self, entries: Iterable[Path]) -> None:
        for entry in entries:
            entry.unlink(missing_ok=True)

    def keep_for_replay(self, entries: Iterable[Path]) -> None:
        self.replay.mkdir(exist_ok=True)
        for entry in entries:
            try:
                entry.rename(self.replay / entry.name)
            except FileNotFoundError:
                continue
