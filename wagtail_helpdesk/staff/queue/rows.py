"""The lines of the queue. Written here and not by a template, which takes ten times as long for each."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from html import escape
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from ...models import LIVE, Priority, Status, Ticket
from ..due import IS_PROMISED, REASONS, DueWriter
from ..markup import Escaped, written
from ..time_words import ago
from .desk import NOBODY, Desk, named_users

#: All that a row is made of; the complaint's text stays in the database.
COLUMNS = (
    "pk", "reference", "subject", "status", "priority", "created_at", "updated_at",
    "complaint_type", "level", "division", "assignee", "contact__name", "due_at",
)  # fmt: skip
STATUS_ICONS = {
    Status.NEW: "mail",
    Status.OPEN: "wagtail_helpdesk-open",
    Status.PENDING: "time",
    Status.ON_HOLD: "wagtail_helpdesk-on-hold",
    Status.SOLVED: "circle-check",
    Status.CLOSED: "lock",
}
PRIORITY_ICONS = {
    Priority.LOW: "arrow-down",
    Priority.NORMAL: "minus",
    Priority.HIGH: "arrow-up",
    Priority.URGENT: "warning",
}


#: The roles repeat what the elements mean: below 640 px the style sheet lays the table out as a
#: list, and browsers would forget it.
ROW = """<tr role="row"{mine}>
{select}
<td role="cell" class="wh-queue__ticket"><a href="{url}" id="ticket_{key}_title">\
<span class="wh-queue__subject">{subject}</span> \
<span class="wh-queue__reference">{reference}</span></a></td>
<td role="cell" class="wh-queue__requester">{requester} <span class="wh-queue__meta">{type}</span></td>
<td role="cell" class="wh-queue__place">{division} <span class="wh-queue__meta">{level}</span>{deserted}</td>
<td role="cell" class="wh-queue__assignee">{assignee}</td>
<td role="cell" class="wh-queue__status">{status}</td>
<td role="cell" class="wh-queue__priority">{priority}</td>
<td role="cell" class="wh-queue__due">{due}</td>
<td role="cell" class="wh-queue__updated"><time datetime="{updated_at}">{updated}</time></td>
<td role="cell" class="wh-queue__age">\
<time datetime="{created_at}" title="{created}">{age}</time></td>
</tr>"""
MINE = ' class="wh-queue__mine"'
SELECT = """<td role="cell" class="bulk-action-checkbox-cell wh-queue__select">\
<input type="checkbox" data-object-id="{key}" data-bulk-action-checkbox class="bulk-action-checkbox" \
aria-label="{label}" aria-describedby="ticket_{key}_title"></td>"""
ICON = '<svg class="icon wh-icon" aria-hidden="true"><use href="#icon-{name}"></use></svg>'
STATUS_MARK = '<span class="wh-chip wh-chip--{value}">{icon} {label}</span>'
PRIORITY_MARK = '<span class="wh-priority wh-priority--{value}">{icon} {label}</span>'
DESERTED_MARK = ' <span class="wh-chip wh-chip--deserted" title="{title}">{icon} {label}</span>'
NOTHING = SafeString()


def make_rows(
    keys: Sequence[int], desk: Desk, *, selectable: bool, query_string: str = ""
) -> list[dict[str, str]]:
    """The tickets ``keys``, in that order: "reference", and "html", the row of the table.

    ``selectable`` ones have a box to tick; ``query_string`` goes along to the ticket. No model instances are made.
    """
    keys = list(keys)
    found = list(_values().filter(pk__in=keys)) if keys else []
    names = _assignees({values[10] for values in found if values[10]}, desk)
    place = {key: index for index, key in enumerate(keys)}
    found.sort(key=lambda values: place[values[0]])
    writer = _RowWriter(desk, names, selectable=selectable, query_string=query_string)
    return [{"reference": values[1], "html": writer.row(*values)} for values in found]


@cache
def _values() -> QuerySet:
    """Of all tickets. Naming the columns costs as much as fetching them."""
    return Ticket.objects.order_by().values_list(*COLUMNS, IS_PROMISED)


def _assignees(keys: set[int], desk: Desk) -> dict[int, str]:
    """Names of the assignees. Who is no colleague in one's own divisions is looked up."""
    names = desk.colleagues
    if unknown := keys - names.keys():
        names = {
            **names,
            **named_users(get_user_model()._default_manager.in_bulk(unknown).values()),
        }
    return names


