"""My complaints: the tickets of a signed-in requester. No reference and no mailed link is asked for.

A login is a contact's by what staff have set, or by what its owner has asked for with a mailed link in
hand; never by an address that happens to be equal.
"""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from wagtail.models import Site

from .. import people
from ..conf import helpdesk_settings
from ..models import Contact, Ticket
from ..models.choices import STATUS_IN_PLAIN_WORDS, Status
from .responses import private

PAGE_SIZE = 20


@dataclass(frozen=True)
class OwnTicket:
    """A line of the list: nothing that the desk has written, and no time of a private note."""

    reference: str
    subject: str
    status: str
    words: str
    created_at: datetime


def mine(support_page, request: HttpRequest) -> HttpResponse:
    """Own tickets on this site, newest first; for strangers the way to sign in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return _page(support_page, request, login_url=login_url(request))
    contacts = list(Contact.objects.standing().filter(user=user).order_by("pk"))
    active = [contact.pk for contact in contacts if contact.is_active]
    keys = list(_tickets(request, active)) if active else []
    page = Paginator(keys, PAGE_SIZE).get_page(request.GET.get("p"))
    return _page(
        support_page,
        request,
        signed_in_as=user.get_username(),
        contacts=contacts,
        is_closed=bool(contacts) and not active,
        tickets=_rows(page.object_list),
        pages=page,
        has_older=len(keys) > helpdesk_settings.COUNT_CAP,
        done=request.GET.get("done", ""),
    )


def unlink(support_page, request: HttpRequest) -> HttpResponse:
    """POST: this login is the contact's no longer. Twice is once."""
    user = getattr(request, "user", None)
    if request.method == "POST" and user is not None and user.is_authenticated:
        given = request.POST.get("contact", "")
        key = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
        contact = Contact.objects.filter(pk=key, user=user).first()
        if contact is not None:
            people.unlink_login(contact, by=user)
            return _to(support_page, request, "?done=unlinked")
    return _to(support_page, request)


def login_url(request: HttpRequest) -> str:
    """Where requesters sign in: the help desk's setting, else the site's own for visitors, else Wagtail's."""
    site_s_own = getattr(settings, "WAGTAIL_FRONTEND_LOGIN_URL", None)
    address = resolve_url(helpdesk_settings.LOGIN_URL or site_s_own or "wagtailcore_login")
    mark = "&" if "?" in address else "?"
    return f"{address}{mark}{urlencode({'next': request.path})}"


def _tickets(request: HttpRequest, contacts: list[int]):
    """Their keys, up to the cap."""
    tickets = Ticket.objects.filter(contact__in=contacts, site=Site.find_for_request(request))
    keys = tickets.order_by("-created_at", "-pk").values_list("pk", flat=True)
    return keys[: helpdesk_settings.COUNT_CAP + 1]


def _rows(keys) -> list[OwnTicket]:
    found = Ticket.objects.filter(pk__in=list(keys)).order_by("-created_at", "-pk")
    rows = found.values_list("reference", "subject", "status", "created_at")
    return [
        OwnTicket(
            reference, subject, status, str(STATUS_IN_PLAIN_WORDS[Status(status)]), created_at
        )
        for reference, subject, status, created_at in rows
    ]


def _page(support_page, request: HttpRequest, **context) -> HttpResponse:
    context["heading"] = _("My complaints")
    template = "wagtail_helpdesk/public/mine.html"
    return private(support_page.render(request, template=template, context_overrides=context))


def _to(support_page, request: HttpRequest, query: str = "") -> HttpResponse:
    address = support_page.get_url(request) + support_page.reverse_subpage("mine")
    return private(HttpResponseRedirect(address + query))
