"""The mailed link becomes a grant in the browser's session, and a clean address."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from wagtail.models import Site

from .. import people
from ..links import read_token
from ..models import Ticket
from .access import closed_door
from .language import in_readers_language
from .responses import private, render_private
from .visitor import grant


def with_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give ``view`` the ticket that the token of the address opens on this site, in its reader's language.

    A GET must change nothing: mail scanners and previews follow links too.
    """

    @wraps(view)
    def opened(request: HttpRequest, token: str, **arguments: str) -> HttpResponse:
        ticket = read_token(token)
        site = Site.find_for_request(request)
        if (
            ticket is None
            or site is None
            or ticket.site_id != site.pk
            or not ticket.contact.is_active
        ):
            return closed_door(request)
        with in_readers_language(request, ticket) as language:
            response = view(request, ticket, **arguments)
        response.headers.setdefault("Content-Language", language)
        return response

    return opened


@with_link
def open_link(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """GET asks; POST opens, and links the ticket's contact to the reader's login if they ask for it."""
    if request.method != "POST":
        context = {"reference": ticket.reference}
        user = getattr(request, "user", None)
        if user is not None and people.may_claim(user, ticket.contact):
            context["signed_in_as"] = user.get_username()
        return render_private(request, "open_link.html", context)
    linked = bool(request.POST.get("link")) and _link_login(request, ticket)
    enter(request, ticket)
    address = reverse("wagtail_helpdesk:ticket", args=[ticket.reference])
    return private(HttpResponseRedirect(f"{address}?done=linked" if linked else address))


def enter(request: HttpRequest, ticket: Ticket) -> None:
    """Exchange the link for a grant of this browser's session."""
    # Whoever knew this browser's session before must not read along.
    request.session.cycle_key()
    grant(request, ticket)


def _link_login(request: HttpRequest, ticket: Ticket) -> bool:
    """The signed-in owner of the address has opened the mail that was sent to it, and asked for this."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return False
    try:
        people.link_login(ticket.contact, by=user)
    except people.LoginTaken:
        return False
    return True
