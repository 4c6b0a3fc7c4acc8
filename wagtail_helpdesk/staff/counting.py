"""Counts that stay cheap at a million rows: each stops at a cap, and all are asked in one query."""

from collections.abc import Mapping
from dataclasses import dataclass

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
    """One query that counts several lists, each up to ``cap``; compiled, so that it can be asked again."""

    names: tuple[str, ...]
    cap: int
    using: str
    sql: str
    params: tuple

    @classmethod
    def of(cls, querysets: Mapping[str, QuerySet], *, cap: int | None = None) -> "CountQuery":
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
        return cls(tuple(querysets), cap, using, f"SELECT {', '.join(columns)}", tuple(params))

    def run(self) -> dict[str, Count]:
        if not self.names:
            return {}
        with connections[self.using].cursor() as cursor:
            cursor.execute(self.sql, self.params)
            numbers = cursor.fetchone()
        return {
            name: Count(min(number, self.cap), capped=number > self.cap)
            for name, number in zip(self.names, numbers, strict=True)
        }


def capped_counts(querysets: Mapping[str, QuerySet], *, cap: int | None = None) -> dict[str, Count]:
    """Count every queryset up to ``cap`` (default: ``COUNT_CAP``), all in one query."""
    return CountQuery.of(querysets, cap=cap).run()
