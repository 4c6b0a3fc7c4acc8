"""Asking SQLite's own full text for the best articles in time that grows with what matches, not its square.

The search layer has SQLite work out the score of every article that matches by a query of its own, which
walks through all that match: three seconds for one word that stands in 2,500 of 10,000 articles, forty for a
whole question. Here the same match and the same score are asked for once.
"""

from typing import Any

from django.db.models import F, QuerySet

_LAYER = "modelsearch.backends.database.sqlite.sqlite"


def is_asked(results: Any) -> bool:
    """Whether these results of a search come from SQLite's full text, just as the search layer has it."""
    return type(results.query_compiler).__module__ == _LAYER


def ranked(results: Any, articles: QuerySet) -> QuerySet:
    """The index's entries for ``articles`` in these results, best first.

    Raises ``ImportError`` or ``AttributeError`` under another version of the search layer.
    """
    # Not at the top of the module: on other databases these have no table, and can't be imported.
    from modelsearch.backends.database.sqlite import query, sqlite

    compiler = results.query_compiler
    config = compiler.get_config(results.backend)
    asked = compiler.build_search_query(compiler.query, config=config)
    entries = query.SQLiteFTSIndexEntry.objects.filter(
        query.MatchExpression(compiler.FTS_TABLE_FIELDS, asked),
        index_entry__content_type__in=sqlite.get_descendants_content_types_pks(articles.model),
        index_entry__object_id__in=articles.values("pk"),
    )
    rank = compiler._build_rank_expression(compiler.get_search_vectors(), config)
    keyed = entries.annotate(score=rank, object_id=F("index_entry__object_id"))
    return keyed.order_by("score", "-index_entry")
