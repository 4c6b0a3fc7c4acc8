"""One open reader per process and index: refreshed when the index changes, opened anew after fork.

Whoosh's own collectors walk postings document by document and take 100 to 1,700 ms for frequent
words in 10,000 articles. We read a word's postings once, keep them as arrays per segment (a
segment never changes), and rank with those (see ``scoring``). What is deleted since is dropped
at the end, from the list that comes with each generation of the index.
"""

import os
import threading
import time
from array import array
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import Model
from whoosh.reading import TermNotFound

from .directory import Directory
from .errors import IndexUnavailable
from .schema import KEY
from .writing import has_unwritten

Result = TypeVar("Result")

#: Postings that are kept in memory per segment, at 12 bytes each.
KEPT_POSTINGS = 1_000_000
#: Attempts to open an index that is being swapped meanwhile.
ATTEMPTS = 5
#: How strongly a long text counts against its words (BM25's b).
LENGTH_WEIGHT = 0.75


class Postings:
    """Where a word stands in one segment: documents, how often, and that weighed by length."""

    __slots__ = ("average", "documents", "frequencies", "weights")

    def __init__(self, documents: array, frequencies: array) -> None:
        self.documents = documents
        self.frequencies = frequencies
        self.average = 0.0
        self.weights = frequencies


NOWHERE = Postings(array("L"), array("f"))


class Segment:
    """What is known of one segment; outlives the readers that are opened on it."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self._postings: OrderedDict[tuple[str, str], Postings] = OrderedDict()
        self._kept = 0
        self._lengths: dict[str, array] = {}

    def postings(self, reader: Any, field: str, word: str) -> Postings:
        name = field, word
        found = self._postings.get(name)
        if found is not None:
            self._postings.move_to_end(name)
            return found
        found = self._postings[name] = _read_postings(reader, field, word)
        self._kept += len(found.documents) + 10
        while self._kept > KEPT_POSTINGS and len(self._postings) > 1:
            _, dropped = self._postings.popitem(last=False)
            self._kept -= len(dropped.documents) + 10
        return found

    def lengths(self, reader: Any, field: str) -> array:
        found = self._lengths.get(field)
        if found is None:
            length = reader.doc_field_length
            count = reader.doc_count_all()
            found = array("L", (length(number, field) or 0 for number in range(count)))
            self._lengths[field] = found
        return found


def _read_postings(reader: Any, field: str, word: str) -> Postings:
    try:
        matcher = reader.postings(field, word)
    except TermNotFound:
        return NOWHERE
    documents, frequencies = array("L"), array("f")
    while matcher.is_active():
        documents.append(matcher.id())
        frequencies.append(matcher.weight())
        matcher.next()
    return Postings(documents, frequencies)


class Leaf:
    """A segment as one generation of the index has it."""

    def __init__(self, reader: Any, offset: int, segment: Segment) -> None:
        self.reader = reader
        self.offset = offset
        self.segment = segment
        self.size = reader.doc_count_all()
        self.deleted = set(reader.segment().deleted_docs())
        if not segment.keys:
            column = reader.column_reader(KEY)
            segment.keys = [column[number] for number in range(self.size)]

    def weighed(self, field: str, word: str, lengths_of: str, average: float) -> Postings:
        """The word's postings, their frequencies set off against the length of the text."""
        found = self.segment.postings(self.reader, field, word)
        if lengths_of and found.average != average and found is not NOWHERE:
            lengths = self.segment.lengths(self.reader, lengths_of)
            flat, slope = 1 - LENGTH_WEIGHT, LENGTH_WEIGHT / average
            pairs = zip(found.documents, found.frequencies, strict=True)
            found.weights = array("f", (f / (flat + slope * lengths[d]) for d, f in pairs))
            found.average = average
        return found


