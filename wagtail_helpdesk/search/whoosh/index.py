"""What modelsearch tells of changes."""

from collections.abc import Iterable
from typing import Any

from django.db import router
from django.db.models import Model
from modelsearch.backends.base import BaseIndex

from .commits import forget_uncommitted, write_after_commit, write_uncommitted
from .directory import Directory
from .journal import Journal, Name
from .schema import key_of
from .writing import forget_unwritten, write, write_pending


class WhooshIndex(BaseIndex):
    """The index of one root model and its descendants."""

    def __init__(self, backend: Any, root: type[Model]) -> None:
        super().__init__(backend)
        self.root = root
        self.directory = Directory(backend.options, root)

    def __str__(self) -> str:
        return self.get_key()

    def get_key(self) -> str:
        return self.directory.path.name

    def add_items(self, model: type[Model], items: Iterable[Model]) -> None:
        covers = self.backend.options.covers
        write_after_commit(self.directory, {name_of(item) for item in items if covers(type(item))})

    def delete_item(self, item: Model) -> None:
        """The database decides: what it still has when this is written stays in the index."""
        write_after_commit(self.directory, {name_of(item)})

    def refresh(self) -> None:
        """Write what waits for a commit, and what was left waiting."""
        write_uncommitted(self.directory)
        write(self.directory, ())
        if Journal(self.directory).entries():
            write_pending(self.directory)

    def reset(self) -> None:
        """Put an empty index in its place."""
        self.directory.claim()
        forget_uncommitted(self.directory)
        forget_unwritten(self.directory)
        with self.directory.write_lock():
            journal = Journal(self.directory)
            journal.forget(journal.entries())
            generation, _ = self.directory.make_generation()
            self.directory.swap_in(generation)
        if not self.directory.is_rebuilding():  # it would lose the one it is making
            self.directory.remove_generations(but=generation)


class NoIndex(BaseIndex):
    """For models that this backend does not index."""

    def __str__(self) -> str:
        return self.get_key()

    def get_key(self) -> str:
        return "not indexed here"


def name_of(item: Model) -> Name:
    database = item._state.db or router.db_for_write(type(item))
    model = type(item)._meta.concrete_model
    return Name(model._meta.label_lower, key_of(item), database)
