"""What stands beside the conversation: details, the requester, articles, linked tickets. The content of ``side``'s frames."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ...knowledge.for_tickets import related_articles
from ...models import Relation, Status, Verb
from ...models.tickets import TicketLink
from ...tickets.texts import clean_line
from .article import written_articles
from .base import FragmentPage
from .clocks import clocks_of, goes_on_at
from .side import PANELS
from .visits import visits_of

#: Other tickets of a requester that a panel lists; the queue has the rest.
OTHERS = 10
#: Characters of a search for articles.
QUERY_MAX = 200
#: What a panel shows of another ticket.
SHOWN = ("pk", "reference", "subject", "status", "created_at")


class PanelView(FragmentPage):
    """The content of one panel; asked for without script, it comes as a page."""

    template_name = "wagtail_helpdesk/staff/workspace/panel.html"

    def setup(self, request, *args, **kwargs):
        if kwargs["name"] not in PANELS:
            raise Http404
        super().setup(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        return self.show()

    def get_queryset(self):
        return (
            super()
            .get_queryset()
            .select_related("contact__organisation", "site", "recorded_by", "page")
        )

    def get_page_title(self):
        return PANELS[self.kwargs["name"]].title

    @property
    def fragment_template_name(self) -> str:
        return f"wagtail_helpdesk/staff/workspace/panels/{self.kwargs['name']}.html"

    def get_context_data(self, **kwargs):
        contents: dict[str, Callable[[], dict[str, Any]]] = {
            "details": self.get_details,
            "requester": self.get_requester,
            "articles": self.get_articles,
            "visits": self.get_visits,
            "links": self.get_links,
        }
        context = super().get_context_data(**kwargs)
        context["fragment_template"] = self.fragment_template_name
        return {**context, **contents[self.kwargs["name"]]()}

    def get_details(self) -> dict[str, Any]:
        ticket = self.ticket
        may_edit = (
            ticket.page is not None
            and ticket.page.permissions_for_user(self.request.user).can_edit()
        )
        language = dict(settings.LANGUAGES).get(ticket.language, ticket.language)
        return {
            "language": gettext(str(language)),
            "articles": written_articles(ticket, user=self.request.user),
            "clocks": clocks_of(ticket),
            "goes_on_at": goes_on_at(ticket),
            "edit_page_url": (
                reverse("wagtailadmin_pages:edit", args=[ticket.page_id]) if may_edit else ""
            ),
        }

    def get_requester(self) -> dict[str, Any]:
        contact = self.ticket.contact
        others = self.visible.filter(contact=contact.pk).exclude(pk=self.ticket.pk)
        rows = list(others.order_by("-created_at", "-pk").values_list(*SHOWN)[: OTHERS + 1])
        return {
            "contact": contact,
            "others": [OtherTicket.of(*row) for row in rows[:OTHERS]],
            "has_more": len(rows) > OTHERS,
            "more_query": contact.email or contact.phone,
        }

    def get_articles(self) -> dict[str, Any]:
        query = clean_line(self.request.GET.get("q", ""))[:QUERY_MAX]
        return {
            "query": query,
            "query_max": QUERY_MAX,
            "related": related_articles(self.ticket, user=self.request.user, text=query),
            # Only where the page around it has a text to insert it into.
            "can_insert": self.is_fragment and bool(self.verbs & {Verb.REPLY, Verb.NOTE}),
        }

    def get_visits(self) -> dict[str, Any]:
        return {
            "visits": visits_of(self.ticket),
            "can_report": Verb.REPORT_VISIT in self.verbs,
            "can_call_off": Verb.CALL_OFF_VISIT in self.verbs,
        }

    def get_links(self) -> dict[str, Any]:
        rows = TicketLink.objects.filter(Q(from_ticket=self.ticket) | Q(to_ticket=self.ticket))
        ends = list(
            rows.order_by("created_at", "pk").values_list(
                "relation",
                "from_ticket_id",
                "to_ticket_id",
                "from_ticket__reference",
                "to_ticket__reference",
            )
        )
        keys = {key for end in ends for key in end[1:3]}
        found = self.visible.filter(pk__in=keys).values_list(*SHOWN)
        readable = {row[0]: OtherTicket.of(*row) for row in found}
        return {"links": [LinkedTicket.of(self.ticket, *end, readable) for end in ends]}


@dataclass
class OtherTicket:
    """A line about another ticket."""

    url: str
    subject: str
    about: str

    @classmethod
    def of(
        cls, pk: int, reference: str, subject: str, status: str, created_at: datetime
    ) -> "OtherTicket":
        """Of a row with the columns ``SHOWN``."""
        created = date_format(localtime(created_at), "DATE_FORMAT")
        return cls(
            url=reverse("wagtail_helpdesk_admin:ticket", args=[pk]),
            subject=subject,
            about=" · ".join([reference, str(Status(status).label), created]),
        )


#: A link read from its other end.
REVERSED = {
    Relation.RELATED: _("Related"),
    Relation.DUPLICATE: _("Has the duplicate"),
    Relation.FOLLOW_UP: _("Is followed up by"),
}


@dataclass
class LinkedTicket:
    """The other end of a link. ``ticket`` is ``None`` where the user may not read it."""

    label: str
    reference: str
    ticket: OtherTicket | None

    @classmethod
    def of(cls, ticket, relation, from_pk, to_pk, from_reference, to_reference, readable):
        leads_away = from_pk == ticket.pk
        label = Relation(relation).label if leads_away else REVERSED[Relation(relation)]
        return cls(
            label=str(label),
            reference=to_reference if leads_away else from_reference,
            ticket=readable.get(to_pk if leads_away else from_pk),
        )
