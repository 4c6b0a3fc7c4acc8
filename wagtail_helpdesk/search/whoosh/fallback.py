"""Searching in the database while the index can't be asked."""

import logging
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from modelsearch import query as asked
from modelsearch.backends import get_search_backend
from modelsearch.backends.database.fallback import DatabaseSearchBackend

from .analysis import split

logger = logging.getLogger("wagtail_helpdesk.search")

#: Words that the database looks for; each is a LIKE over every field.
MAX_WORDS = 16


def database_results(backend: Any, compiler: Any, *, autocomplete: bool) -> Any:
    """The same question, put to the database: words as parts of the columns' text.

    Plain, slow, and in need of no index that could be out of date. A site whose other backend
    keeps one (``FALLBACK``) is answered from there.
    """
    query = simplified(compiler.query)
    chosen = _chosen(backend)
    ask = chosen.autocomplete if autocomplete else chosen.search
    return ask(
        query,
        compiler.queryset,
        fields=compiler.fields,
        order_by_relevance=compiler.order_by_relevance,
    )


def _chosen(backend: Any) -> Any:
    name = backend.options.fallback
    if name:
        try:
            found = get_search_backend(name)
        except ImproperlyConfigured:
            logger.exception("FALLBACK of the search backend names %r, which can't be used.", name)
        else:
            if type(found) is not type(backend):
                return found
    return DatabaseSearchBackend({})


def simplified(query: asked.SearchQuery) -> asked.SearchQuery:
    """The query without what a database backend can't do: it must answer, not fail.

    None of them knows mistyped words, and not all know "everything" as a part of a query.
    """
    found = _simplified(query)
    return asked.MATCH_NONE if found is None else found


def _simplified(query: asked.SearchQuery) -> asked.SearchQuery | None:
    """None where a part says nothing."""
    match query:
        case asked.PlainText() | asked.Fuzzy():
            text = _plain(query.query_string)
            return asked.PlainText(text, operator=query.operator) if text else None
        case asked.Phrase():
            text = " ".join(split(query.query_string)[:MAX_WORDS])
            return asked.Phrase(text) if text else None
        case asked.Boost():
            return _simplified(query.subquery)
        case asked.Not():
            part = _simplified(query.subquery)
            if part is None or isinstance(part, asked.MatchAll):
                return None if part is None else asked.MATCH_NONE
            return asked.MATCH_ALL if part is asked.MATCH_NONE else asked.Not(part)
        case asked.And():
            return _joined(query, but=asked.MATCH_ALL, decided_by=asked.MATCH_NONE)
        case asked.Or():
            return _joined(query, but=asked.MATCH_NONE, decided_by=asked.MATCH_ALL)
    return asked.MATCH_ALL if isinstance(query, asked.MatchAll) else query


def _joined(
    query: asked.And | asked.Or, *, but: asked.SearchQuery, decided_by: asked.SearchQuery
) -> asked.SearchQuery | None:
    parts = [part for sub in query.subqueries if (part := _simplified(sub)) is not None]
    if decided_by in parts:
        return decided_by
    rest = [part for part in parts if part is not but][:MAX_WORDS]
    if len(rest) > 1:
        return type(query)(rest)
    return rest[0] if rest else (but if parts else None)


def _plain(text: str) -> str:
    return " ".join(list(dict.fromkeys(split(text)))[:MAX_WORDS])
