"""What every page about one ticket shares: the scoped look-up, what may be done, and the shell around it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.permissions import policy_registry

from ...models import Ticket, Verb
from ...models.querysets import TicketQuerySet
from ..queue.desk import Desk
from ..queue.listing import Listing
from ..queue.saved_views import VIEWS

#: Verbs about one ticket; "change" is Wagtail's word, asked by its editing sessions.
TICKET_VERBS = [verb.value for verb in Verb if verb != Verb.SUBMIT]
RELATED = ("contact", "complaint_type", "division", "level")


class TicketPage(WagtailAdminTemplateMixin, View):
    """A page about the ticket in the address, for those who may read it; for others it isn't there."""

    header_icon = "wagtail_helpdesk-desk"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        # Read once for the look-up, the verbs, and the other tickets that the panels show.
        self.desk = Desk(request.user)
        self.reach = None if self.desk.is_manager else self.desk.reach
        self.look_up()

    def look_up(self) -> None:
        """Read the ticket; again, when an operation found it changed.

        The policy is asked about this one, which costs a twentieth of asking it in the query.
        """
        self.__dict__.pop("verbs", None)
        self.ticket = get_object_or_404(self.get_queryset(), pk=self.kwargs["pk"])
        if "view" not in self.verbs:
            raise Http404

    def get_queryset(self) -> TicketQuerySet:
        """Without regard to who looks: ``look_up`` asks."""
        return Ticket.objects.select_related(*RELATED)

    @cached_property
    def visible(self) -> TicketQuerySet:
        """The other tickets that may be shown here."""
        return Ticket.objects.visible_to(self.request.user, self.reach)

    @cached_property
    def policy(self):
        return policy_registry.get_by_type(Ticket)

    @cached_property
    def verbs(self) -> set[str]:
        """What the user may do with the ticket, whatever its status."""
        asked = [*TICKET_VERBS, "view", "change"]
        return self.policy.verbs_for(self.request.user, self.ticket, asked, reach=self.reach)

    @property
    def ticket_url(self) -> str:
        return reverse("wagtail_helpdesk_admin:ticket", args=[self.ticket.pk])

    @cached_property
    def listing(self) -> Listing | None:
        """The view of the queue that the page was opened from, if it says so."""
        if self.request.GET.get("view") not in VIEWS:
            return None
        return Listing(self.request, desk=self.desk)

    @cached_property
    def view_query(self) -> str:
        """Behind every address that should know the view, too."""
        return f"?{self.listing.query_string}" if self.listing else ""

    @property
    def queue_url(self) -> str:
        return reverse("wagtail_helpdesk_admin:tickets") + self.view_query

    def get_page_subtitle(self) -> str:
        return self.ticket.reference

    def get_breadcrumbs_items(self):
        queue = {"url": self.queue_url, "label": _("Tickets")}
        return [*self.breadcrumbs_items, queue, *self.get_ticket_crumbs()]

    def get_ticket_crumbs(self) -> list[dict[str, str]]:
        return [
            {"url": f"{self.ticket_url}{self.view_query}", "label": self.ticket.reference},
            {"url": "", "label": self.get_page_title()},
        ]

    def get_side_panels(self) -> MediaContainer:
        return MediaContainer([])

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["ticket"] = self.ticket
        context["ticket_url"] = self.ticket_url
        context["view_query"] = self.view_query
        context["side_panels"] = self.get_side_panels()
        return context

    def back_to_ticket(self, refusal: str = "", *, anchor: str = "") -> HttpResponse:
        """To the ticket, with a message if something was refused; to the queue once it is out of reach."""
        if refusal:
            messages.error(self.request, refusal)
        still_there = Ticket.objects.visible_to(self.request.user).filter(pk=self.ticket.pk)
        if still_there.exists():
            return self.to_ticket(self.ticket.pk, anchor=anchor)
        return redirect(self.queue_url)

    def to_ticket(self, pk: int, *, anchor: str = "") -> HttpResponse:
        url = reverse("wagtail_helpdesk_admin:ticket", args=[pk]) + self.view_query
        return redirect(f"{url}#{anchor}" if anchor else url)


class FragmentPage(TicketPage):
    """A page whose content a script may ask for alone, to show it in a dialog or a panel."""

    fragment_template_name = ""

    @cached_property
    def is_fragment(self) -> bool:
        wanted_by = self.request.headers.get("X-Requested-With")
        return self.request.method == "GET" and wanted_by == "XMLHttpRequest"

    def get_template_names(self) -> list[str]:
        return [self.fragment_template_name if self.is_fragment else self.template_name]

    def show(self, *, status: int = 200, **context) -> HttpResponse:
        response = self.render_to_response(self.get_context_data(**context), status=status)
        patch_vary_headers(response, ["X-Requested-With"])
        return response
