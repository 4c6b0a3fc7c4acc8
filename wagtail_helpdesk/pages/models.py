"""The concrete page types. What they do is in mixins, for sites that have a page model of their own."""

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from ..public.pages import SupportPageMixin


class SupportPage(SupportPageMixin, Page):
    """The help desk's entrance for visitors."""

    class Meta:
        verbose_name = _("support page")
        verbose_name_plural = _("support pages")
