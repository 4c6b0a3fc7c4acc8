"""The mailed link becomes a grant in the browser's session, and a clean address."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from wagtail.models import Site

from ..links import read_token
from ..models import Contact, Ticket, normalise_email
from .access import closed_door
from .language import in_readers_language
from .responses import private, render_private
from .visitor import grant


def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, and changes nothing: mail scanners and previews follow links too. POST opens."""
    ticket = read_token(token)
    site = Site.find_for_request(request)
    if ticket is None or site is None or ticket.site_id != site.pk:
        return closed_door(request)
    with in_readers_language(request, ticket) as language:
        if request.method == "POST":
            response = _exchange(request, ticket)
        else:
            response = render_private(request, "open_link.html", {"reference": ticket.reference})
    response.headers.setdefault("Content-Language", language)
    return response


def _exchange(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    # Whoever knew this browser's session before must not read along.
    request.session.cycle_key()
    grant(request, ticket)
    _link_login(request, ticket.contact)
    return private(
        HttpResponseRedirect(reverse("wagtail_helpdesk:ticket", args=[ticket.reference]))
    )


def _link_login(request: HttpRequest, contact: Contact) -> None:
    """The signed-in owner of the address has opened the mail that was sent to it: it is theirs indeed."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or contact.user_id is not None:
        return
    address = normalise_email(getattr(user, user.get_email_field_name(), "") or "")
    if address is not None and address == contact.email_key:
        Contact.objects.filter(pk=contact.pk, user=None).update(user=user)
