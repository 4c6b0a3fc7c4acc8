"""What keeps an index good, outside of requests: leftovers, merging, comparing, and looking at it."""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.management import call_command
from django.db import router
from django.db.models import Model
from modelsearch.backends import get_search_backend, import_backend
from modelsearch.conf import get_app_config
from modelsearch.index import get_indexed_models
from whoosh.reading import SegmentReader

from .directory import Directory
from .errors import IndexBusy, IndexUnavailable
from .index import WhooshIndex
from .journal import Journal, Name
from .reading import Snapshot, segments_of
from .schema import family, root_of
from .writing import replace, write, write_pending

logger = logging.getLogger("wagtail_helpdesk.search")

#: Segments that are left alone: each costs a search a little, and merging costs more.
SEGMENTS = 8
#: A segment stays as it is if it holds this part of all documents and few of them are deleted.
LARGE_SEGMENT = 0.3
DELETED = 0.2
#: Seconds that the upkeep waits for its turn.
PATIENCE = 60


@dataclass
class State:
    """What is to be seen of one index."""

    #: "", or why the index is not asked.
    trouble: str = ""
    documents: int = 0
    segments: int = 0
    #: Journal entries that are still to be written.
    waiting: int = 0
    #: Made with other options than those of now.
    is_stale: bool = False
    #: Written to by this user.
    is_writable: bool = True


def whoosh_backends() -> Iterator[tuple[str, Any]]:
    """The site's backends that are ours, by name."""
    from .backend import WhooshSearchBackend

    for name, config in get_app_config().get_search_backend_config().items():
        try:
            kind = import_backend(config["BACKEND"])
        except ImportError:
            continue  # another backend's library is missing: not ours to say
        if isinstance(kind, type) and issubclass(kind, WhooshSearchBackend):
            yield name, get_search_backend(name)


def directories(backend: Any) -> list[Directory]:
    return [index.directory for index in backend.all_indexes() if isinstance(index, WhooshIndex)]


def look(directory: Directory) -> State:
    """Look at an index without changing anything."""
    state = State(waiting=len(Journal(directory).entries()))
    existing = directory.path
    while not existing.exists() and existing != existing.parent:
        existing = existing.parent
    state.is_writable = existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)
    try:
        generation, index = directory.open()
        reader = index.reader()
    except IndexUnavailable as error:
        state.trouble = str(error)
        return state
    except Exception as error:
        state.trouble = f"the index in {directory} can't be read: {error!r}"
        return state
    try:
        state.documents = reader.doc_count()
        state.segments = len(segments_of(reader))
    finally:
        reader.close()
    about, now = directory.about(generation), directory.made_with()
    state.is_stale = any(about.get(name) != value for name, value in now.items())
    return state


@dataclass
class Tended:
    """What tending an index has done."""

    written: int = 0
    added: int = 0
    removed: int = 0
    merged: bool = False


def tend(directory: Directory, *, optimise: bool = False, repair: bool = False) -> Tended:
    """Write what was left, merge what lies in too many pieces. ``IndexUnavailable``, ``IndexBusy``.

    ``optimise`` merges everything; ``repair`` compares with the database first.
    """
    done = Tended(written=write_leftovers(directory))
    if repair:
        done.added, done.removed = compare(directory)
    done.merged = merge(directory, all_of_it=optimise)
    # What came while we were merging has waited for us.
    done.written += write_leftovers(directory)
    return done


def tend_all() -> None:
    """Tend every index of the site that there is: for timers."""
    for _, backend in whoosh_backends():
        for directory in directories(backend):
            if directory.current() and not directory.is_foreign():
                try:
                    tend(directory)
                except (IndexUnavailable, IndexBusy) as error:
                    logger.warning("The search index was not tended: %s.", error)


def write_leftovers(directory: Directory) -> int:
    """Write what is waiting in the journal, and say how many entries there were."""
    write(directory, ())
    entries = len(Journal(directory).entries())
    if entries:
        write_pending(directory, timeout=PATIENCE)
    return entries - len(Journal(directory).entries())


def merge(directory: Directory, *, all_of_it: bool = False) -> bool:
    """Merge small segments and drop deleted documents, if there is enough to gain."""
    directory.open()
    with directory.write_lock(PATIENCE):
        _, index = directory.open()
        reader = index.reader()
        try:
            segments = segments_of(reader)
        finally:
            reader.close()
        total = sum(segment.doc_count_all() for segment in segments)
        wasted = sum(segment.deleted_count() for segment in segments)
        if not all_of_it and len(segments) <= SEGMENTS and wasted <= DELETED * total:
            return False
        if len(segments) < 2 and not wasted:
            return False
        policy = _merge_everything if all_of_it else _merge_small_segments
        replace(index, {}, timeout=PATIENCE, merge=policy)
        return True


def _merge_everything(writer: Any, segments: list[Any]) -> list[Any]:
    for segment in segments:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return []


def _merge_small_segments(writer: Any, segments: list[Any]) -> list[Any]:
    total = sum(segment.doc_count_all() for segment in segments)
    large = [
        segment
        for segment in segments
        if segment.doc_count_all() >= LARGE_SEGMENT * total
        and segment.deleted_count() <= DELETED * segment.doc_count_all()
    ]
    _merge_everything(writer, [segment for segment in segments if segment not in large])
    return large


def compare(directory: Directory) -> tuple[int, int]:
    """Add what the index lacks and take out what the database lacks: ``(added, removed)``.

    It finds what a process that was killed between the commit and the index left undone, but
    not an object that is indexed with an old text: a rebuild does.
    """
    _, index = directory.open()
    reader = index.reader()
    try:
        snapshot = Snapshot(reader, {})
        there = set(snapshot.keys(sorted(snapshot.living())))
    finally:
        reader.close()
    wanted: set[Name] = set()
    for model in family(directory.root, directory.options.models):
        database = router.db_for_write(model)
        label = model._meta.concrete_model._meta.label_lower
        pk = root_of(model)._meta.pk
        keys = model.get_indexed_objects().using(database).values_list(pk.name, flat=True)
        wanted |= {Name(label, str(key), database) for key in keys.order_by()}
    missing = {name for name in wanted if name.key not in there}
    extra = there - {name.key for name in wanted}
    database = router.db_for_write(directory.root)
    label = directory.root._meta.label_lower
    write(directory, missing | {Name(label, key, database) for key in extra})
    return len(missing), len(extra)


def rebuild_command(backend_name: str) -> str:
    """What to type to make the indexes of a backend anew."""
    return f"manage.py {_command_name()} --backend {backend_name}"


def rebuild(backend_name: str) -> None:
    """Make the indexes of a backend anew. Raises ``IndexUnavailable`` where PATH is not ours."""
    call_command(_command_name(), backend_name=backend_name, verbosity=0)


def _command_name() -> str:
    """Wagtail's app of the search layer has its own name for the command."""
    return "rebuild_modelsearch_index" if get_app_config().name == "modelsearch" else "update_index"


def unknown_models(backend: Any) -> list[str]:
    """Labels in MODELS that mean no indexed model."""
    known = {model._meta.label_lower for model in _with_parents(get_indexed_models())}
    return [label for label in backend.options.models or () if label.lower() not in known]


def _with_parents(models: list[type[Model]]) -> set[type[Model]]:
    return {parent for model in models for parent in [model, *model._meta.get_parent_list()]}
