"""Everything that happened to a ticket: its events, the audit log's other entries, and who had it how long."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from wagtail.admin.paginator import WagtailPaginator
from wagtail.log_actions import registry

from ...models import Holding, Verb
from ...tickets.checklists import checklists_of
from .base import TicketPage
from .timeline import Timeline

PAGE_SIZE = 50


@dataclass
class Line:
    at: datetime
    who: str
    text: str


class HistoryView(TicketPage):
    """Newest first. Whoever may read the ticket may read its history."""

    template_name = "wagtail_helpdesk/staff/workspace/history.html"
    page_title = gettext_lazy("History")
    header_icon = "history"

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data())

    @cached_property
    def lines(self) -> list[Line]:
        timeline = Timeline(self.ticket, events_only=True, checklists=checklists_of(self.ticket))
        lines = [
            Line(event.at, timeline.who(event), timeline.describe(event))
            for event in timeline.events
        ]
        lines += [
            Line(entry.timestamp, entry.user_display_name, entry.message)
            for entry in self._other_log_entries()
        ]
        return sorted(lines, key=lambda line: line.at, reverse=True)

    def _other_log_entries(self) -> QuerySet:
        """What staff did by our operations has events; the log also holds what came from elsewhere."""
        entries = registry.get_logs_for_instance(self.ticket)
        ours = [f"wagtail_helpdesk.{verb}" for verb in Verb.values]
        return entries.exclude(action__in=ours).select_related("user")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        paginator = WagtailPaginator(self.lines, PAGE_SIZE)
        context["lines"] = paginator.get_page(self.request.GET.get("p"))
        context["elided_page_range"] = paginator.get_elided_page_range(context["lines"].number)
        context["holdings"] = Holding.objects.filter(ticket=self.ticket).select_related(
            "level", "division", "assignee"
        )
        return context