class _RowWriter:
    """What all rows of a page share."""

    def __init__(
        self, desk: Desk, names: dict[int, str], *, selectable: bool, query_string: str
    ) -> None:
        self.desk, self.user = desk, desk.user.pk
        self.now, self.language = desk.now, get_language()
        self.due = DueWriter(self.now, self.language)
        self.statuses, self.priorities = _marks(self.language)
        self.me = written("{me}", me=gettext("Me"))
        self.nobody = written("<i>{nobody}</i>", nobody=NOBODY)
        self.select = written("{label}", label=gettext("Select")) if selectable else ""
        lists = desk.lists
        self.types, self.levels = Escaped(lists.types), Escaped(lists.levels)
        self.divisions, self.names = Escaped(lists.divisions), Escaped(names)
        # Resolving the address of each row costs more than writing it.
        before, _zero, after = reverse("wagtail_helpdesk_admin:ticket", args=[0]).rpartition("0")
        self.url = (before, after + (f"?{escape(query_string)}" if query_string else ""))

    def row(
        self, pk, reference, subject, status, priority, created_at, updated_at,
        complaint_type, level, division, assignee, requester, due_at, is_promised,
    ) -> SafeString:  # fmt: skip
        """Whatever goes into it is escaped or our own: ``written`` would look at each value once more."""
        is_mine = assignee == self.user
        waits = assignee is None and status in LIVE
        row = ROW.format(
            mine=MINE if is_mine else "",
            select=SELECT.format(key=pk, label=self.select) if self.select else "",
            key=pk,
            url=f"{self.url[0]}{pk}{self.url[1]}",
            subject=escape(subject),
            reference=escape(reference),
            requester=escape(requester),
            type=self.types[complaint_type],
            level=self.levels[level],
            division=self.divisions[division],
            deserted=self._deserted(division, level) if waits else "",
            assignee=self.me if is_mine else self.names[assignee] or self.nobody,
            status=self.statuses[status],
            priority=self.priorities[priority],
            due=self._due(due_at, status, is_promised),
            updated_at=updated_at.isoformat(timespec="seconds"),
            updated=ago(updated_at, self.now, self.language),
            created_at=created_at.isoformat(timespec="seconds"),
            created=self.due.date(created_at),
            age=ago(created_at, self.now, self.language),
        )
        return SafeString(row)

    def _due(self, due_at: datetime | None, status: str, is_promised: bool) -> SafeString:
        if due_at is not None:
            return self.due.running(due_at)
        # A database without booleans of its own says 1.
        stands = is_promised and status in REASONS
        return self.due.standing(status) if stands else NOTHING

    def _deserted(self, division: int, level: int) -> SafeString:
        """Nobody has it, and nobody works at its level: it falls to the leader, if there is one."""
        if not self.desk.is_deserted(division, level):
            return NOTHING
        if division in self.desk.lists.led:
            label = gettext("falls to the leader")
            title = gettext(
                "Nobody works at this level in the division: the ticket falls to its leader."
            )
        else:
            label = gettext("nobody is there")
            title = gettext("Nobody works at this level in the division, and nobody leads it.")
        icon = written(ICON, name="warning")
        return written(DESERTED_MARK, title=title, icon=icon, label=label)


@lru_cache
def _marks(language: str | None) -> tuple[dict[str, SafeString], dict[str, SafeString]]:
    """How each status and each priority is shown: icon and text, never colour alone."""
    return (
        _labelled(STATUS_MARK, Status, STATUS_ICONS),
        _labelled(PRIORITY_MARK, Priority, PRIORITY_ICONS),
    )


def _labelled(mark: str, choices: Any, icons: dict[str, str]) -> dict[str, SafeString]:
    return {
        value: written(mark, value=value, icon=written(ICON, name=icons[value]), label=label)
        for value, label in choices.choices
    }
