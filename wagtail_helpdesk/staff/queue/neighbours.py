"""From one ticket of a listing to the next: by where it stands in the order, not by counting.

What is asked for begins at the ticket's own place, so an index of the view leads there at once.
"""

from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import F, OrderBy, Q, QuerySet

from ...models import Ticket
from .listing import NULLABLE, ORDERINGS, Listing


class Key(NamedTuple):
    """One column of the order, and what the ticket has in it."""

    name: str
    descending: bool
    value: Any


@dataclass(frozen=True)
class Place:
    """Where a ticket stands in a listing; it keeps the place when it has left the listing."""

    keys: tuple[Key, ...]

    @classmethod
    def of(cls, ticket: Ticket, listing: Listing) -> "Place":
        turned = listing.ordering.startswith("-")
        names = ORDERINGS[listing.ordering.removeprefix("-")]
        return cls(
            tuple(
                Key(
                    name.removeprefix("-"),
                    name.startswith("-") != turned,
                    getattr(ticket, name.removeprefix("-")),
                )
                for name in names
            )
        )

    def beyond(self, *, back: bool) -> list[Q]:
        """What comes after (before) the place: at most two conditions, to be tried in this order."""
        first, rest = self.keys[0], self.keys[1:]
        level = Q(**{f"{first.name}__isnull": True} if first.value is None else _equal(first))
        beside = level & _chain(rest, back=back)
        if first.value is None:  # last of all, whatever the direction of the order
            return [beside, Q(**{f"{first.name}__isnull": False})] if back else [beside]
        further = Q(**{f"{first.name}__{_side(first, back, strict=False)}": first.value})
        strictly = Q(**{f"{first.name}__{_side(first, back)}": first.value})
        ranges = [further & (strictly | beside)]
        if first.name in NULLABLE and not back:
            ranges.append(Q(**{f"{first.name}__isnull": True}))
        return ranges


def neighbour(listing: Listing, place: Place, *, back: bool = False) -> int | None:
    """The key of the ticket after ``place`` in ``listing``, or before it. One query, seldom two."""
    order = [_order(key, back) for key in place.keys]
    for condition in place.beyond(back=back):
        found = _first(listing.tickets.filter(condition).order_by(*order))
        if found is not None:
            return found
    return None


def next_after(listing: Listing, place: Place, *, besides: int) -> int | None:
    """``neighbour``; after the last one, the first of the others. ``None``: there is no other."""
    found = neighbour(listing, place)
    if found is None:
        found = _first(listing.ordered.exclude(pk=besides))
    return found if found != besides else None


def _first(tickets: QuerySet) -> int | None:
    return next(iter(tickets.values_list("pk", flat=True)[:1]), None)


def _order(key: Key, back: bool) -> OrderBy:
    nulls = {}
    if key.name in NULLABLE:
        nulls = {"nulls_first": True} if back else {"nulls_last": True}
    return OrderBy(F(key.name), descending=key.descending != back, **nulls)


def _chain(keys: tuple[Key, ...], *, back: bool) -> Q:
    """Further than all of ``keys``, none of which is empty, column by column."""
    condition = Q()
    equal = Q()
    for key in keys:
        condition |= equal & Q(**{f"{key.name}__{_side(key, back)}": key.value})
        equal &= Q(**_equal(key))
    return condition


def _side(key: Key, back: bool, *, strict: bool = True) -> str:
    return ("lt" if key.descending != back else "gt") + ("" if strict else "e")


def _equal(key: Key) -> dict[str, Any]:
    return {key.name: key.value}
