"""Who may open a ticket from the public side, and what everybody else is shown.

Two keys fit: a grant in the browser's session (it sent the complaint, or opened the mailed link), and
the login that a member of staff has linked to the contact. Whoever has neither gets one and the
same page, whether the ticket exists or not.
"""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse
from wagtail.permissions import policy_registry

from ..models import Ticket
from ..references import normalise_reference
from .language import in_readers_language
from .responses import private, render_private
from .visitor import is_granted, look_up_visitor


def may_open(request: HttpRequest, ticket: Ticket) -> bool:
    """Nothing opens for a contact that was switched off. Read the ticket with its contact."""
    if not ticket.contact.is_active:
        look_up_visitor(request)
        return False
    return is_granted(request, ticket) or _is_own(request, ticket)


def _is_own(request: HttpRequest, ticket: Ticket) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated and ticket.contact.user_id == user.pk


def with_ticket(view: Callable[[HttpRequest, Ticket], HttpResponse]) -> Callable[..., HttpResponse]:
    """Give ``view`` the ticket of ``reference``, in its reader's language, if they may open it."""

    @wraps(view)
    def opened(request: HttpRequest, reference: str) -> HttpResponse:
        try:
            ticket = Ticket.objects.select_related("contact", "satisfaction").get(
                reference=normalise_reference(reference) or "-"
            )
        except Ticket.DoesNotExist:
            return closed_door(request)
        if not may_open(request, ticket):
            return _to_the_desk(request, ticket) or closed_door(request)
        with in_readers_language(request, ticket) as language:
            response = private(view(request, ticket))
        response.headers.setdefault("Content-Language", language)
        return response

    return opened


def closed_door(request: HttpRequest) -> HttpResponse:
    """The same answer for every ticket, link or file that doesn't open; it says how to get a new link."""
    look_up_visitor(request)
    with in_readers_language(request) as language:
        response = render_private(request, "closed_door.html", status=404)
    response.headers.setdefault("Content-Language", language)
    return response


def _to_the_desk(request: HttpRequest, ticket: Ticket) -> HttpResponse | None:
    """Staff read tickets in the admin."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    policy = policy_registry.get_by_type(Ticket)
    if not policy.user_has_permission_for_instance(user, "view", ticket):
        return None
    try:
        return private(
            HttpResponseRedirect(reverse("wagtail_helpdesk_admin:ticket", args=[ticket.pk]))
        )
    except NoReverseMatch:
        return None
