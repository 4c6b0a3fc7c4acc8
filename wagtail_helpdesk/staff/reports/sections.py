"""A section of a report: a table that shows its first rows on the page and exports them all."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

#: Rows of a section on the page. The export has the rest.
SHOWN = 10
NUMBER, MOMENT, TEXT, SHARE, LINES = "number", "moment", "text", "share", "lines"


@dataclass(frozen=True)
class Column:
    """``value`` answers with what ``kind`` says: an ``int``, a ``datetime``, a text (a share is one), texts.

    It must not translate: a spreadsheet is still being sent when the request's language is gone.
    """

    heading: str
    value: Callable[[Any], Any]
    kind: str = TEXT
    on_page: bool = True
    in_export: bool = True


@dataclass(frozen=True)
class Action:
    """What to do about a row. ``label`` says it to who can't see which row it stands in."""

    text: str
    label: str
    url: str


@dataclass
class Row:
    """One row on the page: what it is about, and ``cells`` of (column, value)."""

    title: str
    url: str = ""
    notes: list[str] = field(default_factory=list)
    quotes: list[str] = field(default_factory=list)
    cells: list[tuple[Column, Any]] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)


@dataclass
class Section:
    """``columns[0]`` is what a row is about. ``records`` are all that there are, the first ones first."""

    key: str
    title: str
    #: Sentences: how it is counted, and what to say of no rows.
    counted: str
    empty: str
    columns: list[Column]
    records: QuerySet | list
    #: Completes a row of the page: its address, notes, actions.
    dress: Callable[[Row, Any], None] = lambda row, record: None
    #: Reads at once what all records of the page need.
    prepare: Callable[[list[Any]], None] = lambda records: None
    total: int = 0
    rows: list[Row] = field(default_factory=list)

    def read(self) -> "Section":
        """Read what the page shows."""
        if isinstance(self.records, QuerySet):
            self.total = self.records.count()
        else:
            self.total = len(self.records)
        shown = list(self.records[:SHOWN])
        self.prepare(shown)
        self.rows = [self._row(record) for record in shown]
        return self

    def _row(self, record: Any) -> Row:
        subject, *others = self.columns
        row = Row(title=subject.value(record))
        row.cells = [(column, column.value(record)) for column in others if column.on_page]
        self.dress(row, record)
        return row

    @property
    def more(self) -> int:
        return self.total - len(self.rows)

    @property
    def headings(self) -> list[Column]:
        return [column for column in self.columns if column.on_page]

    @property
    def exported(self) -> list[Column]:
        return [column for column in self.columns if column.in_export]

    def all_records(self) -> Iterable[Any]:
        """In chunks, where they come from the database."""
        if isinstance(self.records, QuerySet):
            return self.records.iterator(chunk_size=1_000)
        return self.records
