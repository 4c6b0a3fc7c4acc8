"""What a support page does. The concrete page class is ``wagtail_helpdesk.pages.SupportPage``.

A site with a page model of its own mixes this in before its base page, and gets the same page.
"""

from functools import partial
from importlib import import_module

from django.db import models
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import AbstractPage

from ..conf import helpdesk_settings
from . import confirmation, mine
from .addresses import addresses_of
from .blocks import SupportStreamField
from .help import help_below, popular_articles, topics_of

# The journeys' forms import the captcha's models. Not while ours are being loaded: where that app is
# missing, a system check shall have the chance to say so.
complaint = SimpleLazyObject(partial(import_module, f"{__package__}.complaint"))
suggesting = SimpleLazyObject(partial(import_module, f"{__package__}.suggesting"))
lookup = SimpleLazyObject(partial(import_module, f"{__package__}.lookup"))


def _below(known, lists, request):
    """What ``lists`` finds below the knowledge base, where there is one."""
    return lists(known.page, request) if known else []


class SupportPageMixin(RoutablePageMixin, models.Model):
    """The public support page: landing page, complaint form, confirmation, status look-up."""

    introduction = models.TextField(_("introduction"), max_length=500, blank=True)
    body = SupportStreamField(verbose_name=_("page content"), blank=True)

    content_panels = [
        *AbstractPage.content_panels,
        FieldPanel("introduction"),
        FieldPanel("body"),
    ]

    #: How ``support_pages`` tells such a page from others.
    is_helpdesk_support_page = True

    class Meta:
        abstract = True

    # PageBase gives every page class a ``template`` of its own, so an attribute here would be lost.
    def get_template(self, request, *args, **kwargs):
        return "wagtail_helpdesk/public/landing.html"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["base_template"] = helpdesk_settings.BASE_TEMPLATE
        context["support"] = addresses_of(self, request)
        # Asked for by the landing page only, and this context is that of all its pages.
        known = SimpleLazyObject(partial(help_below, self, request))
        context["help"] = known
        for name, lists in (("topics", topics_of), ("popular", popular_articles)):
            context[name] = SimpleLazyObject(partial(_below, known, lists, request))
        return context

    @path("complaint/", name="complaint")
    def complaint_route(self, request):
        return complaint.complaint(self, request)

    @path("complaint/suggestions/", name="suggestions")
    def suggestions_route(self, request):
        return suggesting.live(self, request)

    @path("complaint/solved/", name="solved")
    def solved_route(self, request):
        return suggesting.thanks(self, request)

    @path("complaint/sent/<str:reference>/", name="sent")
    def sent_route(self, request, reference):
        return confirmation.sent(self, request, reference)

    @path("status/", name="status")
    def status_route(self, request):
        return lookup.status(self, request)

    @path("status/link/", name="mail_link")
    def mail_link_route(self, request):
        return lookup.mail_link(self, request)

    @path("status/forget/", name="forget_status")
    def forget_status_route(self, request):
        return lookup.forget(self, request)

    @path("status/lost/", name="lost_reference")
    def lost_reference_route(self, request):
        return lookup.lost_reference(self, request)

    @path("mine/", name="mine")
    def mine_route(self, request):
        return mine.mine(self, request)

    @path("mine/unlink/", name="unlink")
    def unlink_route(self, request):
        return mine.unlink(self, request)

    @path("status/link-sent/", name="link_sent")
    def link_sent_route(self, request):
        return lookup.link_sent(self, request)
