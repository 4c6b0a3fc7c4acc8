"""What the pages of a knowledge base do. The concrete classes are in ``wagtail_helpdesk.pages``.

Ordinary pages of the host: drafts, workflow, privacy, translations, sitemap and site search work on them
as on any other. A site with a page model of its own mixes these in before its base page.
"""

from django.db import models
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.models import AbstractPage
from wagtail.search import index

from ..conf import helpdesk_settings
from ..knowledge.articles import may_read_internal
from . import article, help_search
from .addresses import support_addresses
from .article_blocks import ArticleStreamField, RelatedArticlesField
from .help import articles_below, help_addresses, popular_articles, topics_of
from .responses import to_log_in


class HelpPageMixin(models.Model):
    """What the three kinds of pages share."""

    class Meta:
        abstract = True

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["base_template"] = helpdesk_settings.BASE_TEMPLATE
        context["support"] = support_addresses(request)
        context["help"] = help_addresses(self, request)
        return context


class KnowledgeBasePageMixin(RoutablePageMixin, HelpPageMixin):
    """The entrance to the knowledge base: search, topics, popular articles."""

    introduction = models.TextField(_("introduction"), max_length=500, blank=True)

    content_panels = [*AbstractPage.content_panels, FieldPanel("introduction")]
    search_fields = [*AbstractPage.search_fields, index.SearchField("introduction")]

    is_helpdesk_knowledge_base = True

    class Meta:
        abstract = True

    def get_template(self, request, *args, **kwargs):
        return "wagtail_helpdesk/public/knowledge_base.html"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["topics"] = topics_of(self, request)
        context["popular"] = popular_articles(self, request)
        return context

    @path("search/", name="search")
    def search_route(self, request):
        return help_search.search(self, request)


class TopicPageMixin(HelpPageMixin):
    """Articles that belong together, and topics within the topic."""

    introduction = models.TextField(_("introduction"), max_length=500, blank=True)

    content_panels = [*AbstractPage.content_panels, FieldPanel("introduction")]
    search_fields = [*AbstractPage.search_fields, index.SearchField("introduction")]

    is_helpdesk_topic = True

    class Meta:
        abstract = True

    def get_template(self, request, *args, **kwargs):
        return "wagtail_helpdesk/public/topic.html"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context["topics"] = topics_of(self, request)
        context["articles"] = articles_below(self, request)
        return context


class ArticlePageMixin(RoutablePageMixin, HelpPageMixin):
    """The answer to one question."""

    summary = models.TextField(
        _("summary"),
        max_length=300,
        blank=True,
        help_text=_("One or two sentences: shown in lists and in search results."),
    )
    body = ArticleStreamField(verbose_name=_("answer"), blank=True)
    related = RelatedArticlesField(verbose_name=_("related articles"), blank=True, max_num=5)
    complaint_types = ParentalManyToManyField(
        "wagtail_helpdesk.ComplaintType",
        blank=True,
        related_name="+",
        verbose_name=_("complaint types that it answers"),
    )
    internal = models.BooleanField(
        _("for staff only"),
        default=False,
        help_text=_("Only staff of the help desk can read it, also when it is published."),
    )

    content_panels = [
        *AbstractPage.content_panels,
        FieldPanel("summary"),
        FieldPanel("body"),
        FieldPanel("related"),
        FieldPanel("complaint_types"),
        FieldPanel("internal"),
    ]
    search_fields = [
        *AbstractPage.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.FilterField("internal"),
    ]

    #: How ``knowledge`` tells such a page from others.
    is_helpdesk_article = True

    class Meta:
        abstract = True

    def serve(self, request, *args, **kwargs):
        """An internal article is closed by its mark, whatever became of the restriction that it was given."""
        if not self.internal or getattr(request, "is_preview", False):
            return super().serve(request, *args, **kwargs)
        if not may_read_internal(request.user):
            return to_log_in(request)
        response = super().serve(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def get_template(self, request, *args, **kwargs):
        return "wagtail_helpdesk/public/article.html"

    def get_context(self, request, *args, **kwargs):
        context = super().get_context(request, *args, **kwargs)
        context.update(article.context_of(self, request))
        return context

    @path("vote/", name="vote")
    def vote_route(self, request):
        return article.vote(self, request)
