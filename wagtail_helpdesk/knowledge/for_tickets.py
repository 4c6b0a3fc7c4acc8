"""Articles for the desk: those that may answer a ticket, and those that were written from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from wagtail.models import Locale

from ..models import ArticleSource, Ticket
from .articles import article_models, open_to_strangers
from .finding import Hit, find
from .language import base_of

#: Articles that are shown beside a ticket.
RELATED = 5
#: Unasked, an article is offered only with this share of the best one's score: a whole complaint has many
#: words, and every article has some of them.
NEAR = 0.5


@dataclass(frozen=True)
class RelatedArticle:
    """An article that was found. ``url`` is absolute; empty where the article has none."""

    hit: Hit
    url: str
    is_public: bool
    """Whether a stranger may read it, so that a requester can be sent to it."""


def related_articles(ticket: Ticket, *, user, text: str = "") -> list[RelatedArticle]:
    """The articles that answer ``text`` best, without a text those that may answer the ticket.

    Of the ticket's site and in its language, as far as ``user`` may read them.
    """
    locale = locale_of(ticket)
    question = text or f"{ticket.subject}\n{ticket.body}"
    limit = RELATED if text else 2 * RELATED
    hits = find(question, site=ticket.site, locale=locale, user=user, limit=limit).hits
    if not text:
        near = [hit for hit in hits if hit.score >= NEAR * hits[0].score]
        # What would be offered to the requester comes first: many words weigh less than a named matter.
        hits = sorted(near, key=lambda hit: not hit.strong)[:RELATED]
    public = public_among(hit.article.pk for hit in hits)
    return [
        RelatedArticle(
            hit, url=hit.article.get_full_url() or "", is_public=hit.article.pk in public
        )
        for hit in hits
    ]


def articles_from(ticket: Ticket) -> QuerySet:
    """The pages that were written from ``ticket``, drafts too, the newest first."""
    pages = ArticleSource._meta.get_field("page").related_model.objects
    sources = ArticleSource.objects.filter(ticket=ticket.pk)
    return pages.filter(pk__in=sources.values("page")).order_by("-pk")


def topic_of_its_kind(ticket: Ticket, topics: list[Any]) -> Any | None:
    """That of ``topics`` where articles about the ticket's complaint type stand, in its language.

    Where there are several, the one of the newest article.
    """
    by_path = {topic.path: topic for topic in topics if topic.locale_id == locale_of(ticket).pk}
    for model in article_models():
        paths = model.objects.filter(complaint_types=ticket.complaint_type_id)
        for path in paths.order_by("-pk").values_list("path", flat=True):
            topic = by_path.get(path[: -model.steplen])
            if topic is not None:
                return topic
    return None


def locale_of(ticket: Ticket) -> Locale:
    """The locale of the requester's language; the site's own where there is none."""
    if ticket.locale is not None:
        return ticket.locale
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    by_base = {base_of(code): locale for code, locale in locales.items()}
    return (
        locales.get(ticket.language)
        or by_base.get(base_of(ticket.language))
        or ticket.site.root_page.locale
    )


def public_among(keys: Iterable[int]) -> set[int]:
    """Those of the published articles with ``keys`` that a stranger may read."""
    keys = list(keys)
    if not keys:
        return set()
    return {
        key
        for model in article_models()
        for key in open_to_strangers(model.objects.live().filter(pk__in=keys)).values_list(
            "pk", flat=True
        )
    }
