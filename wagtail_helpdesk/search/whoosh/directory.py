"""The files of one index, and how one generation of it takes the place of another.

::

    PATH/wagtail-helpdesk-search.json    says that the directory is ours
    PATH/wagtailcore_page/               one directory per root model
        current                          name of the generation that is asked
        index-<hex>/                     a generation: Whoosh's files, and about.json
        pending/                         what is still to be written (see ``journal``)
        write.lock  rebuild.lock         held while writing, while rebuilding

A rebuild makes a new generation beside the old one; writing its name into ``current`` (one
atomic rename) swaps them. Searches that are under way keep the files they have open.
"""

import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.files import locks
from django.db.models import Model
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex

from .errors import IndexBusy, IndexUnavailable
from .options import Options, may_hold
from .schema import index_name, make_schema
from .stemming import stemmer_name

#: Rises when what lies in an index changes its meaning; older ones are not asked any more.
FORMAT = 1
MARKER = "wagtail-helpdesk-search.json"
#: Seconds between two attempts to get a lock.
RETRY = 0.02


class Directory:
    """Where the index of one root model lies."""

    def __init__(self, options: Options, root: type[Model]) -> None:
        self.options = options
        self.root = root
        self.base = Path(options.path)
        self.path = self.base / index_name(root)

    def __str__(self) -> str:
        return str(self.path)

    # --- What is there ------------------------------------------------------------------------

    def is_foreign(self) -> bool:
        """Whether PATH is in use by something else; nothing is written to it then."""
        if (self.base / MARKER).is_file():
            return False
        try:
            return any(self.base.iterdir())
        except FileNotFoundError:
            return False
        except OSError:  # not a directory, or not to be read
            return True

    def current(self) -> str:
        """Name of the generation that is asked; empty where none was made yet."""
        try:
            return (self.path / "current").read_text()
        except OSError:
            return ""

    def about(self, generation: str) -> dict[str, Any]:
        """What a generation was made with."""
        try:
            found = json.loads((self.path / generation / "about.json").read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def made_with(self) -> dict[str, Any]:
        """What a generation would be made with now."""
        languages = self.options.languages
        return {
            "format": FORMAT,
            "stemming": self.options.stemming,
            "languages": None if languages is None else [list(pair) for pair in languages],
            "models": None if self.options.models is None else list(self.options.models),
        }

    def open(self, model: type[Model] | None = None) -> tuple[str, FileIndex]:
        """The generation that is asked, or ``IndexUnavailable``."""
        if self.is_foreign():
            raise IndexUnavailable(f"{self.base} holds something else than this site's index")
        generation = self.current()
        if not generation:
            raise IndexUnavailable(f"there is no index in {self.path} yet")
        about = self.about(generation)
        if about.get("format") != FORMAT:
            raise IndexUnavailable(f"the index in {self.path} was made by another version")
        models = about.get("models")
        if model is not None and models is not None and not may_hold(tuple(models), model):
            raise IndexUnavailable(f"the index in {self.path} was made without {model._meta.label}")
        return generation, self._open(generation)

    def _open(self, generation: str) -> FileIndex:
        # Our schema, not the one that is stored: what models have gained since is known to it.
        schema = make_schema(self.root, self.options.models)
        return FileIndex(FileStorage(str(self.path / generation)), schema=schema)

    # --- Generations ----------------------------------------------------------------------------

    def claim(self) -> None:
        """Make the directories, unless PATH belongs to something else."""
        if self.is_foreign():
            raise IndexUnavailable(f"{self.base} holds something else than this site's index")
        self.path.mkdir(parents=True, exist_ok=True)
        if not (self.base / MARKER).is_file():
            write_atomically(self.base / MARKER, json.dumps({"made_by": "wagtail-helpdesk"}))

    def make_generation(self) -> tuple[str, FileIndex]:
        """An empty index beside the one that is asked."""
        generation = f"index-{secrets.token_hex(8)}"
        folder = self.path / generation
        folder.mkdir()
        about = {**self.made_with(), "made_at": int(time.time()), "stemmers": _stemmers()}
        (folder / "about.json").write_text(json.dumps(about))
        schema = make_schema(self.root, self.options.models)
        return generation, FileIndex.create(FileStorage(str(folder)), schema)

    def swap_in(self, generation: str) -> None:
        """Ask this generation from now on. Hold the write lock meanwhile."""
        write_atomically(self.path / "current", generation)

    def remove_generations(self, *, but: str) -> None:
        for folder in self.path.glob("index-*"):
            if folder.name != but:
                shutil.rmtree(folder, ignore_errors=True)

    # --- Locks ------------------------------------------------------------------------------------

    @contextmanager
    def write_lock(self, timeout: float | None = None) -> Iterator[None]:
        """Exclude other writers and the swapping. Waits ``WRITE_TIMEOUT``, then ``IndexBusy``."""
        wait = self.options.write_timeout if timeout is None else timeout
        with open(self.path / "write.lock", "wb") as file:
            if not _lock_within(file, wait):
                raise IndexBusy(f"another process has been writing to {self.path} for {wait} s")
            try:
                yield
            finally:
                locks.unlock(file)

    def lock_rebuilding(self) -> Any:
        """Exclude other rebuilds, however long they take. Close what this returns to end it."""
        file = open(self.path / "rebuild.lock", "wb")  # noqa: SIM115  the rebuild closes it
        locks.lock(file, locks.LOCK_EX)
        return file

    def is_rebuilding(self) -> bool:
        """Whether a rebuild is under way; that of a process that was killed is not."""
        try:
            with open(self.path / "rebuild.lock", "rb") as file:
                free = locks.lock(file, locks.LOCK_SH | locks.LOCK_NB)
                if free:
                    locks.unlock(file)
                return not free
        except OSError:
            return False


def write_atomically(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    beside.write_text(text)
    os.replace(beside, path)


def _lock_within(file: Any, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not locks.lock(file, locks.LOCK_EX | locks.LOCK_NB):
        if time.monotonic() >= until:
            return False
        time.sleep(RETRY)
    return True


def _stemmers() -> dict[str, str]:
    from django.conf import settings

    return {code: stemmer_name(code) for code, _ in settings.LANGUAGES if stemmer_name(code)}
