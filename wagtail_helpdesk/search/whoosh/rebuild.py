"""Making the index anew beside the one that is asked, and putting it in its place."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model, prefetch_related_objects
from modelsearch.backends.base import BaseIndex

from .index import NoIndex, WhooshIndex
from .journal import Journal
from .schema import key_of, make_document, root_of
from .writing import having, kinds, write_names

#: Megabytes that Whoosh may collect before it sorts to disk.
MEMORY = 256


class WhooshRebuilder:
    """Between ``start`` and ``finish`` searches ask the old index, and changes are written to it;
    they are repeated on the new one before it takes over. A rebuild that dies changes nothing."""

    def __init__(self, index: WhooshIndex | NoIndex) -> None:
        self.index = index

    def start(self) -> BaseIndex:
        if isinstance(self.index, NoIndex):
            return self.index
        directory = self.directory = self.index.directory
        directory.claim()
        self.lock = directory.lock_rebuilding()
        directory.remove_generations(but=directory.current())
        journal = Journal(directory)
        journal.forget(journal.entries(journal.replay))
        self.generation, self.whoosh = directory.make_generation()
        self.new = _NewIndex(self.index.backend, self.whoosh)
        return self.new

    def finish(self) -> None:
        if isinstance(self.index, NoIndex):
            return
        directory = self.directory
        try:
            self.new.writer.commit(merge=False)
            with directory.write_lock(timeout=60):
                journal = Journal(directory)
                entries = [*journal.entries(journal.replay), *journal.entries()]
                if entries:
                    write_names(self.whoosh, directory, journal.read(entries))
                directory.swap_in(self.generation)
                journal.forget(entries)
            directory.remove_generations(but=self.generation)
        finally:
            self.lock.close()


class _NewIndex(BaseIndex):
    """An index that nobody asks yet: written to without waiting for a commit."""

    def __init__(self, backend: Any, whoosh: Any) -> None:
        super().__init__(backend)
        self.writer = whoosh.writer(limitmb=MEMORY)
        self.keys: set[str] = set()

    def add_items(self, model: type[Model], items: Iterable[Model]) -> None:
        options = self.backend.options
        fresh = {key_of(item): item for item in items if options.covers(type(item))}
        for key in self._told_better(model, fresh) | (self.keys & fresh.keys()):
            del fresh[key]
        self.keys |= fresh.keys()
        objects = list(fresh.values())
        if objects and hasattr(objects[0], "locale_id"):
            prefetch_related_objects(objects, "locale")
        for item in objects:
            document = make_document(item, options)
            self.writer.add_document(**{name: value for name, value in document.items() if value})

    def _told_better(self, model: type[Model], fresh: dict[str, Model]) -> set[str]:
        """Keys of objects of which a more specific model says more; its turn comes too."""
        told: set[str] = set()
        if fresh:
            database = next(iter(fresh.values()))._state.db
            pk = root_of(model)._meta.pk.name
            for kind in kinds(model, self.backend.options):
                there = having(kind._base_manager.using(database), fresh)
                told |= {str(key) for key in there.values_list(pk, flat=True)}
        return told
