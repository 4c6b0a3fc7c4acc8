"""The tickets of a person or an organisation, as their pages list them: the queue's rows, a page at a time."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from ...conf import helpdesk_settings
from ..counting import Count
from ..queue.desk import Desk
from ..queue.furniture import page_numbers, plain_heads
from ..queue.paging import CappedPaginator
from ..queue.rows import make_rows


@dataclass(frozen=True)
class TicketList:
    """One page of it. ``counted`` stops at ``COUNT_CAP``, and so does leafing."""

    rows: list[dict[str, str]]
    heads: SafeString
    counted: Count
    pages: SafeString | str
    is_last: bool


def list_tickets(request: HttpRequest, contacts: QuerySet) -> TicketList:
    """Those of ``contacts`` (keys) that the user may read, formerly held ones included, newest first.

    Keys first, up to the cap: they are the count and every page of it.
    """
    desk = Desk(request.user)
    cap = helpdesk_settings.COUNT_CAP
    found = desk.visible.filter(contact__in=contacts).order_by("-created_at", "-pk")
    keys = list(found.values_list("pk", flat=True)[: cap + 1])
    counted = Count(min(len(keys), cap), capped=len(keys) > cap)
    paginator = CappedPaginator(keys, helpdesk_settings.QUEUE_PAGE_SIZE, counted=counted)
    page = paginator.get_page(request.GET.get("p"))
    numbers = paginator.get_elided_page_range(page.number)
    return TicketList(
        rows=make_rows(page.object_list, desk, selectable=False) if keys else [],
        heads=plain_heads(),
        counted=counted,
        pages=(
            page_numbers(page, numbers, request.path, request.GET) if page.has_other_pages() else ""
        ),
        is_last=not page.has_next(),
    )
