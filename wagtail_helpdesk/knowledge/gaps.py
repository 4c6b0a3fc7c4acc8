"""What the knowledge base could not answer. Pure reads; each says how it counts.

Those that return a queryset return one of dicts, the most frequent first, so that a page shows the first
few and an export all.
"""

from collections.abc import Collection

import swapper
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from ..models import ArticleVote, ComplaintType, SearchLog, Ticket
from .articles import article_models, open_to_strangers
from .scope import Scope, on_any_site

REASONS = ArticleVote.Reason


def found_nothing(scope: Scope) -> QuerySet:
    """Searches without a result, by their text and language: ``query language times last abroad``.

    ``abroad`` says for how many of them an article in another language was offered.
    """
    return _searches(scope, Q(found=0)).annotate(abroad=Count("elsewhere"))


def ended_in_ticket(scope: Scope) -> QuerySet:
    """Searches after which a complaint was sent: ``query language times last without opened``.

    ``without`` counts those that had found nothing, ``opened`` those from which an article was opened.
    """
    return _searches(scope, Q(complaint_followed=True)).annotate(
        without=Count("pk", filter=Q(found=0)), opened=Count("clicked")
    )


def _searches(scope: Scope, which: Q) -> QuerySet:
    searches = scope.rows(SearchLog.objects.filter(which)).values("query", "language")
    return searches.annotate(times=Count("pk"), last=Max("created_at")).order_by(
        "-times", "-last", "query", "language"
    )


def types_without_article(
    scope: Scope, *, tickets: QuerySet[Ticket]
) -> list[tuple[ComplaintType, int]]:
    """Complaint types in use that no published article answers which everybody may read (so no internal one).

    Each with how many of ``tickets`` of the scope are of that type; the most first.
    """
    types = ComplaintType.objects.filter(retired=False)
    if scope.site is not None:
        types = ComplaintType.objects.offered_on(scope.site)
    numbers = dict(
        scope.rows(tickets)
        .order_by()
        .values_list("complaint_type")
        .annotate(number=Count("pk"))
        .values_list("complaint_type", "number")
    )
    answered = _types_answered(scope)
    gaps = [(each, numbers.get(each.pk, 0)) for each in types if each.pk not in answered]
    return sorted(gaps, key=lambda gap: (-gap[1], str(gap[0])))


def _types_answered(scope: Scope) -> set[int]:
    answered: set[int] = set()
    within = on_any_site() & scope.of_pages()
    for model in article_models():
        articles = open_to_strangers(model.objects.live()).filter(within)
        types = articles.order_by().values_list("complaint_types", flat=True)
        answered.update(types.distinct())
    return answered


def voted_unhelpful(scope: Scope) -> QuerySet:
    """Articles that somebody found unhelpful: ``page_id title language no yes comments last``.

    And, for every reason, how often it was given. Site and language are the article's.
    """
    # Names of their own: a field's name would mean the count in what comes after it.
    no = Q(helpful=False)
    reasons = {reason.value: Count("pk", filter=no & Q(reason=reason)) for reason in REASONS}
    return (
        _votes(scope)
        .values("page_id", title=F("page__title"), language=F("page__locale__language_code"))
        .annotate(
            no=Count("pk", filter=no),
            yes=Count("pk", filter=~no),
            comments=Count("pk", filter=no & ~Q(comment="")),
            last=Max("created_at", filter=no),
            **reasons,
        )
        .filter(no__gt=0)
        .order_by("-no", "-last", "page_id")
    )


def comments_on(
    scope: Scope, pages: Collection[int] | None = None, *, limit: int
) -> dict[int, list[str]]:
    """page (of ``pages``, or any) -> the newest ``limit`` comments of those who found it unhelpful."""
    votes = _votes(scope).filter(helpful=False).exclude(comment="")
    if pages is not None:
        votes = votes.filter(page__in=pages)
    place = Window(RowNumber(), partition_by="page_id", order_by=["-created_at", "-pk"])
    newest = votes.annotate(place=place).filter(place__lte=limit).order_by("page_id", "place")
    comments: dict[int, list[str]] = {}
    for page_id, comment in newest.values_list("page_id", "comment"):
        comments.setdefault(page_id, []).append(comment)
    return comments


def _votes(scope: Scope) -> QuerySet:
    return scope.in_period(ArticleVote.objects.filter(scope.of_pages("page__")))


def in_another_language(scope: Scope) -> QuerySet:
    """Articles that were wanted in a language that they don't exist in.

    ``page_id title written wanted times last``. Once the article is published in that language, it is
    not listed any more. Site and language are those of the search.
    """
    translated = swapper.load_model("wagtailcore", "Page").objects.filter(
        translation_key=OuterRef("elsewhere__translation_key"),
        locale__language_code=OuterRef("language"),
        live=True,
    )
    return (
        scope.rows(SearchLog.objects.filter(elsewhere__isnull=False))
        .filter(~Exists(translated))
        .values(
            page_id=F("elsewhere"),
            title=F("elsewhere__title"),
            written=F("elsewhere__locale__language_code"),
            wanted=F("language"),
        )
        .annotate(times=Count("pk"), last=Max("created_at"))
        .order_by("-times", "-last", "page_id", "wanted")
    )
