"""The queue: Wagtail's shell, filters and search box around lean rows of our own.

Wagtail's stock table costs some four milliseconds a row; the queue is the page that staff open
most, so its rows are written by one template from values that are ready.
"""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.views import generic
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.admin.widgets.button import HeaderButton

from ...conf import helpdesk_settings
from ...models import Ticket
from .. import exports
from ..counting import Count
from ..reports.recap.behind import PARAMETERS
from ..shortcuts import has_shortcuts, shortcuts_of_the_queue
from .drilldown import search_field
from .first_run import first_steps
from .furniture import heads, page_numbers, tabs
from .listing import Listing
from .paging import CappedPaginator
from .rows import make_rows
from .saved_views import ALL, VIEWS, count_query


class QueueView(generic.IndexView):
    model = Ticket
    any_permission_required = None
    permission_required = "view"
    page_title = gettext_lazy("Tickets")
    header_icon = "wagtail_helpdesk-desk"
    index_url_name = "wagtail_helpdesk_admin:tickets"
    index_results_url_name = "wagtail_helpdesk_admin:tickets_results"
    template_name = "wagtail_helpdesk/staff/queue/index.html"
    results_template_name = "wagtail_helpdesk/staff/queue/_results.html"
    paginator_class = CappedPaginator
    is_searchable = True
    columns: list[Any] = []

    @cached_property
    def listing(self) -> Listing:
        return Listing(self.request)

    # What the generic view asks for, answered by the listing.

    @cached_property
    def search_query(self) -> str:
        return self.listing.query

    @cached_property
    def filters(self):
        return self.listing.filters

    @cached_property
    def is_filtering(self) -> bool:
        return self.filters.form.has_changed()

    @cached_property
    def ordering(self) -> str:
        return self.listing.ordering

    def get_queryset(self):
        return self.listing.ordered

    # Pages and counts

    def get_paginate_by(self, queryset):
        return None if self.is_export else helpdesk_settings.QUEUE_PAGE_SIZE

    def paginate_queryset(self, queryset, page_size):
        """Keys first, and then the values of these few rows: databases sort narrow rows only.

        A list that is narrower than its view has no count yet. Its keys up to the cap, in order,
        are the count and every page of it: what was searched for is searched for once.
        """
        keys = queryset.values_list("pk", flat=True)
        if self.listing.is_narrowed or self.listing.view.is_read_whole:
            cap = self.listing.counted_to
            keys = list(keys[: cap + 1])
            self.counted = Count(min(len(keys), cap), capped=len(keys) > cap)
        else:
            self.counted = self.counts[self.listing.view.name]
        paginator = CappedPaginator(keys, page_size, counted=self.counted)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        page.object_list = make_rows(
            page.object_list,
            self.listing.desk,
            selectable=bool(self.bulk_actions),
            query_string=self.listing.query_string,
        )
        return paginator, page, page.object_list, page.has_other_pages()

    @cached_property
    def counts(self) -> dict[str, Count]:
        """Of the open view, and of those that hold work to do."""
        listing = self.listing
        query = count_query(listing.desk, helpdesk_settings.COUNT_CAP, listing.view)
        return query.run(listing.desk.moments)

    # The page's furniture

    @cached_property
    def header_buttons(self):
        if not self.user_has_permission("submit"):
            return []
        return [
            HeaderButton(
                _("Record a ticket"),
                url=reverse("wagtail_helpdesk_admin:submit"),
                icon_name="plus",
            )
        ]

    @cached_property
    def show_export_buttons(self) -> bool:
        return self.user_has_permission("export")

    @cached_property
    def bulk_actions(self) -> list[dict[str, str]]:
        """The ones that the user may do at all; which tickets they may do them to is asked later."""
        opts = Ticket._meta
        actions = bulk_action_registry.get_bulk_actions_for_model(opts.app_label, opts.model_name)
        return [
            {
                "label": action.display_name,
                "aria_label": action.aria_label,
                "url": reverse(
                    "wagtail_bulk_action",
                    args=[opts.app_label, opts.model_name, action.action_type],
                ),
            }
            for action in sorted(actions, key=lambda action: action.action_priority)
            if self.user_has_permission(getattr(action, "verb", "change"))
        ]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        if self.is_export:
            return context
        listing = self.listing
        context |= {
            "rows": context["object_list"],
            "heads": heads(listing, self.index_url),
            "current_view": listing.view,
            "counted": self.counted,
            "bulk_actions": self.bulk_actions,
            "all_url": f"{self.index_url}?view={ALL}",
            "filters_are_invalid": not self.filters.is_valid(),
            "behind": self.behind(),
        }
        if context["is_paginated"]:
            context["page_numbers"] = page_numbers(
                context["page_obj"],
                context["elided_page_range"],
                self.index_url,
                self.request.GET,
            )
        if not self.results_only:
            counts = self.counts
            if not listing.is_narrowed:
                counts = {**counts, listing.view.name: self.counted}
            context["search_field"] = search_field(self.search_form)
            if has_shortcuts(self.request.user):
                context["shortcuts"] = shortcuts_of_the_queue(self.request)
            context["tabs"] = tabs(listing, self.index_url, counts)
        if not context["rows"]:
            context["search_all_url"] = self.search_all_url()
            context["first_steps"] = self.first_steps()
        return context

    def behind(self) -> dict[str, Any] | None:
        """What a list says that is behind a figure of the recap, and what its filters keep of that."""
        behind = self.listing.behind
        if not behind:
            return None
        kept = {name: self.request.GET[name] for name in PARAMETERS if name in self.request.GET}
        said = {"kept": kept, "is_valid": behind.is_valid, "figure": behind}
        if behind.is_valid:
            narrowed = self.listing.query or self.filters.form.has_changed()
            said["notes"] = [] if narrowed else behind.explained(self.counted)
        return said

    def search_all_url(self) -> str:
        """The same search and filters, over everything; empty where that is what was asked."""
        if listing_is_all(self.listing) or not self.listing.is_narrowed:
            return ""
        params = self.request.GET.copy()
        for dropped in ("p", "_w_filter_fragment", *PARAMETERS):
            params.pop(dropped, None)
        params["view"] = ALL
        return f"{self.index_url}?{params.urlencode()}"

    def first_steps(self):
        """What to do on a desk that has no tickets yet."""
        if self.listing.is_narrowed or VIEWS[ALL].tickets(self.listing.desk).exists():
            return None
        return first_steps(self.request.user)

    # Export

    def as_spreadsheet(self, queryset, spreadsheet_format):
        return exports.spreadsheet(
            queryset, spreadsheet_format, lists=self.listing.desk.lists, filename="tickets"
        )

    def get(self, request, *args: Any, **kwargs: Any):
        if self.is_export:
            exports.check_permission(request.user)
        return super().get(request, *args, **kwargs)


def listing_is_all(listing: Listing) -> bool:
    return listing.view.name == ALL
