"""Counts that stay cheap at a million rows: each stops at a cap, and all are asked in one query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from ..conf import helpdesk_settings
from ..models import Ticket


@dataclass(frozen=True)
class Count:
    """How many there are, as far as anybody wants to know."""

    number: int
    capped: bool = False

    def __bool__(self) -> bool:
        return self.number > 0

    def __str__(self) -> str:
        if self.capped:
            return _("%(number)s+") % {"number": intcomma(self.number)}
        return str(intcomma(self.number))


@dataclass(frozen=True)
class CountQuery:
    """One query that counts several lists, each up to ``cap``; compiled, so that it can be asked again.

    What is due depends on when one asks: ``passing`` says which parameter is which of the ``moments``.
    """

    names: tuple[str, ...]
    cap: int
    using: str
    sql: str
    params: tuple
    passing: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(
        cls,
        querysets: Mapping[str, QuerySet],
        *,
        cap: int | None = None,
        moments: Sequence[datetime] = (),
    ) -> "CountQuery":
        """``count(*)`` over a million rows takes longer than the page; up to a cap it is about a millisecond."""
        cap = helpdesk_settings.COUNT_CAP if cap is None else cap
        using = router.db_for_read(Ticket)
        columns, params = [], []
        for queryset in querysets.values():
            query = queryset.order_by().values("pk")[: cap + 1].query
            try:
                sql, values = query.get_compiler(connection=connections[using]).as_sql()
            except EmptyResultSet:
                columns.append("0")
                continue
            columns.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608  compiled by Django
            params += values
        places = {value: place for place, value in enumerate(_adapted(moments, using))}
        passing = tuple(
            (index, places[value]) for index, value in enumerate(params) if value in places
        )
        sql = f"SELECT {', '.join(columns)}"
        return cls(tuple(querysets), cap, using, sql, tuple(params), passing)

    def run(self, moments: Sequence[datetime] = ()) -> dict[str, Count]:
        """Ask. Where it was made with ``moments``, those of now are asked for in their place."""
        if not self.names:
            return {}
        params = list(self.params)
        values = _adapted(moments, self.using)
        for index, place in self.passing:
            params[index] = values[place]
        with connections[self.using].cursor() as cursor:
            cursor.execute(self.sql, params)
            numbers = cursor.fetchone()
        return {
            name: Count(min(number, self.cap), capped=number > self.cap)
            for name, number in zip(self.names, numbers, strict=True)
        }


def _adapted(moments: Sequence[datetime], using: str) -> list:
    """As this database takes them."""
    operations = connections[using].ops
    return [operations.adapt_datetimefield_value(moment) for moment in moments]


def capped_counts(querysets: Mapping[str, QuerySet], *, cap: int | None = None) -> dict[str, Count]:
    """Count every queryset up to ``cap`` (default: ``COUNT_CAP``), all in one query."""
    return CountQuery.of(querysets, cap=cap).run()
