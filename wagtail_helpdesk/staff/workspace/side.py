"""The frames beside the conversation, and the buttons that open them. Their content is loaded then (``panels``)."""

from functools import lru_cache

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel

from ...models import Ticket
from ..markup import written

FRAME = """<div class="wh-panel" data-controller="wh-panel" data-wh-panel-url-value="{url}" \
aria-live="polite"><a href="{url}">{loading}</a></div>"""


class Toggle(BaseSidePanel.SidePanelToggle):
    """Wagtail's own button, which its template writes once for all tickets: eight templates are a tenth of the page."""

    has_counter = False

    def render_html(self, parent_context=None):
        return _button(type(self.panel), get_language())


@lru_cache
def _button(panel: type["TicketPanel"], language: str | None) -> SafeString:
    return super(Toggle, panel(None, None).toggle).render_html()


class TicketPanel(BaseSidePanel):
    """Abstract: the empty frame. Its content costs queries that most readings don't need."""

    SidePanelToggle = Toggle

    def render_html(self, parent_context=None):
        arguments = [self.object.pk, self.name]
        url = reverse("wagtail_helpdesk_admin:ticket_panel", args=arguments)
        return written(FRAME, url=url, loading=gettext("Loading …"))


class DetailsPanel(TicketPanel):
    class SidePanelToggle(Toggle):
        aria_label = _("Toggle details")
        icon_name = "info-circle"

    name = "details"
    title = _("Details")
    order = 100


class RequesterPanel(TicketPanel):
    class SidePanelToggle(Toggle):
        aria_label = _("Toggle requester")
        icon_name = "user"

    name = "requester"
    title = _("Requester")
    order = 200


class ArticlesPanel(TicketPanel):
    class SidePanelToggle(Toggle):
        aria_label = _("Toggle related articles")
        icon_name = "doc-full"

    name = "articles"
    title = _("Related articles")
    order = 250


class VisitsPanel(TicketPanel):
    class SidePanelToggle(Toggle):
        aria_label = _("Toggle visits")
        icon_name = "date"

    name = "visits"
    title = _("Visits")
    order = 275


class LinksPanel(TicketPanel):
    class SidePanelToggle(Toggle):
        aria_label = _("Toggle links")
        icon_name = "link"

    name = "links"
    title = _("Links")
    order = 300


PANELS = {
    panel.name: panel
    for panel in (DetailsPanel, RequesterPanel, ArticlesPanel, VisitsPanel, LinksPanel)
}


def side_panels(ticket: Ticket, request) -> MediaContainer:
    return MediaContainer([panel(ticket, request) for panel in PANELS.values()])
