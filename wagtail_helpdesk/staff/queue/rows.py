"""One line of the queue, made ready here so that the template only writes it down."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.formats import get_format
from django.utils.html import avoid_wrapping, format_html
from django.utils.timesince import TIME_STRINGS
from django.utils.translation import gettext, pgettext

from ...models import LIVE, Priority, Status, Ticket
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


class Row(dict):
    """The values of one row, by name.

    A dictionary, because a template asks each value for an item first: with an object, every one
    of the four hundred values on a page would begin with an exception.
    """


def make_rows(keys: Sequence[int], desk: Desk) -> list[Row]:
    """The rows of the tickets ``keys``, in that order: plain values, no model instances."""
    keys = list(keys)
    found = (
        list(Ticket.objects.order_by().filter(pk__in=keys).values_list(*COLUMNS)) if keys else []
    )
    names = _assignees({values[10] for values in found if values[10]}, desk)
    place = {key: index for index, key in enumerate(keys)}
    found.sort(key=lambda values: place[values[0]])
    maker = _RowMaker(desk, names)
    return [maker.row(*values) for values in found]


def _assignees(keys: set[int], desk: Desk) -> dict[int, str]:
    """Names of the assignees. Who is no colleague in one's own divisions is looked up."""
    names = desk.colleagues
    if unknown := keys - names.keys():
        names = {
            **names,
            **named_users(get_user_model()._default_manager.in_bulk(unknown).values()),
        }
    return names


class _RowMaker:
    """What all rows of a page share."""

    def __init__(self, desk: Desk, names: dict[int, str]) -> None:
        self.desk, self.names = desk, names
        self.now, self.zone = timezone.now(), timezone.get_current_timezone()
        self.format = get_format("SHORT_DATETIME_FORMAT")
        self.statuses = _labelled(STATUS_MARK, Status, STATUS_ICONS)
        self.priorities = _labelled(PRIORITY_MARK, Priority, PRIORITY_ICONS)
        self.me, self.nobody = gettext("Me"), format_html("<i>{}</i>", NOBODY)
        # Resolving the address of each row costs more than writing it.
        self.url = reverse("wagtail_helpdesk_admin:ticket", args=[0]).rpartition("0")

    def row(
        self, pk, reference, subject, status, priority, created_at, updated_at,
        complaint_type, level, division, assignee, requester,
    ) -> Row:  # fmt: skip
        lists, desk = self.desk.lists, self.desk
        is_mine = assignee == desk.user.pk
        waits = assignee is None and status in LIVE
        return Row(
            key=str(pk),
            url=f"{self.url[0]}{pk}{self.url[2]}",
            reference=reference,
            subject=subject,
            requester=requester,
            type=lists.types.get(complaint_type, ""),
            level=lists.levels.get(level, ""),
            division=lists.divisions.get(division, ""),
            is_mine=is_mine,
            assignee=self.me if is_mine else self.names.get(assignee, "") or self.nobody,
            # Nobody has it, and nobody works at its level: it falls to the leader.
            is_deserted=waits and desk.is_deserted(division, level),
            status=self.statuses[status],
            priority=self.priorities[priority],
            created_iso=created_at.isoformat(timespec="seconds"),
            created_title=dateformat.format(created_at.astimezone(self.zone), self.format),
            age=_ago(created_at, self.now),
            updated_iso=updated_at.isoformat(timespec="seconds"),
            updated=_ago(updated_at, self.now),
        )


STATUS_MARK = '<span class="wh-chip wh-chip--{0}">{1} {2}</span>'
PRIORITY_MARK = '<span class="wh-priority wh-priority--{0}">{1} {2}</span>'
ICON = '<svg class="icon wh-icon" aria-hidden="true"><use href="#icon-{}"></use></svg>'


def _labelled(mark: str, choices: Any, icons: dict[str, str]) -> dict[str, str]:
    """How each value is shown: icon and text, never colour alone."""
    return {
        value: format_html(mark, value, format_html(ICON, icons[value]), label)
        for value, label in choices.choices
    }


def _ago(moment: datetime, now: datetime) -> str:
    """How long ago in one unit, as Django's ``timesince`` words it: "3 days"."""
    seconds = int((now - moment).total_seconds())
    for unit, length in AGES.items():
        if seconds >= length:
            number = seconds // length
            return avoid_wrapping(TIME_STRINGS[unit] % {"num": number})
    return pgettext("how long ago", "just now")
