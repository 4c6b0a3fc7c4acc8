"""Pages of the queue: Wagtail's own look, but never a full count and never a deep offset.

A list has at most ``COUNT_CAP`` tickets to leaf through (fifty pages of twenty): skipping so many
costs the database about a millisecond, however many there are. Who looks for what lies further
down filters, searches, or turns the order round.
"""

from django.utils.translation import gettext as _
from wagtail.admin.paginator import WagtailPaginator

from ..counting import Count

#: Rows that one page may have, whatever the settings say.
MAX_PAGE_SIZE = 50


class CappedPaginator(WagtailPaginator):
    """Pages of ``object_list``, of which there are ``counted``."""

    def __init__(self, object_list, per_page, *, counted: Count, **kwargs) -> None:
        super().__init__(object_list, min(per_page, MAX_PAGE_SIZE), **kwargs)
        self.counted = counted

    @property
    def count(self) -> int:
        return self.counted.number

    @property
    def items_count_label(self) -> str:
        if self.counted.number == 1:
            return _("1 ticket")
        return _("%(count)s tickets") % {"count": self.counted}
