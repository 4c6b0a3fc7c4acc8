"""Which tickets an address of the queue asks for: view, filters and search, within the policy.

The page, its export and the bulk actions on "all in the listing" all ask here.
"""

from functools import cached_property
from typing import Any

from django.db.models import F, OrderBy, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ...conf import helpdesk_settings
from ..reports.recap.behind import Behind
from ..search import Found, clean_query, find
from .desk import Desk
from .filters import TicketFilterSet
from .saved_views import ALL, VIEWS, SavedView

#: What the columns are called in an address, and what they sort by. The key makes the order total.
#: Of equal urgency, the oldest stand next to the most urgent.
ORDERINGS = {
    "created_at": ("created_at", "pk"),
    "updated_at": ("updated_at", "pk"),
    "priority": ("priority_rank", "-created_at", "-pk"),
    "due_at": ("due_at", "-priority_rank", "created_at", "pk"),
}
#: Without one, a ticket comes last either way: nobody looks for those whose clock stands first.
NULLABLE = frozenset({"due_at"})
#: What the heads say of the order in force.
ORDERS_IN_WORDS = {
    "-created_at": _("Newest first"),
    "created_at": _("Oldest first"),
    "-updated_at": _("Last updated first"),
    "updated_at": _("Longest without an update first"),
    "-priority": _("Most urgent first, then oldest"),
    "priority": _("Least urgent first, then newest"),
    "due_at": _("Late first, then what is due soonest"),
    "-due_at": _("Due last first"),
}
#: What belongs to one page of the queue, and not to the listing.
NOT_CARRIED = ("p", "_w_filter_fragment", "export")
#: Characters of a listing in the address of a ticket; of a longer one, only the view goes along.
LONGEST_CARRIED = 1_000
#: Hits of frequent words that are counted, and so can be leafed through.
FREQUENT_CAP = 100


class Listing:
    def __init__(self, request: HttpRequest, user: Any = None, *, desk: Desk | None = None) -> None:
        self.request = request
        self.data = request.GET
        self.desk = desk or Desk(user or request.user)

    @cached_property
    def query(self) -> str:
        return clean_query(self.data.get("q", ""))

    @cached_property
    def filters(self) -> TicketFilterSet:
        return TicketFilterSet(self.data, request=self.request, desk=self.desk)

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether there is a search or a filter on top of the view."""
        return bool(self.query) or bool(self.behind) or self.filters.form.has_changed()

    @cached_property
    def behind(self) -> Behind:
        """The figure of the recap whose tickets are asked for."""
        return Behind(self.desk, self.data)

    @cached_property
    def view(self) -> SavedView:
        """The one that was asked for.

        Without one: what is open in the user's divisions; everything for who has none, and for a
        search or a filter that names no view.
        """
        asked = VIEWS.get(self.data.get("view", ""))
        if asked is not None:
            return asked
        starts_at_home = self.desk.own_divisions and not self.is_narrowed
        return VIEWS["divisions" if starts_at_home else ALL]

    @cached_property
    def query_string(self) -> str:
        """The same listing once more, as an address names it, without the page of it."""
        params = self.data.copy()
        for dropped in NOT_CARRIED:
            params.pop(dropped, None)
        params["view"] = self.view.name
        written = params.urlencode()
        return written if len(written) <= LONGEST_CARRIED else f"view={self.view.name}"

    @cached_property
    def ordering(self) -> str:
        asked = self.data.get("ordering", "")
        return asked if asked.removeprefix("-") in ORDERINGS else self.view.ordering

    @cached_property
    def order_by(self) -> list[str | OrderBy]:
        turned = self.ordering.startswith("-")
        names = ORDERINGS[self.ordering.removeprefix("-")]
        return [_order(name.removeprefix("-"), name.startswith("-") != turned) for name in names]

    @cached_property
    def tickets(self) -> QuerySet:
        """All of them, in no order. A filter that can't be understood finds nothing, not everything."""
        tickets = self.found.tickets if self.query else self.scope
        if not self.filters.is_valid():
            return tickets.none()
        return self.filters.filter_queryset(tickets)

    @cached_property
    def found(self) -> Found:
        """What the search finds in the view. In "All", formerly held tickets too: a search may ask the whole rule."""
        whole = self.view.name == ALL and not self.behind
        scope = self.desk.visible if whole else self.scope
        return find(scope, self.query)

    @cached_property
    def scope(self) -> QuerySet:
        """What the view shows; behind a figure, all that may be read: what was held counted too."""
        if self.behind:
            return self.behind.filter(self.desk.visible)
        return self.view.tickets(self.desk)

    @property
    def counted_to(self) -> int:
        """How far the hits are counted. Of frequent words, only as far as somebody may leaf."""
        cap = helpdesk_settings.COUNT_CAP
        return min(FREQUENT_CAP, cap) if self.query and self.found.frequent else cap

    @cached_property
    def ordered(self) -> QuerySet:
        return self.tickets.order_by(*self.order_by)


def _order(name: str, descending: bool) -> str | OrderBy:
    if name in NULLABLE:
        return OrderBy(F(name), descending, nulls_last=True)
    return f"-{name}" if descending else name
