"""What a visitor reads who has just sent a complaint."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from wagtail.models import Site

from ..clocks.words import promised
from ..models import Ticket
from ..references import normalise_reference
from .responses import private
from .visitor import is_granted, look_up_visitor


def sent(support_page, request: HttpRequest, reference: str) -> HttpResponse:
    """The confirmation, for the browser that sent the complaint; everybody else may look it up."""
    ticket = (
        Ticket.objects.select_related("contact", "complaint_type", "site")
        .filter(
            reference=normalise_reference(reference) or "-", site=Site.find_for_request(request)
        )
        .first()
    )
    if ticket is None or not is_granted(request, ticket):
        look_up_visitor(request)
        path = support_page.reverse_subpage("status")
        return private(HttpResponseRedirect(support_page.get_url(request) + path))
    return private(
        support_page.render(
            request,
            template="wagtail_helpdesk/public/sent.html",
            context_overrides={
                "ticket": ticket,
                # An address that leads to somebody else's by now must not tell it.
                "names_address": not ticket.contact.aliases.exists(),
                "promised": promised(ticket),
                "answer_time": ticket.complaint_type.answer_time_in(),
            },
        )
    )
