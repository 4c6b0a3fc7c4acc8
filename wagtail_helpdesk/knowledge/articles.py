"""Which pages are articles, and which of them a reader may see."""

from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.db.models.functions import Substr
from wagtail.models import Locale, PageViewRestriction, Site
from wagtail.permissions import policy_registry

from ..models import Ticket

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
    return _without_closed(pages, user, seen)


def may_read_internal(user) -> bool:
    """Whether ``user`` may read what is for staff only: who may see tickets, by the policy for those."""
    policy = policy_registry.get_by_type(Ticket)
    return user is not None and policy.user_has_permission(user, "view")


def open_to_strangers(pages: QuerySet) -> QuerySet:
    """Of ``pages``, of one class, those that nothing closes: no log-in, no group, no password, no mark for staff."""
    return _without_closed(pages, None)


def is_open_to_strangers(page) -> bool:
    """Whether nothing closes ``page``, of whatever class."""
    if page.get_view_restrictions().exists():
        return False
    return page.specific_class not in article_models() or not page.specific.internal


def _without_closed(pages: QuerySet, user, seen=None) -> QuerySet:
    """Without what is closed to ``user``, by one condition however many pages are restricted.

    A condition for each breaks at some hundreds: a database's expressions may be only so deep, as Wagtail's
    own ``public()`` shows. And it is a condition on a plain field: search backends take no other.
    """
    restrictions = _closing(user)
    steps = pages.model.steplen
    if seen is not None:
        above = [seen.path[:end] for end in range(steps, len(seen.path) + 1, steps)]
        restrictions = restrictions.exclude(page__path__in=above)
    is_article = getattr(pages.model, "is_helpdesk_article", False)
    closed = Q(internal=True) if is_article and not may_read_internal(user) else Q()
    depths = restrictions.order_by().values_list("page__depth", flat=True).distinct()
    starts = {f"start_{depth}": Substr("path", 1, depth * steps) for depth in depths}
    for start in starts:
        closed |= Q(**{f"{start}__in": restrictions.values("page__path")})
    if not closed:
        return pages
    return pages.exclude(path__in=pages.alias(**starts).filter(closed).values("path"))


def _root(site: Site, locale: Locale):
    root = site.root_page
    return root if root.locale_id == locale.pk else root.get_translation_or_none(locale) or root


def closed_paths(user) -> list[str]:
    """The paths of the pages that Wagtail's privacy closes to ``user``, with all that is below them."""
    return list(_closing(user).values_list("page__path", flat=True))


def _closing(user) -> QuerySet:
    """The restrictions that don't admit ``user``, as far as can be told without a browser's session."""
    restrictions = Restriction.objects.all()
    if user is None or not user.is_authenticated:
        return restrictions
    if user.is_superuser:
        return restrictions.none()
    admitting = Restriction.objects.filter(
        Q(restriction_type=Restriction.LOGIN)
        | Q(restriction_type=Restriction.GROUPS, groups__in=user.groups.all())
    )
    return restrictions.exclude(pk__in=admitting)
