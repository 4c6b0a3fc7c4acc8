"""What stands beside the conversation: the ticket's details, its requester, and the tickets it belongs with."""

from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.side_panels import BaseSidePanel

from ...models import Relation, Ticket
from ...models.tickets import TicketLink

#: Other tickets of a requester that a panel lists; the queue has the rest.
OTHERS = 5


class DetailsPanel(BaseSidePanel):
    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Toggle details")
        icon_name = "info-circle"

    name = "details"
    title = _("Details")
    order = 100
    template_name = "wagtail_helpdesk/staff/workspace/panels/details.html"

    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        context["ticket"] = self.object
        context["edit_page_url"] = self._edit_page_url()
        return context

    def _edit_page_url(self) -> str:
        page = self.object.page
        if page is None or not page.permissions_for_user(self.request.user).can_edit():
            return ""
        return reverse("wagtailadmin_pages:edit", args=[page.pk])


class TicketsPanel(BaseSidePanel):
    """Abstract: lists other tickets, of those that the user may see."""

    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        def get_context_data(self, parent_context):
            return {**super().get_context_data(parent_context), "count": self.panel.count}

    def __init__(self, *args, visible, **kwargs):
        super().__init__(*args, **kwargs)
        self.visible = visible

    @property
    def count(self) -> int:
        raise NotImplementedError


class RequesterPanel(TicketsPanel):
    class SidePanelToggle(TicketsPanel.SidePanelToggle):
        aria_label = _("Toggle requester")
        icon_name = "user"

    name = "requester"
    title = _("Requester")
    order = 200
    template_name = "wagtail_helpdesk/staff/workspace/panels/requester.html"

    @cached_property
    def others(self) -> list[Ticket]:
        """The newest other tickets of the same requester, one more than are shown."""
        others = self.visible.filter(contact=self.object.contact_id).exclude(pk=self.object.pk)
        return list(others.order_by("-created_at", "-pk")[: OTHERS + 1])

    @property
    def count(self) -> int:
        return len(self.others)

    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        contact = self.object.contact
        context.update(
            contact=contact,
            others=self.others[:OTHERS],
            has_more=len(self.others) > OTHERS,
            more_query=contact.email or contact.phone,
        )
        return context


@dataclass
class LinkedTicket:
    """The other end of a link. ``ticket`` is ``None`` where the user may not read it."""

    label: str
    reference: str
    ticket: Ticket | None


#: A link read from its other end.
REVERSED = {
    Relation.RELATED: _("Related"),
    Relation.DUPLICATE: _("Has the duplicate"),
    Relation.FOLLOW_UP: _("Is followed up by"),
}


class LinksPanel(TicketsPanel):
    class SidePanelToggle(TicketsPanel.SidePanelToggle):
        aria_label = _("Toggle links")
        icon_name = "link"

    name = "links"
    title = _("Links")
    order = 300
    template_name = "wagtail_helpdesk/staff/workspace/panels/links.html"

    @cached_property
    def links(self) -> list[LinkedTicket]:
        rows = list(
            TicketLink.objects.filter(Q(from_ticket=self.object) | Q(to_ticket=self.object))
            .select_related("from_ticket", "to_ticket")
            .order_by("created_at", "pk")
        )
        if not rows:
            return []
        keys = {key for row in rows for key in (row.from_ticket_id, row.to_ticket_id)}
        allowed = set(self.visible.filter(pk__in=keys).values_list("pk", flat=True))
        return [self._other_end(row, allowed) for row in rows]

    @property
    def count(self) -> int:
        return len(self.links)

    def get_context_data(self, parent_context):
        return {**super().get_context_data(parent_context), "links": self.links}

    def _other_end(self, row: TicketLink, allowed: set[int]) -> LinkedTicket:
        leads_away = row.from_ticket_id == self.object.pk
        other = row.to_ticket if leads_away else row.from_ticket
        relation = Relation(row.relation)
        label = relation.label if leads_away else REVERSED[relation]
        return LinkedTicket(
            label=str(label),
            reference=other.reference,
            ticket=other if other.pk in allowed else None,
        )
