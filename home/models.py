from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from .blocks import PAGE_BLOCKS


class HomePage(Page):
    """The front page of the site."""

    lead = models.TextField(_("introduction"), max_length=300, blank=True)
    body = StreamField(PAGE_BLOCKS, verbose_name=_("page content"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    parent_page_types = ["wagtailcore.Page"]
    template = "home/home_page.html"

    class Meta:
        verbose_name = _("home page")


class ContentPage(Page):
    """Any other ordinary page: about us, plans, where to find us."""

    lead = models.TextField(_("introduction"), max_length=300, blank=True)
    body = StreamField(PAGE_BLOCKS, verbose_name=_("page content"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    search_fields = [*Page.search_fields, index.SearchField("lead"), index.SearchField("body")]

    template = "home/content_page.html"

    class Meta:
        verbose_name = _("content page")
