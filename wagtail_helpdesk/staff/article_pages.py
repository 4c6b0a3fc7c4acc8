"""What the desk adds to an article's pages in the admin: the way back to the ticket that it was written from."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import Button

from ..models import Ticket

#: The pages that are about one page; not the lists.
VIEWS = ("edit", "index")


def header_buttons(
    page: Any, user, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    """A button to the ticket, for those who may read it. Others don't learn that there is one."""
    if view_name not in VIEWS or not getattr(page.specific_class, "is_helpdesk_article", False):
        return
    tickets = Ticket.objects.visible_to(user).filter(article_sources__page=page.pk)
    for pk, reference in tickets.values_list("pk", "reference"):
        yield Button(
            _("Ticket %(reference)s") % {"reference": reference},
            reverse("wagtail_helpdesk_admin:ticket", args=[pk]),
            icon_name="wagtail_helpdesk-desk",
            priority=5,
        )
