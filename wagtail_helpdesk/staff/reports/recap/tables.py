"""Tables of the recap: rows of cells that may lead somewhere, on the page and in a spreadsheet."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.safestring import SafeString

from ...markup import joined, written

#: Rows on the page; the export has the rest.
SHOWN = 10
HEAD = '<th role="columnheader" scope="col" class="wh-report__{kind}">{heading}</th>'
SUBJECT = '<th role="rowheader" scope="row" class="wh-report__subject">{content}{note}</th>'
NOTE = '<span class="wh-report__note">{note}</span>'
CELL = '<td role="cell" class="wh-report__{kind}" data-heading="{heading}">{content}</td>'
LINK = '<a href="{url}">{text}</a>'
ROW = '<tr role="row">{cells}</tr>'
TABLE = """<table class="listing wh-report__table wh-recap__table" role="table" aria-labelledby="{key}">
<thead role="rowgroup"><tr role="row">{heads}</tr></thead>
<tbody role="rowgroup">{rows}</tbody></table>"""
NOTHING = SafeString()
TEXT, NUMBER = "text", "number"


@dataclass(frozen=True)
class Cell:
    """``text`` for people, ``value`` for a spreadsheet where that is another."""

    text: str
    url: str = ""
    note: str = ""
    value: Any = None

    @property
    def exported(self) -> Any:
        return self.text if self.value is None else self.value


@dataclass
class Table:
    """The first cell of a row says what it is about. ``definitions`` are of (term, sentence)."""

    key: str
    title: str
    counted: str
    empty: str
    headings: list[str]
    rows: list[list[Cell]]
    definitions: list[tuple[str, str]] = field(default_factory=list)
    #: Columns that hold texts; the others hold numbers.
    texts: frozenset[int] = frozenset({0})
    shown: int = SHOWN
    #: How many rows there are, where not all are read.
    total: int = 0
    chart: Any = None

    @property
    def more(self) -> int:
        return max(0, max(len(self.rows), self.total) - self.shown)

    @cached_property
    def html(self) -> SafeString:
        heads = [
            written(HEAD, kind=self._kind(place), heading=heading)
            for place, heading in enumerate(self.headings)
        ]
        rows = [written(ROW, cells=self._cells(row)) for row in self.rows[: self.shown]]
        return written(TABLE, key=self.key, heads=joined(heads), rows=joined(rows))

    def _kind(self, place: int) -> str:
        return TEXT if place in self.texts else NUMBER

    def _cells(self, row: Iterable[Cell]) -> SafeString:
        cells = []
        for place, cell in enumerate(row):
            content = written(LINK, url=cell.url, text=cell.text) if cell.url else cell.text
            if place == 0:
                note = written(NOTE, note=cell.note) if cell.note else NOTHING
                cells.append(written(SUBJECT, content=content, note=note))
            else:
                cells.append(
                    written(
                        CELL, kind=self._kind(place), heading=self.headings[place], content=content
                    )
                )
        return joined(cells)