class Snapshot:
    """One generation of the index, open for reading."""

    def __init__(self, reader: Any, segments: dict[str, Segment]) -> None:
        self.reader = reader
        self.leaves = [
            Leaf(leaf, offset, segments.setdefault(leaf.segment().segment_id(), Segment()))
            for leaf, offset in reader.leaf_readers()
            if leaf.doc_count_all()
        ]
        self.size = sum(leaf.size for leaf in self.leaves)
        self.deleted = {leaf.offset + number for leaf in self.leaves for number in leaf.deleted}
        self._averages: dict[str, float] = {}
        #: For whoever asks: what is worth remembering as long as the index stays as it is.
        self.memory: dict[Any, Any] = {}

    def average_length(self, field: str) -> float:
        """Rounded, so that it does not move with each document that is added."""
        if field not in self._averages:
            total = sum(leaf.reader.field_length(field) for leaf in self.leaves)
            average = total / max(self.size, 1)
            self._averages[field] = float(f"{average:.1e}") if average > 0 else 1.0
        return self._averages[field]

    def frequency(self, field: str, word: str) -> int:
        """In how many documents the word stands, at most."""
        return sum(
            leaf.reader.doc_frequency(field, word)
            for leaf in self.leaves
            if (field, word) in leaf.reader
        )

    def living(self) -> set[int]:
        return set(range(self.size)) - self.deleted

    def key(self, number: int) -> str:
        for leaf in reversed(self.leaves):
            if number >= leaf.offset:
                return leaf.segment.keys[number - leaf.offset]
        raise IndexError(number)

    def keys(self, numbers: Iterable[int]) -> list[str]:
        if len(self.leaves) == 1:
            keys = self.leaves[0].segment.keys
            return [keys[number] for number in numbers]
        return [self.key(number) for number in numbers]


def segments_of(reader: Any) -> list[Any]:
    """The segments that a reader of any kind reads."""
    return [
        leaf.segment()
        for leaf, _ in reader.leaf_readers()
        if leaf.doc_count_all() and leaf.segment()
    ]


class OpenIndex:
    """The index of one directory in this process. Threads take turns."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.process = os.getpid()
        self._turn = threading.RLock()
        self._generation = ""
        self._commit = -1
        self._index: Any = None
        self._snapshot: Snapshot | None = None
        self._segments: dict[str, Segment] = {}

    def ask(self, model: type[Model], question: Callable[[Snapshot], Result]) -> Result:
        """Put a question to the index as it is now. Raises ``IndexUnavailable`` if it can't be."""
        if has_unwritten(self.directory):
            raise IndexUnavailable(f"changes could not be written to {self.directory}")
        with self._turn:
            try:
                return question(self._refreshed(model))
            except IndexUnavailable:
                self.close()
                raise
            except Exception as error:
                # Whatever a damaged file makes Whoosh say: the database is asked instead.
                self.close()
                raise IndexUnavailable(
                    f"the index in {self.directory} can't be read: {error!r}"
                ) from error

    def close(self) -> None:
        with self._turn:
            snapshot, self._snapshot, self._index = self._snapshot, None, None
            self._generation, self._segments = "", {}
            if snapshot is not None:
                snapshot.reader.close()

    def _refreshed(self, model: type[Model]) -> Snapshot:
        for attempt in range(ATTEMPTS):
            before = self.directory.current()
            try:
                return self._open(model)
            except Exception as error:
                # Swapped between two looks at the directory, or written to: look again. If it
                # stayed as it is, only a file that is gone is worth another look.
                swapped = self.directory.current() != before
                if attempt == ATTEMPTS - 1 or not (swapped or isinstance(error, OSError)):
                    raise
                self.close()
                time.sleep(0.01 * attempt)
        raise AssertionError("unreachable")

    def _open(self, model: type[Model]) -> Snapshot:
        generation = self.directory.current()
        if self._snapshot is None or generation != self._generation:
            self.close()
            self._generation, self._index = self.directory.open(model)
            self._commit = -1
        commit = self._index.latest_generation()
        if commit != self._commit:
            # All readers anew: Whoosh's refresh() would keep a segment's reader with the list of
            # what was deleted when it was opened.
            reader = self._index.reader()
            before, self._snapshot = self._snapshot, Snapshot(reader, self._segments)
            self._commit = commit
            alive = {leaf.reader.segment().segment_id() for leaf in self._snapshot.leaves}
            self._segments = {name: self._segments[name] for name in alive}
            if before is not None:
                before.reader.close()
        if self._snapshot is None:
            raise IndexUnavailable(f"the index in {self.directory} is being made")
        return self._snapshot


_open: dict[str, OpenIndex] = {}
_guard = threading.Lock()


def open_index(directory: Directory) -> OpenIndex:
    """This process's reader of the index."""
    name = f"{directory} {directory.options.models}"
    with _guard:
        found = _open.get(name)
        if found is None or found.process != os.getpid():
            # After a fork, the parent's files and locks are left to the parent.
            found = _open[name] = OpenIndex(directory)
        return found


def close_all() -> None:
    """Close every reader of this process."""
    with _guard:
        for index in _open.values():
            index.close()
        _open.clear()


def _after_fork() -> None:
    global _guard
    _guard = threading.Lock()
    _open.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
