"""The words of a ticket, for the staff's search by the database's own full text."""

import re
import unicodedata
from functools import cache

from django.db import connections, models
from django.db.models import F, Func, Q
from django.db.models.expressions import RawSQL

from .tickets import Ticket

TABLE = "wagtail_helpdesk_ticketwords"
FTS_TABLE = f"{TABLE}_fts"
POSTGRESQL = f"SELECT ticket_id FROM {TABLE} WHERE tsv @@ to_tsquery('simple', %s)"  # noqa: S608
SQLITE = f"SELECT rowid FROM {FTS_TABLE} WHERE {FTS_TABLE} MATCH %s"  # noqa: S608
POSTGRESQL_EACH = (
    f"(SELECT words.tsv @@ to_tsquery('simple', %s) FROM {TABLE} words "  # noqa: S608
    'WHERE words.ticket_id = "wagtail_helpdesk_ticket"."id")'
)
POSTGRESQL_RECENT = (
    f"SELECT COUNT(*) FROM (SELECT tsv FROM {TABLE} ORDER BY ticket_id DESC LIMIT 1000) recent "  # noqa: S608
    "WHERE tsv @@ to_tsquery('simple', %s)"
)
#: Hits among the thousand newest tickets that tell a frequent word at once.
OFTEN = 100
#: Hits beyond which words count as frequent.
FEW = 2_000
#: Characters of one ticket that are searched: PostgreSQL refuses a tsvector of more than a megabyte.
MAX_LENGTH = 200_000
MAX_TERMS = 10
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of ``text`` as they are kept and looked for: case folded, composed, nothing between them.

    Done here and not by the databases, which differ: to PostgreSQL an address, a path or ``-42`` is one
    word, and its parts are not found.
    """
    return _WORD.findall(unicodedata.normalize("NFKC", text.casefold()))


def terms_of(text: str) -> list[str]:
    """The words that a query asks for: at most ten, of at most fifty characters each."""
    return [word[:50] for word in words_of(text)[:MAX_TERMS]]


class TicketWordsQuerySet(models.QuerySet):
    def matching(self, text: str) -> "TicketWordsQuerySet":
        """Rows that hold every word of ``text``; each counts as the beginning of a word.

        The words are picked out of ``text`` first, so nothing in it can be an operator. At most ten
        count. Without a word nothing matches.
        """
        terms = terms_of(text)
        if not terms:
            return self.none()
        vendor = connections[self.db].vendor
        if vendor == "postgresql":
            return self._where(POSTGRESQL, " & ".join(f"'{term}':*" for term in terms))
        if vendor == "sqlite" and has_fts5(self.db):
            return self._where(SQLITE, " ".join(f'"{term}"*' for term in terms))
        matches = Q()
        for term in terms:
            matches &= Q(text__icontains=term)
        return self.filter(matches)

    def condition(self, text: str) -> tuple[Q, bool]:
        """A condition on tickets, that they hold the words of ``text``; and whether many do.

        The keys of a few are fetched first, so that the database need not guess how rare the words are: it
        guesses badly, and then walks all tickets for a word that stands in one. Where many hold them,
        PostgreSQL looks into each ticket of the list as it goes (the first are soon found), and SQLite
        takes the newest ``FEW``, which it finds quickest.
        """
        terms, connection = terms_of(text), connections[self.db]
        if not terms:
            return Q(pk__in=[]), False
        if connection.vendor == "postgresql":
            query = " & ".join(f"'{term}':*" for term in terms)
            each = Q(RawSQL(POSTGRESQL_EACH, [query], output_field=models.BooleanField()))  # noqa: S611
            # The index reads every hit before it gives the first: not for what every other ticket holds.
            if self._numbers(POSTGRESQL_RECENT, query)[0] >= OFTEN:
                return each, True
            keys = self._numbers(f"{POSTGRESQL} LIMIT {FEW + 1}", query)
            return (each, True) if len(keys) > FEW else (_among(keys), False)
        if connection.vendor == "sqlite" and has_fts5(self.db):
            query = " ".join(f'"{term}"*' for term in terms)
            keys = self._numbers(f"{SQLITE} ORDER BY rowid DESC LIMIT {FEW + 1}", query)
        else:
            matching = self.matching(text).order_by("-pk")
            keys = list(matching.values_list("pk", flat=True)[: FEW + 1])
        return _among(keys[:FEW]), len(keys) > FEW

    def _numbers(self, sql: str, query: str) -> list[int]:
        with connections[self.db].cursor() as cursor:
            cursor.execute(sql, [query])
            return [row[0] for row in cursor.fetchall()]

    def keep(self, ticket_id: int, text: str) -> None:
        """Write the words of a ticket, in one statement whether there were any before or not."""
        row = self.model(ticket_id=ticket_id, text=" ".join(words_of(text))[:MAX_LENGTH])
        names_target = connections[self.db].features.supports_update_conflicts_with_target
        self.bulk_create(
            [row],
            update_conflicts=True,
            update_fields=["text"],
            unique_fields=["ticket"] if names_target else None,
        )

    def _where(self, sql: str, query: str) -> "TicketWordsQuerySet":
        return self.filter(pk__in=RawSQL(sql, [query]))  # noqa: S611  the query is a parameter


def _among(keys: list[int]) -> Q:
    """That a ticket is one of ``keys``, written out: two thousand parameters take longer than the search."""
    if not keys:
        return Q(pk__in=[])
    listed = ",".join(str(int(key)) for key in keys)
    template = f"%(expressions)s IN ({listed})"
    return Q(Func(F("pk"), template=template, output_field=models.BooleanField()))


class TicketWords(models.Model):
    """The words of requester's name, subject, complaint and messages of one ticket, written after the commit.

    PostgreSQL keeps a tsvector of it with a GIN index, SQLite an FTS5 table that follows by
    triggers (migration 0002 makes both); other databases compare with LIKE. Tickets are private, so
    this is never part of the site's search index.
    """

    ticket = models.OneToOneField(Ticket, models.CASCADE, primary_key=True, related_name="words")
    text = models.TextField()

    objects = TicketWordsQuerySet.as_manager()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.ticket_id)


@cache
def has_fts5(alias: str) -> bool:
    """Whether this SQLite was built with full text, as nearly all are."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pragma_module_list WHERE name = 'fts5'")
        return cursor.fetchone() is not None
