"""What a report on the knowledge base is asked about: days, a site, a language."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import swapper
from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Site

DEFAULT_DAYS = 30


@dataclass(frozen=True)
class Scope:
    """Whole days of the current time zone, both included; a site or all (``None``); a language or all."""

    first: date
    last: date
    site: Site | None = None
    language: str = ""

    @classmethod
    def of(
        cls,
        first: date | None = None,
        last: date | None = None,
        *,
        site: Site | None = None,
        language: str = "",
    ) -> "Scope":
        """What was left open is filled in: up to today, and 30 days."""
        last = last or max(timezone.localdate(), first or date.min)
        first = first or last - timedelta(days=DEFAULT_DAYS - 1)
        return cls(first, last, site, language)

    def rows(self, queryset: QuerySet) -> QuerySet:
        """Of rows with ``created_at``, ``site`` and ``language`` those that it is about."""
        queryset = self.in_period(queryset)
        if self.site is not None:
            queryset = queryset.filter(site=self.site)
        if self.language:
            queryset = queryset.filter(language=self.language)
        return queryset

    def in_period(self, queryset: QuerySet) -> QuerySet:
        begin, end = _midnight(self.first), _midnight(self.last + timedelta(days=1))
        return queryset.filter(created_at__gte=begin, created_at__lt=end)

    def of_pages(self, prefix: str = "") -> Q:
        """The pages of the site and the language; ``prefix`` leads to the page: ``"page__"``."""
        query = Q()
        if self.site is not None:
            query &= _below(_roots(self.site), prefix)
        if self.language:
            query &= Q(**{f"{prefix}locale__language_code": self.language})
        return query


def on_any_site() -> Q:
    """The pages that a visitor can reach at all."""
    return _below(_roots(), "")


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _roots(site: Site | None = None) -> list[str]:
    """The paths of the root pages, in every language."""
    sites = Site.objects.all() if site is None else Site.objects.filter(pk=site.pk)
    keys = sites.order_by().values("root_page__translation_key")
    pages = swapper.load_model("wagtailcore", "Page").objects.filter(translation_key__in=keys)
    return list(pages.values_list("path", flat=True))


def _below(paths: list[str], prefix: str) -> Q:
    query = Q(pk__in=[])
    for path in paths:
        query |= Q(**{f"{prefix}path__startswith": path})
    return query
