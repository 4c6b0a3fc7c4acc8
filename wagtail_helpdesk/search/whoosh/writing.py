"""Writing to the index: what the journal asks for, read from the database as it is now."""

import logging
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model
from modelsearch.index import get_indexed_instance
from whoosh.index import FileIndex
from whoosh.writing import LockError

from .directory import Directory
from .errors import IndexBusy, IndexUnavailable
from .journal import Journal, Name
from .options import Options
from .schema import KEY, family, key_of, make_document, root_of

logger = logging.getLogger("wagtail_helpdesk.search")

#: Entries that one writer does for others on top of its own, so that no request works for ever.
AT_ONCE = 200

# What could not even be remembered, by directory: the disk is read-only or full. While there is
# something, this process asks the database instead of the index.
_unremembered: dict[str, set[Name]] = defaultdict(set)
_guard = threading.Lock()


def write(directory: Directory, names: Iterable[Name]) -> bool:
    """Bring the index up to date with these objects. Never raises; False where it has to wait."""
    names = set(names)
    with _guard:
        names |= _unremembered.pop(str(directory), set())
    if not names:
        return True
    if not directory.current() and not directory.is_rebuilding():
        # One object would make an index that knows only this one. A rebuild knows all of them.
        logger.debug("There is no index in %s yet; %d objects wait for it.", directory, len(names))
        return False
    try:
        entry = Journal(directory).remember(names)
    except OSError as error:
        with _guard:
            _unremembered[str(directory)] |= names
        logger.error("The search index in %s can't be written to: %s", directory, error)
        return False
    return write_pending(directory, until=entry)


def write_pending(directory: Directory, *, until: Any = None, timeout: float | None = None) -> bool:
    """Do what the journal asks for. Never raises; what fails stays in the journal."""
    try:
        with directory.write_lock(timeout):
            _write_entries(directory, until)
        return True
    except (IndexBusy, LockError) as error:
        logger.warning("The search index is busy, its update waits for the next one: %s", error)
    except Exception as error:
        logger.exception("The search index in %s could not be updated: %s", directory, error)
    return False


def has_unwritten(directory: Directory) -> bool:
    return bool(_unremembered.get(str(directory)))


def forget_unwritten(directory: Directory) -> None:
    with _guard:
        _unremembered.pop(str(directory), None)


def _write_entries(directory: Directory, until: Any) -> None:
    journal = Journal(directory)
    entries = journal.entries()
    if until is not None:
        if until not in entries:
            return  # whoever had the lock before us has done it
        entries = [*entries[:AT_ONCE], *([] if until in entries[:AT_ONCE] else [until])]
    if not entries:
        return
    names = journal.read(entries)
    try:
        _, index = directory.open()
    except IndexUnavailable:
        if not directory.is_rebuilding():
            raise
    else:
        write_names(index, directory, names)
    if directory.is_rebuilding():
        journal.keep_for_replay(entries)
    else:
        journal.forget(entries)


def write_names(index: FileIndex, directory: Directory, names: Iterable[Name]) -> None:
    """Read these objects from the database, and put them into the index or take them out."""
    documents: dict[str, dict[str, Any] | None] = {}
    for name in names:
        documents.setdefault(name.key, None)
    for obj in load(names, directory.options):
        document = make_document(obj, directory.options)
        documents[document[KEY]] = document
    replace(index, documents, timeout=directory.options.write_timeout)


def replace(
    index: FileIndex,
    documents: dict[str, dict[str, Any] | None],
    *,
    timeout: float,
    merge: Callable[..., Any] | None = None,
) -> None:
    """Put documents into the index; ``None`` takes one out. Old segments are left as they are."""
    writer = index.writer(timeout=timeout, limitmb=32)
    try:
        for number in _numbers(index, documents):
            writer.delete_document(number)
        for document in documents.values():
            if document is not None:
                writer.add_document(**{name: value for name, value in document.items() if value})
    except BaseException:
        writer.cancel()
        raise
    if merge is None:
        writer.commit(merge=False)
    else:
        writer.commit(mergetype=merge)


def _numbers(index: FileIndex, keys: Iterable[str]) -> list[int]:
    """Numbers of the documents that have these keys. The writer's lock keeps them valid."""
    reader = index.reader()
    try:
        found: list[int] = []
        for key in keys:
            if (KEY, key) in reader:
                found.extend(reader.postings(KEY, key).all_ids())
        return found
    finally:
        reader.close()


def load(names: Iterable[Name], options: Options) -> list[Model]:
    """The objects that these names mean and that belong into the index."""
    groups: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name in names:
        groups[name.model, name.database].add(name.key)
    found: dict[str, Model] = {}
    for (label, database), keys in groups.items():
        try:
            model = apps.get_model(label)
        except LookupError:
            continue  # the app is gone since, and so are its objects
        for obj in _load(model, database, keys):
            found[key_of(obj)] = obj
        for kind in kinds(model, options):
            for obj in _indexed(kind, database, keys):
                found[key_of(obj)] = obj
    return [obj for obj in found.values() if options.covers(type(obj))]


def kinds(model: type[Model], options: Options) -> list[type[Model]]:
    """The models that say more of an object than this one does, the most specific last."""
    found = [
        other
        for other in family(root_of(model), options.models)
        if other is not model and issubclass(other, model) and not other._meta.proxy
    ]
    return sorted(found, key=lambda kind: len(kind.__mro__))


def _load(model: type[Model], database: str, keys: set[str]) -> list[Model]:
    objects = _indexed(model, database, keys)
    rest = keys - {key_of(obj) for obj in objects}
    if rest:
        # Named as a parent where only its specific kind is indexed, or not to be indexed at all.
        for obj in having(model._base_manager.using(database), rest):
            instance = get_indexed_instance(obj)
            if instance is not None:
                objects.append(instance)
    return objects


def _indexed(model: type[Model], database: str, keys: set[str]) -> list[Model]:
    queryset = model.get_indexed_objects().using(database)
    if any(field.name == "locale" and field.many_to_one for field in model._meta.get_fields()):
        queryset = queryset.select_related("locale")
    return list(having(queryset, keys))


def having(queryset: Any, keys: Iterable[str]) -> Any:
    """Those of the queryset that have these keys."""
    pk = root_of(queryset.model)._meta.pk
    values = []
    for key in keys:
        try:
            values.append(pk.to_python(key))
        except ValidationError:
            continue  # from a time when the model had another kind of key
    return queryset.filter(**{f"{pk.name}__in": values})
