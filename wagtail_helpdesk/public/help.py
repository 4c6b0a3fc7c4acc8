"""Lists of the knowledge base: topics with their counts, articles, addresses."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.models import Site

from ..knowledge.articles import (
    article_models,
    knowledge_base_models,
    topic_models,
    visible_pages,
)
from ..models import ArticleCount

POPULAR = 5


@dataclass(frozen=True)
class HelpAddresses:
    """The knowledge base above a page: its title, address, and where its search is sent."""

    title: str
    home: str
    search: str
    page: Any
    """The knowledge base itself."""


@dataclass(frozen=True)
class Topic:
    page: Any
    articles: int


def help_addresses(page, request: HttpRequest) -> HelpAddresses | None:
    """The nearest knowledge base at or above ``page``."""
    if getattr(page, "is_helpdesk_knowledge_base", False):
        return _addresses_of(page, request)
    return _nearest(
        (model.objects.ancestor_of(page).order_by("-depth") for model in knowledge_base_models()),
        request,
    )


def help_below(page, request: HttpRequest) -> HelpAddresses | None:
    """The knowledge base below a support page, if it has one that is published and open to the reader."""
    return _nearest(
        (
            bases.order_by("depth", "path")
            for bases in _readable(page, request, knowledge_base_models())
        ),
        request,
    )


def _nearest(bases: Iterable[QuerySet], request: HttpRequest) -> HelpAddresses | None:
    for base in (queryset.live().first() for queryset in bases):
        if base is not None:
            return _addresses_of(base, request)
    return None


def _addresses_of(base, request: HttpRequest) -> HelpAddresses | None:
    home = base.get_url(request)
    if home is None:
        return None
    search = home + base.reverse_subpage("search")
    return HelpAddresses(title=base.title, home=home, search=search, page=base)


def topics_of(page, request: HttpRequest) -> list[Topic]:
    """The topics right below ``page`` that the reader may see, in the editors' order.

    Each with the number of its articles that they may see. The queries don't grow with the topics.
    """
    topics = [
        topic
        for topics in _readable(page, request, topic_models())
        for topic in topics.child_of(page).order_by("path")
    ]
    if not topics:
        return []
    paths = [
        path
        for articles in _readable(page, request, article_models())
        for path in articles.values_list("path", flat=True)
    ]
    return [
        Topic(topic, articles=sum(1 for path in paths if path.startswith(topic.path)))
        for topic in topics
    ]


def articles_below(page, request: HttpRequest) -> list[Any]:
    """The articles right below ``page``, in the editors' order."""
    return [
        article
        for articles in _readable(page, request, article_models())
        for article in articles.child_of(page).order_by("path")
    ]


def popular_articles(page, request: HttpRequest) -> list[Any]:
    """The articles below ``page`` that were opened most, by the counters."""
    found: list[Any] = []
    for articles in _readable(page, request, article_models()):
        opened = (
            ArticleCount.objects.filter(page__in=articles.values("pk"), opened__gt=0)
            .order_by("-opened", "pk")
            .values_list("pk", flat=True)[:POPULAR]
        )
        order = {key: position for position, key in enumerate(opened)}
        found += sorted(articles.filter(pk__in=order), key=lambda article: order[article.pk])
    return found[:POPULAR]


def _readable(page, request: HttpRequest, models: list[Any]) -> list[QuerySet]:
    site = Site.find_for_request(request)
    user = getattr(request, "user", None)
    return [
        visible_pages(model, site=site, locale=page.locale, user=user, seen=page).descendant_of(
            page
        )
        for model in models
    ]
