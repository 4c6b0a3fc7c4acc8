"""One line of the queue, made ready here so that the template only writes it down."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import pgettext

from ...models import LIVE, Priority, Status, Ticket
from .desk import Desk, named_users

#: All that a row is made of; the complaint's text stays in the database.
COLUMNS = (
    "pk", "reference", "subject", "status", "priority", "created_at", "updated_at",
    "complaint_type", "level", "division", "assignee", "contact__name",
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


@dataclass(frozen=True)
class Row:
    pk: int
    url: str
    reference: str
    subject: str
    requester: str
    type: str
    level: str
    division: str
    assignee: str
    is_mine: bool
    #: Nobody has it, and nobody works at its level: it falls to the leader.
    is_deserted: bool
    status: str
    status_label: str
    status_icon: str
    priority: str
    priority_label: str
    priority_icon: str
    created_iso: str
    created_title: str
    #: How long ago it came in, and how long ago anything happened.
    age: str
    updated_iso: str
    updated: str


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
        self.now = timezone.now()
        self.statuses, self.priorities = dict(Status.choices), dict(Priority.choices)
        # Resolving the address of each row costs more than writing it.
        self.url = reverse("wagtail_helpdesk_admin:ticket", args=[0]).rpartition("0")

    def row(
        self, pk, reference, subject, status, priority, created_at, updated_at,
        complaint_type, level, division, assignee, requester,
    ) -> Row:  # fmt: skip
        lists, desk = self.desk.lists, self.desk
        waits = assignee is None and status in LIVE
        return Row(
            pk=pk,
            url=f"{self.url[0]}{pk}{self.url[2]}",
            reference=reference,
            subject=subject,
            requester=requester,
            type=lists.types.get(complaint_type, ""),
            level=lists.levels.get(level, ""),
            division=lists.divisions.get(division, ""),
            assignee=self.names.get(assignee, ""),
            is_mine=assignee == desk.user.pk,
            is_deserted=waits and desk.is_deserted(division, level),
            status=status,
            status_label=self.statuses[status],
            status_icon=STATUS_ICONS[status],
            priority=priority,
            priority_label=self.priorities[priority],
            priority_icon=PRIORITY_ICONS[priority],
            created_iso=created_at.isoformat(timespec="seconds"),
            created_title=date_format(timezone.localtime(created_at), "SHORT_DATETIME_FORMAT"),
            age=_ago(created_at, self.now),
            updated_iso=updated_at.isoformat(timespec="seconds"),
            updated=_ago(updated_at, self.now),
        )


def _ago(moment: datetime, now: datetime) -> str:
    """How long ago, in one unit: "3 days"."""
    if now - moment < timedelta(minutes=1):
        return pgettext("how long ago", "just now")
    return timesince(moment, now, depth=1)
