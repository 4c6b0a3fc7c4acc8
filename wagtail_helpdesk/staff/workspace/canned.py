"""Canned replies beside the composer: looked for as one types, and shown as they would go out."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils.translation import gettext_lazy, override

from ...models import CannedReply, Ticket, Verb
from ...models.placeholders import fill
from ...notify.contents import Desk
from ...tickets.texts import clean_line
from .base import FragmentPage

#: Characters and words of a search, and replies that one is shown.
QUERY_MAX, WORDS_MAX, SHOWN = 100, 5, 10
#: Canned replies that one message may say it was made with.
COUNTED = 5


@dataclass(frozen=True)
class Filled:
    """A canned reply with its blanks filled in for a ticket."""

    key: int
    title: str
    text: str
    used: int


class CannedRepliesView(FragmentPage):
    """GET with ``q``. For who may reply to the ticket, or add a note to it."""

    page_title = gettext_lazy("Canned replies")
    template_name = "wagtail_helpdesk/staff/workspace/canned.html"
    fragment_template_name = "wagtail_helpdesk/staff/workspace/_canned.html"

    def get(self, request, *args, **kwargs):
        if not self.verbs & {Verb.REPLY, Verb.NOTE}:
            raise PermissionDenied
        return self.show()

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        query = clean_line(self.request.GET.get("q", ""))[:QUERY_MAX]
        replies, has_more = find_replies(self.ticket, query)
        values = values_for(self.ticket, self.request.user) if replies else {}
        context["is_fragment"] = self.is_fragment
        context["query"] = query
        context["query_max"] = QUERY_MAX
        context["has_more"] = has_more
        context["replies"] = [
            Filled(reply.pk, reply.title, fill(reply.body, values), reply.used) for reply in replies
        ]
        return context


def find_replies(ticket: Ticket, query: str) -> tuple[list[CannedReply], bool]:
    """Those for the ticket that have all words of ``query``, the most used first; and whether there are more."""
    replies = CannedReply.objects.fitting(ticket)
    for word in query.split()[:WORDS_MAX]:
        replies = replies.filter(Q(title__icontains=word) | Q(body__icontains=word))
    found = list(replies.order_by("-used", "title", "pk")[: SHOWN + 1])
    return found[:SHOWN], len(found) > SHOWN


def values_for(ticket: Ticket, user) -> dict[str, str]:
    """What stands in the blanks, each on one line, as the requester reads it."""
    desk = Desk.of(ticket.site).name
    with override(ticket.language):
        values = {
            "name": ticket.contact.name,
            "reference": ticket.reference,
            "subject": ticket.subject,
            "complaint_type": ticket.complaint_type.name_in(ticket.language),
            "division": ticket.division.name_in(ticket.language),
            "agent": user.get_short_name() or user.get_username(),
            "desk": desk,
        }
    return {name: clean_line(value) for name, value in values.items()}


def count_sent(keys: list[str], ticket: Ticket) -> None:
    """A reply was sent with the canned ones ``keys``: counted once each, where they fit the ticket."""
    if keys:
        CannedReply.objects.fitting(ticket).filter(pk__in={int(key) for key in keys}).count_use()
