"""Which pages are articles, and which of them a reader may see."""

from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from wagtail.models import Locale, PageViewRestriction, Site

Restriction = PageViewRestriction


def article_models() -> list[Any]:
    """The concrete page classes made with ``public.help_pages.ArticlePageMixin``."""
    return _models_that("is_helpdesk_article")


def topic_models() -> list[Any]:
    return _models_that("is_helpdesk_topic")


def knowledge_base_models() -> list[Any]:
    return _models_that("is_helpdesk_knowledge_base")


def _models_that(mark: str) -> list[Any]:
    return [model for model in apps.get_models() if getattr(model, mark, False)]


def visible_pages(model, *, site: Site, locale: Locale, user=None, seen=None) -> QuerySet:
    """The live pages of ``model`` of ``site`` in ``locale`` that ``user`` may read; no user is a stranger.

    What is behind a password is found by nobody: whether this reader has typed it, only the browser
    knows. But whoever looks at ``seen`` has passed what closes that page, so this is no bar to them.
    """
    pages = model.objects.live().descendant_of(_root(site, locale)).filter(locale=locale)
    for path in closed_paths(user):
        if seen is None or not seen.path.startswith(path):
            pages = pages.exclude(path__startswith=path)
    return pages


def open_to_strangers(pages: QuerySet) -> QuerySet:
    """Of ``pages`` those that nothing closes: no log-in, no group, no password."""
    for path in closed_paths(None):
        pages = pages.exclude(path__startswith=path)
    return pages


def _root(site: Site, locale: Locale):
    root = site.root_page
    return root if root.locale_id == locale.pk else root.get_translation_or_none(locale) or root


def closed_paths(user) -> list[str]:
    """The paths of the pages that Wagtail's privacy closes to ``user``, with all that is below them."""
    restrictions = Restriction.objects.select_related("page").prefetch_related("groups")
    if user is not None and user.is_authenticated:
        if user.is_superuser:
            return []
        groups = set(user.groups.values_list("pk", flat=True))
    return [
        restriction.page.path
        for restriction in restrictions
        if not (user is not None and user.is_authenticated and _admits(restriction, groups))
    ]


def _admits(restriction, groups: set[int]) -> bool:
    if restriction.restriction_type == Restriction.LOGIN:
        return True
    if restriction.restriction_type == Restriction.GROUPS:
        return any(group.pk in groups for group in restriction.groups.all())
    return False
