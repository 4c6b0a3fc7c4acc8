"""The admin's home page: what concerns whoever looks at it, and what a new desk still lacks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery
from django.forms import Media
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy
from wagtail.admin.staticfiles import versioned_static
from wagtail.admin.ui.components import Component
from wagtail.permissions import policy_registry

from ..clocks.heartbeat import TIMERS
from ..conf import helpdesk_settings
from ..models import (
    ComplaintType,
    DivisionMember,
    Heartbeat,
    Message,
    OutboxMessage,
    OutboxState,
    SupportLevel,
    Ticket,
)
from ..support_pages import support_page_models
from .counting import Count, capped_counts
from .queue.desk import Desk
from .queue.saved_views import VIEWS, mine

#: What to run where nobody looks after mail that could not be sent at once.
TIMERS_COMMAND = "run_helpdesk_timers"


@dataclass(frozen=True)
class Line:
    """One thing to know, and where to see to it. ``number`` is how many."""

    text: str
    url: str
    number: Count | None = None
    is_warning: bool = False


@dataclass(frozen=True)
class Step:
    """One thing that a new desk needs."""

    text: str
    url: str
    is_done: bool


def add_panels(request, panels: list[Any]) -> None:
    panel = HelpdeskPanel(request)
    if panel.is_shown():
        panels.append(panel)


class HelpdeskPanel(Component):
    name = "helpdesk"
    template_name = "wagtail_helpdesk/staff/home/panel.html"
    order = 90

    def __init__(self, request: Any) -> None:
        self.user = request.user

    @property
    def media(self) -> Media:
        return Media(css={"all": [versioned_static("wagtail_helpdesk/staff/queue.css")]})

    @cached_property
    def works_here(self) -> bool:
        return policy_registry.get_by_type(Ticket).user_has_permission(self.user, "view")

    @cached_property
    def sees_mail(self) -> bool:
        return policy_registry.get_by_type(OutboxMessage).user_has_any_permission(
            self.user, ["view", "change"]
        )

    def is_shown(self) -> bool:
        return self.works_here

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.user)

    @cached_property
    def counts(self) -> dict[str, Count]:
        """Everything that the panel tells, in one query."""
        sets: dict[str, QuerySet] = {
            "mine": mine(self.desk),
            "answered": answered(self.desk),
            "unassigned": VIEWS["unassigned"].tickets(self.desk),
        }
        if self.sees_mail:
            sets |= mail_sets()
        if self.desk.is_manager:
            sets |= setup_sets()
        return capped_counts(sets)

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        steps = self.steps() if self.desk.is_manager else []
        return {
            "lines": [*self.lines(), *(self.mail_lines() if self.sees_mail else [])],
            "steps": steps if any(not step.is_done for step in steps) else [],
            "queue_url": reverse("wagtail_helpdesk_admin:tickets"),
        }

    def lines(self) -> list[Line]:
        queue = reverse("wagtail_helpdesk_admin:tickets")
        sentences = {
            "mine": ngettext_lazy(
                "%(number)s ticket is assigned to you",
                "%(number)s tickets are assigned to you",
                "plural",
            ),
            "answered": ngettext_lazy(
                "%(number)s of them has an answer from the requester",
                "%(number)s of them have an answer from the requester",
                "plural",
            ),
            "unassigned": ngettext_lazy(
                "%(number)s ticket waits at your level for somebody to accept it",
                "%(number)s tickets wait at your level for somebody to accept them",
                "plural",
            ),
        }
        urls = {
            "mine": f"{queue}?view=mine",
            "answered": f"{queue}?view=mine&ordering=-updated_at",
            "unassigned": f"{queue}?view=unassigned",
        }
        return [
            Line(_say(sentence, self.counts[name]), urls[name], self.counts[name])
            for name, sentence in sentences.items()
            if self.counts[name]
        ]

    def mail_lines(self) -> list[Line]:
        url = reverse("wagtail_helpdesk_admin:mail")
        found = []
        if dead := self.counts["dead"]:
            sentence = ngettext(
                "%(number)s mail was given up", "%(number)s mails were given up", dead.number
            )
            text = sentence % {"number": dead}
            found.append(Line(text, f"{url}?state={OutboxState.DEAD}", dead, is_warning=True))
        if stuck := self.counts["stuck"]:
            sentence = ngettext(
                "%(number)s mail has been waiting for long to be sent",
                "%(number)s mails have been waiting for long to be sent",
                stuck.number,
            )
            text = sentence % {"number": stuck}
            found.append(Line(text, f"{url}?state={OutboxState.QUEUED}", stuck, is_warning=True))
        if not settings.DEBUG and not self.counts["swept"]:
            text = _(
                "Nobody looks after mail that could not be sent at once: “%(command)s” has not run lately"
            )
            found.append(
                Line(text % {"command": f"manage.py {TIMERS_COMMAND}"}, url, is_warning=True)
            )
        return found

    def steps(self) -> list[Step]:
        counts = self.counts
        return [
            Step(
                _("Name the levels of support"),
                reverse("wagtail_helpdesk_levels:index"),
                bool(counts["levels"]),
            ),
            Step(
                _("Make divisions, and say who works in them"),
                reverse("wagtail_helpdesk_divisions:index"),
                bool(counts["members"]),
            ),
            Step(
                _("List what visitors may write about"),
                reverse("wagtail_helpdesk_types:index"),
                bool(counts["types"]),
            ),
            Step(
                _("Publish a support page"),
                reverse("wagtailadmin_explore_root"),
                any(bool(count) for name, count in counts.items() if name.startswith("page")),
            ),
        ]


def answered(desk: Desk) -> QuerySet:
    """The user's open tickets in which the requester spoke last."""
    replies = Message.objects.public().filter(ticket=OuterRef("pk"))
    last = replies.order_by("-created_at", "-pk").values("by_contact")[:1]
    return mine(desk).annotate(answered_by=Subquery(last)).filter(answered_by__isnull=False)


def mail_sets() -> dict[str, QuerySet]:
    late = timezone.now() - timedelta(minutes=helpdesk_settings.SWEEP_LATE_MINUTES)
    mails = OutboxMessage.objects
    return {
        "dead": mails.filter(state=OutboxState.DEAD),
        "stuck": mails.filter(state=OutboxState.QUEUED, next_try_at__lt=late),
        "swept": Heartbeat.objects.filter(name=TIMERS, at__gte=late),
    }


def setup_sets() -> dict[str, QuerySet]:
    pages = {
        f"page {number}": model.objects.live() for number, model in enumerate(support_page_models())
    }
    return {
        "levels": SupportLevel.objects.all(),
        "members": DivisionMember.objects.filter(user__is_active=True),
        "types": ComplaintType.objects.filter(retired=False),
        **pages,
    }


def _say(sentence: Any, count: Count) -> str:
    return sentence % {"number": count, "plural": count.number}
