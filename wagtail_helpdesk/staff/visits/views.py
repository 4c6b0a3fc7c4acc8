"""The page of visits, made for a telephone, and the private calendar that one follows it with."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ... import visit_feeds
from ...models import VisitFeed
from ..queue.desk import Desk
from .agenda import Agenda


class VisitsView(WagtailAdminTemplateMixin, View):
    """For everybody who may read tickets; one sees one's own visits, leaders those of their divisions."""

    page_title = gettext_lazy("Visits")
    header_icon = "date"
    template_name = "wagtail_helpdesk/staff/visits/index.html"
    #: The calendar's address, shown once.
    feed_url = ""

    def dispatch(self, request, *args, **kwargs):
        if not self.desk.policy.user_has_permission(request.user, "view"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.request.user)

    def get(self, request, *args, **kwargs):
        return self.render_to_response(self.get_context_data())

    def get_breadcrumbs_items(self):
        return [*self.breadcrumbs_items, {"url": "", "label": self.get_page_title()}]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        agenda = Agenda(self.desk, self.request.GET.get("whose", ""))
        context.update(
            agenda=agenda,
            sections=agenda.sections(),
            feed=VisitFeed.objects.filter(user=self.request.user).first(),
            feed_url=self.feed_url,
            subscribe_url=self.feed_url.replace("https://", "webcal://", 1).replace(
                "http://", "webcal://", 1
            ),
        )
        return context


class FeedView(VisitsView):
    """Makes, renews or revokes the address. A new one is in this answer and nowhere else, so nobody may keep it."""

    def get(self, request, *args, **kwargs):
        return redirect("wagtail_helpdesk_admin:visits")

    def post(self, request, *args, **kwargs) -> HttpResponse:
        if "revoke" in request.POST:
            visit_feeds.revoke(request.user)
            messages.success(
                request, _("Your calendar's address is revoked: it opens nothing any more.")
            )
            return redirect("wagtail_helpdesk_admin:visits")
        self.feed_url = visit_feeds.feed_url(visit_feeds.renew(request.user))
        response = super().get(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response
