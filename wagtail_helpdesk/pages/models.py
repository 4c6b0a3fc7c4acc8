"""The concrete page types. What they do is in mixins, for sites that have a page model of their own."""

from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from ..public.help_pages import ArticlePageMixin, KnowledgeBasePageMixin, TopicPageMixin
from ..public.pages import SupportPageMixin


class SupportPage(SupportPageMixin, Page):
    """The help desk's entrance for visitors."""

    class Meta:
        verbose_name = _("support page")
        verbose_name_plural = _("support pages")


class KnowledgeBasePage(KnowledgeBasePageMixin, Page):
    """The entrance to a site's knowledge base."""

    subpage_types = ["wagtail_helpdesk_pages.TopicPage"]

    class Meta:
        verbose_name = _("knowledge base page")
        verbose_name_plural = _("knowledge base pages")


class TopicPage(TopicPageMixin, Page):
    """A topic of the knowledge base."""

    parent_page_types = [
        "wagtail_helpdesk_pages.KnowledgeBasePage",
        "wagtail_helpdesk_pages.TopicPage",
    ]
    subpage_types = ["wagtail_helpdesk_pages.TopicPage", "wagtail_helpdesk_pages.ArticlePage"]

    class Meta:
        verbose_name = _("topic page")
        verbose_name_plural = _("topic pages")


class ArticlePage(ArticlePageMixin, Page):
    """An article of the knowledge base."""

    parent_page_types = ["wagtail_helpdesk_pages.TopicPage"]
    subpage_types = []

    class Meta:
        verbose_name = _("article page")
        verbose_name_plural = _("article pages")
