"""Asking PostgreSQL's own full text for the best articles by the indexes that it has.

The search layer looks for words in title and body put together, which no index holds: PostgreSQL puts them
together for every entry, whatever is asked. What has any of some words has it in one or the other, and each
of the two has an index. The match and the score are the same.
"""

from typing import Any

from django.db.models import CharField, F, Q, QuerySet
from django.db.models.functions import Cast

_LAYER = "modelsearch.backends.database.postgres.postgres"


def is_asked(results: Any) -> bool:
    """Whether these results of a search come from PostgreSQL's full text, just as the search layer has it."""
    return type(results.query_compiler).__module__ == _LAYER


def ranked(results: Any, articles: QuerySet) -> QuerySet:
    """The index's entries for ``articles`` in these results of an any-of search, best first.

    Raises ``ImportError`` or ``AttributeError`` under another version of the search layer.
    """
    # Not at the top of the module: on other databases these can't be imported.
    from modelsearch.backends.database.postgres import postgres

    compiler = results.query_compiler
    config = compiler.get_config(results.backend)
    asked = compiler.build_tsquery(compiler.query, config=config)
    title, body = (
        compiler.build_tsrank(F(each), compiler.query, config) for each in ("title", "body")
    )
    keys = articles.order_by().values_list(Cast("pk", CharField()))
    return (
        postgres.IndexEntry.objects.filter(
            Q(title=asked) | Q(body=asked),
            content_type__in=postgres.get_descendants_content_types_pks(articles.model),
            object_id__in=keys,
        )
        .annotate(score=title * F("title_norm") + body)
        .order_by("-score", "-pk")
    )
