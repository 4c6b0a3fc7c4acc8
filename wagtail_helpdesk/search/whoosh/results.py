"""Results: the index says what matches and how well, the database everything else.

Filters, orders and facets are the ORM's. Keys are given to it in chunks, and nothing is cut off
before it has filtered: the first page of a filtered search is right however many match.
"""

import itertools
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connections
from django.db.models import Count, QuerySet
from modelsearch.backends.base import BaseSearchResults, FilterFieldError

from .directory import Directory
from .errors import IndexUnavailable
from .fallback import database_results
from .reading import open_index
from .schema import root_of
from .scoring import Everything, Ranking, rank

logger = logging.getLogger("wagtail_helpdesk.search")

#: Keys in one query where the database sets no lower limit.
CHUNK = 2_000
#: A page of ten needs little more than ten keys, if nothing is filtered out.
FIRST_CHUNK = 100
#: Above this part of the index, all keys of the queryset are read at once instead of in chunks.
LARGE_PART = 0.25
#: Seconds between two warnings that say the same.
WARN_EVERY = 60

_warned: dict[str, float] = {}


class WhooshSearchResults(BaseSearchResults):
    supports_facet = True

    # --- What modelsearch asks for ----------------------------------------------------------------

    def _do_search(self) -> list[Any]:
        try:
            ranking = self._ranking()
        except IndexUnavailable as error:
            return list(self._from_database(error))
        if self._by_relevance():
            chosen = list(itertools.islice(self._allowed(ranking), self.start, self.stop))
        else:
            chosen = self._in_order(ranking)[self.start : self.stop]
        return self._objects(ranking, chosen)

    def _do_count(self) -> int:
        try:
            ranking = self._ranking()
        except IndexUnavailable as error:
            return self._from_database(error).count()
        total = len(self._all_allowed(ranking))
        return max(min(total, total if self.stop is None else self.stop) - self.start, 0)

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        compiler = self.query_compiler
        if compiler._get_filterable_field(field_name) is None:
            model = self.model.__name__
            raise FilterFieldError(
                f'Cannot facet search results with field "{field_name}". Please add '
                f"index.FilterField('{field_name}') to {model}.search_fields.",
                field_name=field_name,
            )
        try:
            ranking = self._ranking()
        except IndexUnavailable as error:
            return self._from_database(error).facet(field_name)
        keys = [self._value(ranking, place) for place in self._all_allowed(ranking)]
        # Not the queryset itself: its joins would leave only the values it was filtered by.
        everything = self.model._base_manager.using(compiler.queryset.db)
        counts: dict[Any, int] = {}
        for chunk in self._chunks(keys):
            rows = everything.filter(**{self._pk_in: chunk}).order_by().values(field_name)
            for row in rows.annotate(found=Count("pk", distinct=True)):
                value = row[field_name]
                counts[value] = counts.get(value, 0) + row["found"]
        return OrderedDict(sorted(counts.items(), key=lambda item: -item[1]))

    # --- The index --------------------------------------------------------------------------------

    def _ranking(self) -> Ranking:
        compiler = self.query_compiler
        if compiler.ranking is None:
            if compiler.queryset.query.is_empty():
                compiler.ranking = Ranking()
            else:
                options = self.backend.options
                if not options.may_hold(self.model):
                    raise IndexUnavailable("")  # by choice of the site: nothing to warn of
                directory = Directory(options, root_of(self.model))
                question = compiler.question(options)
                index = open_index(directory)
                compiler.ranking = index.ask(self.model, lambda snapshot: rank(question, snapshot))
        return compiler.ranking

    def _by_relevance(self) -> bool:
        """Where all is found, all is found equally well: the queryset's order is better than none."""
        compiler = self.query_compiler
        if not compiler.order_by_relevance:
            return False
        everything = isinstance(compiler.question(self.backend.options), Everything)
        return not (everything and compiler.queryset.ordered)

    def _from_database(self, error: IndexUnavailable) -> Any:
        if str(error):
            warn(f"Search asks the database instead of its index: {error}.")
        results = database_results(
            self.backend, self.query_compiler, autocomplete=self._autocompletes
        )
        if self._score_field:
            results = results.annotate_score(self._score_field)
        return results[self.start : self.stop]

    @property
    def _autocompletes(self) -> bool:
        return type(self.query_compiler) is self.backend.autocomplete_query_compiler_class

    # --- The database -----------------------------------------------------------------------------

    @property
    def _pk(self) -> Any:
        return root_of(self.model)._meta.pk

    @property
    def _pk_in(self) -> str:
        return f"{self._pk.name}__in"

    def _value(self, ranking: Ranking, place: int) -> Any:
        return self._pk.to_python(ranking.keys[place])

    def _allowed(self, ranking: Ranking) -> Iterator[int]:
        """Places in the ranking that the queryset has too, best first, read as far as needed."""
        compiler = self.query_compiler
        if compiler.allowed is not None:
            yield from compiler.allowed
            return
        size, start = FIRST_CHUNK, 0
        while start < len(ranking.keys):
            places = range(start, min(start + size, len(ranking.keys)))
            yield from self._filtered(ranking, places)
            start, size = start + size, CHUNK

    def _all_allowed(self, ranking: Ranking) -> list[int]:
        compiler = self.query_compiler
        if compiler.allowed is None:
            places = range(len(ranking.keys))
            if len(places) > max(CHUNK, LARGE_PART * ranking.size):
                there = {str(pk) for pk in self._pks(compiler.queryset.order_by())}
                compiler.allowed = [place for place in places if ranking.keys[place] in there]
            else:
                compiler.allowed = list(self._filtered(ranking, places))
        return compiler.allowed

    def _filtered(self, ranking: Ranking, places: Iterable[int]) -> Iterator[int]:
        queryset = self.query_compiler.queryset.order_by()
        for chunk in self._chunks(list(places)):
            values = self._values(ranking, chunk)
            there = set(self._pks(queryset.filter(**{self._pk_in: list(values.values())})))
            yield from (place for place in chunk if values.get(place) in there)

    def _in_order(self, ranking: Ranking) -> list[int]:
        """Places in the ranking in the queryset's order."""
        queryset = self.query_compiler.queryset
        if not queryset.ordered:
            queryset = queryset.order_by("-pk")
        places = {key: place for place, key in enumerate(ranking.keys)}
        if len(places) <= self._chunk_size():
            values = self._values(ranking, range(len(places)))
            queryset = queryset.filter(**{self._pk_in: list(values.values())})
        # Too many for one query can't be ordered in several: read the queryset's order instead.
        found = (places.get(str(pk)) for pk in self._pks(queryset))
        return list(dict.fromkeys(place for place in found if place is not None))

    def _objects(self, ranking: Ranking, places: list[int]) -> list[Any]:
        queryset = self.query_compiler.queryset.order_by()
        objects: dict[str, Any] = {}
        name = self._pk.attname
        for chunk in self._chunks(places):
            values = self._values(ranking, chunk)
            for obj in queryset.filter(**{self._pk_in: list(values.values())}):
                objects.setdefault(str(getattr(obj, name)), obj)
        found = []
        for place in places:
            obj = objects.get(ranking.keys[place])
            if obj is not None:  # deleted since the last query
                if self._score_field:
                    setattr(obj, self._score_field, float(ranking.scores[place]))
                found.append(obj)
        return found

    def _values(self, ranking: Ranking, places: Iterable[int]) -> dict[int, Any]:
        values = {}
        for place in places:
            try:
                values[place] = self._value(ranking, place)
            except ValidationError:
                continue  # the model has got another kind of key since
        return values

    def _pks(self, queryset: QuerySet) -> Iterator[Any]:
        return iter(queryset.values_list(self._pk.name, flat=True))

    def _chunk_size(self) -> int:
        limit = connections[self.query_compiler.queryset.db].features.max_query_params
        # Some room for the parameters of the queryset's own filters.
        return min(CHUNK, limit * 4 // 5) if limit else CHUNK

    def _chunks(self, items: list[Any]) -> Iterator[list[Any]]:
        size = self._chunk_size()
        for start in range(0, len(items), size):
            yield items[start : start + size]


def warn(message: str) -> None:
    """Once a minute is enough for what would be said at every search."""
    now = time.monotonic()
    if now - _warned.get(message, -WARN_EVERY) >= WARN_EVERY:
        _warned[message] = now
        logger.warning(message)
