"""Whether suggested articles spare complaints. Pure reads.

Somebody writes a complaint; articles are *suggested*; one is *opened*; "this solved it" is clicked, and no
complaint follows. That is a complaint *deflected*. Who closes the form without a word is not counted as
one: nobody knows why they left.
"""

from dataclasses import dataclass

from django.db.models import Count, F, Q, QuerySet

from ..models import Suggestion
from .scope import Scope

#: Below this, one more or one less would change a share too much to tell anything.
ENOUGH = 5

_LANGUAGE = F("article__locale__language_code")
_DEFLECTED = Q(solved=True, complaint_followed=False)


@dataclass(frozen=True)
class Totals:
    """Of complaints that somebody began to write: however many articles were suggested, each counts once."""

    suggested: int = 0
    used: int = 0
    solved_it: int = 0
    followed: int = 0
    deflected: int = 0


def share(deflected: int, suggested: int) -> int | None:
    """Per cent of ``suggested``, or ``None`` where there are too few to say."""
    return round(100 * deflected / suggested) if suggested >= ENOUGH else None


def by_article(scope: Scope) -> QuerySet:
    """Dicts ``page_id title written suggested used solved_it followed deflected``, the most suggested first.

    Each counts complaints that somebody began to write and to whom the article was suggested. Site and
    language are the form's.
    """
    return (
        scope.rows(Suggestion.objects.all())
        .values(page_id=F("article"), title=F("article__title"), written=_LANGUAGE)
        .annotate(
            suggested=Count("pk"),
            used=Count("pk", filter=Q(opened=True)),
            solved_it=Count("pk", filter=Q(solved=True)),
            followed=Count("pk", filter=Q(complaint_followed=True)),
            deflected=Count("pk", filter=_DEFLECTED),
        )
        .order_by("-suggested", "title", "page_id")
    )


def totals(scope: Scope) -> Totals:
    """Of all articles together, in one query."""

    def forms(**which: bool) -> Count:
        return Count("form", distinct=True, filter=Q(**which))

    # Names of their own: a field's name would mean the count in what comes after it.
    return Totals(
        **scope.rows(Suggestion.objects.all()).aggregate(
            suggested=forms(),
            used=forms(opened=True),
            solved_it=forms(solved=True),
            followed=forms(complaint_followed=True),
            deflected=forms(solved=True, complaint_followed=False),
        )
    )
