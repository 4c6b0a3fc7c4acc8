"""The lines of the queue. Written here and not by a template, which takes ten times as long for each."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.formats import get_format
from django.utils.html import avoid_wrapping
from django.utils.safestring import SafeString
from django.utils.timesince import TIME_STRINGS
from django.utils.translation import get_language, gettext, pgettext

from ...models import LIVE, Priority, Status, Ticket
from ..markup import written
from .desk import NOBODY, Desk, named_users

#: All that a row is made of; the complaint's text stays in the database.
COLUMNS = (
    "pk", "reference", "subject", "status", "priority", "created_at", "updated_at",
    "complaint_type", "level", "division", "assignee", "contact__name",
)  # fmt: skip
#: Seconds of the units that an age is given in; months and years are as long as they are on average.
AGES = {
    "year": 31_556_952, "month": 2_629_746, "week": 604_800, "day": 86_400, "hour": 3_600,
    "minute": 60,
}  # fmt: skip
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
<td role="cell" class="wh-queue__updated"><time datetime="{updated_at}">{updated}</time></td>
<td role="cell" class="wh-queue__age">\
<time datetime="{created_at}" title="{created}">{age}</time></td>
</tr>"""
MINE = SafeString(' class="wh-queue__mine"')
SELECT = """<td role="cell" class="bulk-action-checkbox-cell wh-queue__select">\
<input type="checkbox" data-object-id="{key}" data-bulk-action-checkbox class="bulk-action-checkbox" \
aria-label="{label}" aria-describedby="ticket_{key}_title"></td>"""
ICON = '<svg class="icon wh-icon" aria-hidden="true"><use href="#icon-{name}"></use></svg>'
STATUS_MARK = '<span class="wh-chip wh-chip--{value}">{icon} {label}</span>'
PRIORITY_MARK = '<span class="wh-priority wh-priority--{value}">{icon} {label}</span>'
DESERTED_MARK = ' <span class="wh-chip wh-chip--deserted" title="{title}">{icon} {label}</span>'
NOTHING = SafeString()


def make_rows(keys: Sequence[int], desk: Desk, *, selectable: bool) -> list[dict[str, str]]:
    """The tickets ``keys``, in that order: "reference", and "html", the row of the table.

    ``selectable`` ones have a box to tick. No model instances are made.
    """
    keys = list(keys)
    found = list(_values().filter(pk__in=keys)) if keys else []
    names = _assignees({values[10] for values in found if values[10]}, desk)
    place = {key: index for index, key in enumerate(keys)}
    found.sort(key=lambda values: place[values[0]])
    writer = _RowWriter(desk, names, selectable=selectable)
    return [{"reference": values[1], "html": writer.row(*values)} for values in found]


@cache
def _values() -> QuerySet:
    """Of all tickets. Naming the columns costs as much as fetching them."""
    return Ticket.objects.order_by().values_list(*COLUMNS)


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

    def __init__(self, desk: Desk, names: dict[int, str], *, selectable: bool) -> None:
        self.desk, self.names, self.user = desk, names, desk.user.pk
        self.now, self.zone = timezone.now(), timezone.get_current_timezone()
        self.format = get_format("DATETIME_FORMAT")
        self.language = get_language()
        self.statuses, self.priorities = _marks(self.language)
        self.me, self.nobody = gettext("Me"), written("<i>{nobody}</i>", nobody=NOBODY)
        self.select = gettext("Select") if selectable else ""
        # Resolving the address of each row costs more than writing it.
        self.url = reverse("wagtail_helpdesk_admin:ticket", args=[0]).rpartition("0")

    def row(
        self, pk, reference, subject, status, priority, created_at, updated_at,
        complaint_type, level, division, assignee, requester,
    ) -> SafeString:  # fmt: skip
        lists = self.desk.lists
        is_mine = assignee == self.user
        waits = assignee is None and status in LIVE
        return written(
            ROW,
            mine=MINE if is_mine else NOTHING,
            select=written(SELECT, key=pk, label=self.select) if self.select else NOTHING,
            key=pk,
            url=f"{self.url[0]}{pk}{self.url[2]}",
            subject=subject,
            reference=reference,
            requester=requester,
            type=lists.types.get(complaint_type, ""),
            level=lists.levels.get(level, ""),
            division=lists.divisions.get(division, ""),
            deserted=self._deserted(division, level) if waits else NOTHING,
            assignee=self.me if is_mine else self.names.get(assignee, "") or self.nobody,
            status=self.statuses[status],
            priority=self.priorities[priority],
            updated_at=updated_at.isoformat(timespec="seconds"),
            updated=_ago(updated_at, self.now, self.language),
            created_at=created_at.isoformat(timespec="seconds"),
            created=_dated(created_at.astimezone(self.zone), self.format, self.language),
            age=_ago(created_at, self.now, self.language),
        )

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


def _ago(moment: datetime, now: datetime, language: str | None) -> str:
    """How long ago in one unit, as Django's ``timesince`` words it: "3 days"."""
    seconds = int((now - moment).total_seconds())
    for unit, length in AGES.items():
        if seconds >= length:
            return _in_words(unit, seconds // length, language)
    return pgettext("how long ago", "just now")


@lru_cache(maxsize=5_000)
def _dated(moment: datetime, pattern: str, language: str | None) -> SafeString:
    return written("{date}", date=dateformat.format(moment, pattern))


@lru_cache(maxsize=1_000)
def _in_words(unit: str, number: int, language: str | None) -> SafeString:
    return written("{words}", words=avoid_wrapping(TIME_STRINGS[unit] % {"num": number}))
