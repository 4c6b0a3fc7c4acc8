"""Tickets as a spreadsheet, CSV or XLSX: safe to open, streamed, in words that people read."""

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, tzinfo
from tempfile import TemporaryFile
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name
from wagtail.permissions import policy_registry

from ..models import Channel, Outcome, Priority, Status, Ticket
from .queue.desk import Lists

CHUNK = 1_000
#: Rows that a worksheet can have, its heading left out.
XLSX_MAX_ROWS = 1_048_575
#: A cell that begins with one of these is a formula to a spreadsheet program; the wide ones in
#: the Excel of East Asia.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
#: What XML doesn't admit in a cell, and lone surrogates. Tab and line ends stay.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def check_permission(user: Any) -> None:
    """Raise ``PermissionDenied`` unless ``user`` may export tickets at all."""
    if not policy_registry.get_by_type(Ticket).user_has_permission(user, "export"):
        raise PermissionDenied


def safe_cell(value: Any) -> str:
    """``value`` as text that no spreadsheet program takes for a formula or chokes on."""
    text = "" if value is None else str(value)
    # What a program would skip on its way to the formula counts as its beginning.
    starts_formula = text.lstrip(" \ufeff\x00\x0b\x0c").startswith(FORMULA_STARTS)
    text = _CONTROL.sub("", text)
    return f"'{text}" if starts_formula or text.startswith(FORMULA_STARTS) else text


def spreadsheet(
    tickets: QuerySet, file_format: str, *, lists: Lists, filename: str
) -> HttpResponseBase:
    """``tickets`` (in their order) as a download. Rows are read in chunks while they are sent."""
    tickets = tickets.select_related("contact__organisation", "assignee").defer("body")
    columns = _columns(lists)
    rows = _rows(tickets.iterator(chunk_size=CHUNK), columns)
    if file_format == "xlsx":
        return _xlsx(rows, filename)
    response = StreamingHttpResponse(_csv_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}.csv"'
    return response


def _columns(lists: Lists) -> dict[str, Callable[[Ticket], Any]]:
    """Heading to value. Words and zone are fixed now: while it streams, the request's are gone."""
    statuses, priorities = _words(Status), _words(Priority)
    channels, outcomes = _words(Channel), {"": "", **_words(Outcome)}
    zone = timezone.get_current_timezone()
    return {
        _("Reference"): lambda ticket: ticket.reference,
        _("Subject"): lambda ticket: ticket.subject,
        _("Requester"): lambda ticket: ticket.contact.name,
        _("E-mail"): lambda ticket: ticket.contact.email,
        _("Telephone"): lambda ticket: ticket.contact.phone,
        _("Organisation"): lambda ticket: ticket.contact.organisation or "",
        _("Complaint type"): lambda ticket: lists.types.get(ticket.complaint_type_id, ""),
        _("Division"): lambda ticket: lists.divisions.get(ticket.division_id, ""),
        _("Level"): lambda ticket: lists.levels.get(ticket.level_id, ""),
        _("Assignee"): lambda ticket: (
            get_user_display_name(ticket.assignee) if ticket.assignee else ""
        ),
        _("Status"): lambda ticket: statuses[ticket.status],
        _("Priority"): lambda ticket: priorities[ticket.priority],
        _("Channel"): lambda ticket: channels[ticket.channel],
        _("Site"): lambda ticket: lists.sites.get(ticket.site_id, ""),
        _("Created"): lambda ticket: _iso(ticket.created_at, zone),
        _("Updated"): lambda ticket: _iso(ticket.updated_at, zone),
        _("Due"): lambda ticket: _iso(ticket.due_at, zone),
        _("First response due"): lambda ticket: _iso(ticket.first_response_due_at, zone),
        _("First response"): lambda ticket: _iso(ticket.first_responded_at, zone),
        _("Resolution due"): lambda ticket: _iso(ticket.resolution_due_at, zone),
        _("Solved"): lambda ticket: _iso(ticket.solved_at, zone),
        _("Closed"): lambda ticket: _iso(ticket.closed_at, zone),
        _("Outcome"): lambda ticket: outcomes.get(ticket.outcome, ticket.outcome),
        _("Solution"): lambda ticket: ticket.solution,
    }


def _words(choices: Any) -> dict[str, str]:
    return {value: str(label) for value, label in choices.choices}


def _iso(moment: datetime | None, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else ""


def _rows(tickets: Iterable[Ticket], columns: dict[str, Callable]) -> Iterator[list[str]]:
    yield [safe_cell(heading) for heading in columns]
    for ticket in tickets:
        yield [safe_cell(value(ticket)) for value in columns.values()]


class _Line:
    """A file that hands back what is written to it."""

    def write(self, value: str) -> bytes:
        return value.encode()


def _csv_lines(rows: Iterable[list[str]]) -> Iterator[bytes]:
    writer = csv.writer(_Line())
    for row in rows:
        yield writer.writerow(row)


def _xlsx(rows: Iterable[list[str]], filename: str) -> FileResponse:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(_("Tickets"))
    for number, row in enumerate(rows):
        if number > XLSX_MAX_ROWS:
            break
        cells = [WriteOnlyCell(sheet, value=value) for value in row]
        for cell in cells:
            cell.data_type = "s"  # never a formula, a number or a date, whatever it looks like
        sheet.append(cells)
    output = TemporaryFile()  # noqa: SIM115  the response closes it
    workbook.save(output)
    output.seek(0)
    return FileResponse(
        output,
        as_attachment=True,
        filename=f"{filename}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
