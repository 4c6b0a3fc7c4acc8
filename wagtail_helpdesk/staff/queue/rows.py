"""One line of the queue, made ready here so that the template only writes it down."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import pgettext
from wagtail.admin.utils import get_user_display_name

from ...models import Priority, Status, Ticket
from .desk import Desk

#: All that a row shows; the complaint's text stays in the database.
FIELDS = [
    "reference", "subject", "status", "priority", "created_at", "updated_at", "version",
    "complaint_type", "level", "division", "assignee", "contact__name",
]  # fmt: skip
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
    updated_title: str
    updated: str


def with_row_data(tickets: QuerySet) -> QuerySet:
    return tickets.select_related("contact", "assignee").only(*FIELDS, *_user_fields())


def _user_fields() -> list[str]:
    # The assignee's name may come from any column of a host's own user model.
    model = Ticket._meta.get_field("assignee").related_model
    return [f"assignee__{field.name}" for field in model._meta.concrete_fields]


def make_rows(tickets: Iterable[Ticket], desk: Desk) -> list[Row]:
    now = timezone.now()
    statuses, priorities = dict(Status.choices), dict(Priority.choices)
    return [_row(ticket, desk, now, statuses, priorities) for ticket in tickets]


def _row(ticket: Ticket, desk: Desk, now: datetime, statuses: Any, priorities: Any) -> Row:
    lists = desk.lists
    deserted = (
        ticket.assignee_id is None
        and ticket.is_live
        and desk.is_deserted(ticket.division_id, ticket.level_id)
    )
    return Row(
        pk=ticket.pk,
        url=reverse("wagtail_helpdesk_admin:ticket", args=[ticket.pk]),
        reference=ticket.reference,
        subject=ticket.subject,
        requester=ticket.contact.name,
        type=lists.types.get(ticket.complaint_type_id, ""),
        level=lists.levels.get(ticket.level_id, ""),
        division=lists.divisions.get(ticket.division_id, ""),
        assignee=get_user_display_name(ticket.assignee) if ticket.assignee else "",
        is_mine=ticket.assignee_id == desk.user.pk,
        is_deserted=deserted,
        status=ticket.status,
        status_label=statuses[ticket.status],
        status_icon=STATUS_ICONS[ticket.status],
        priority=ticket.priority,
        priority_label=priorities[ticket.priority],
        priority_icon=PRIORITY_ICONS[ticket.priority],
        created_iso=ticket.created_at.isoformat(timespec="seconds"),
        created_title=_in_full(ticket.created_at),
        age=_ago(ticket.created_at, now),
        updated_iso=ticket.updated_at.isoformat(timespec="seconds"),
        updated_title=_in_full(ticket.updated_at),
        updated=_ago(ticket.updated_at, now),
    )


def _in_full(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")


def _ago(moment: datetime, now: datetime) -> str:
    """How long ago, in one unit: "3 days"."""
    if now - moment < timedelta(minutes=1):
        return pgettext("how long ago", "just now")
    return timesince(moment, now, depth=1)
