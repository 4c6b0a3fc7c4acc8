"""Looking up how far a ticket is, and asking for the link to the conversation.

The reference is read aloud, so it is no secret, and what may be seen with it is little. A reference that
doesn't exist, one that belongs to somebody else, and one asked for too often get the same answer
by the same path: the page never says which of the two was wrong.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import phonenumbers
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from wagtail.models import Site

from ..conf import helpdesk_settings
from ..models import Contact, OutboxMessage, Ticket, normalise_email
from ..models.outbox import new_mail_id
from ..notify import outbox
from ..references import normalise_reference
from . import throttle
from .fields import clean_data
from .forms import LookupForm, LostReferenceForm
from .responses import private
from .status import PublicStatus
from .visitor import grant

FOUND = "wagtail_helpdesk_lookup"
#: Minutes for which a found status stays on the screen of this browser.
FOUND_MINUTES = 10
#: Compared with where there is nothing to compare with; no address and no number is like it.
NOTHING = "\x00 no such address"

TEMPLATES = "wagtail_helpdesk/public/"


@dataclass(frozen=True)
class Claimed:
    """What somebody says about a ticket, as it is stored; empty where it can't be right."""

    reference: str
    email: str
    phone: str

    @classmethod
    def by(cls, form: LookupForm) -> "Claimed":
        return cls(
            reference=normalise_reference(form.cleaned_data["reference"]) or "",
            email=normalise_email(form.cleaned_data["email"][:254]) or "",
            phone=_number(form.cleaned_data["phone"]),
        )


def status(support_page, request: HttpRequest) -> HttpResponse:
    """GET: the form, or what was found last. POST: look up."""
    if request.method == "POST":
        return _look_up(support_page, request)
    found = _found(request)
    return _page(
        support_page,
        request,
        "status.html",
        form=LookupForm(),
        status=PublicStatus.of(found) if found else None,
        link_asked=bool(found) and request.session[FOUND].get("asked", False),
        has_email=bool(found and found.contact.email),
    )


def _look_up(support_page, request: HttpRequest) -> HttpResponse:
    form = LookupForm(clean_data(request.POST))
    if not form.is_valid():
        return _page(support_page, request, "status.html", code=422, form=form)
    claimed = Claimed.by(form)
    try:
        allowed = _is_allowed(request, claimed)
    except throttle.ThrottleDown:
        return _page(support_page, request, "status.html", code=503, form=form, down=True)
    found = find(claimed if allowed else Claimed("", "", ""), Site.find_for_request(request))
    shows = helpdesk_settings.LOOKUP_SHOWS
    if shows == "link":
        _mail_link(found)
        return _to(support_page, request, "link_sent")
    if found is None:
        return _page(support_page, request, "status.html", form=form, missed=True)
    if shows == "conversation":
        request.session.cycle_key()
        grant(request, found)
        address = reverse("wagtail_helpdesk:ticket", args=[found.reference])
        return private(HttpResponseRedirect(address))
    request.session[FOUND] = {
        "ticket": found.pk,
        "expires": int(time.time()) + FOUND_MINUTES * 60,
    }
    return _to(support_page, request, "status")


def find(claimed: Claimed, site: Site | None) -> Ticket | None:
    """The ticket, if it is this contact's. What is wrong, and whether anything is, takes the same work."""
    row = (
        Ticket.objects.filter(reference=claimed.reference or "-", site=site)
        .annotate(is_former=Exists(_former(claimed)))
        .values_list(
            "pk", "contact__email_key", "contact__phone", "contact__deactivated_at", "is_former"
        )
        .first()
    )
    pk, email, phone, deactivated_at, is_former = row or (0, NOTHING, NOTHING, None, False)
    is_email = constant_time_compare(email or NOTHING, claimed.email or "-")
    is_phone = constant_time_compare(phone or NOTHING, claimed.phone or "-")
    # A number opens only what has no address: many people may share a telephone.
    is_theirs = is_email or (is_phone and email is None) or is_former
    if not is_theirs or deactivated_at is not None:
        return None
    return Ticket.objects.select_related("contact").get(pk=pk)


def _former(claimed: Claimed) -> QuerySet[Contact]:
    """Who was merged into the ticket's contact goes on looking up with the address (or number) they gave."""
    keys = Q(email_key=claimed.email or "-")
    keys |= Q(email_key=None, phone=claimed.phone or "-")
    return Contact.objects.filter(keys, merged_into=OuterRef("contact"))


def _is_allowed(request: HttpRequest, claimed: Claimed) -> bool:
    """Few tries for a network address, for a reference, and for an e-mail address or number."""
    tries = [
        throttle.allow("lookup", f"address:{throttle.network_address(request)}"),
        throttle.allow("lookup", f"reference:{claimed.reference}"),
        throttle.allow("lookup", f"contact:{claimed.email or claimed.phone}"),
    ]
    return all(tries)


def _number(text: str) -> str:
    try:
        number = phonenumbers.parse(text, helpdesk_settings.PHONE_REGION or None)
    except phonenumbers.NumberParseException:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _found(request: HttpRequest) -> Ticket | None:
    """What this browser has looked up last, while it may still stand on the screen."""
    known = request.session.get(FOUND)
    if not known or known["expires"] < time.time():
        return None
    found = Ticket.objects.select_related("contact").filter(pk=known["ticket"]).first()
    return found if found is not None and found.contact.is_active else None


def forget(support_page, request: HttpRequest) -> HttpResponse:
    """Clear the screen of what was found."""
    if request.method == "POST":
        request.session.pop(FOUND, None)
    return _to(support_page, request, "status")


def mail_link(support_page, request: HttpRequest) -> HttpResponse:
    """ "Send me the link", for the ticket that was found. The answer is the same whether it is mailed or not."""
    found = _found(request)
    if request.method == "POST" and found is not None:
        _mail_link(found)
        request.session[FOUND] |= {"asked": True}
        request.session.modified = True
    return _to(support_page, request, "status")


def _mail_link(found: Ticket | None) -> None:
    contact = found.contact if found else None
    _post_link("link", ticket=found, contact=contact, key=(contact and contact.email_key) or "")


def lost_reference(support_page, request: HttpRequest) -> HttpResponse:
    """ "I lost my reference": the links of the open tickets go to the address; the page tells nobody which."""
    if request.method != "POST":
        return _page(support_page, request, "lost_reference.html", form=LostReferenceForm())
    form = LostReferenceForm(clean_data(request.POST))
    if not form.is_valid():
        return _page(support_page, request, "lost_reference.html", code=422, form=form)
    try:
        allowed = throttle.allow("lookup", f"lost:{throttle.network_address(request)}")
    except throttle.ThrottleDown:
        return _page(support_page, request, "lost_reference.html", code=503, form=form, down=True)
    if allowed:
        key = normalise_email(form.cleaned_data["email"]) or ""
        site = Site.find_for_request(request)
        ticket = (
            Ticket.objects.live()
            .select_related("contact", "site")
            .filter(
                contact__in=Contact.objects.filter(email_key=key).survivors(),
                contact__deactivated_at=None,
                site=site,
            )
            .first()
        )
        _post_link("links", ticket=ticket, contact=ticket.contact if ticket else None, key=key)
    return _to(support_page, request, "link_sent")


def _post_link(kind: str, *, ticket: Ticket | None, contact: Contact | None, key: str) -> None:
    """Post the mail, or do the same work for nothing."""
    floor = partial(_links_since, contact.pk if contact else 0)
    allowed = throttle.allow("link_mail", key, floor=floor)
    with transaction.atomic():
        if ticket is not None and contact is not None and allowed:
            outbox.post(kind, ticket=ticket, to=contact)
        else:
            _post_nothing(kind)


def _post_nothing(kind: str) -> None:
    with transaction.atomic():
        OutboxMessage.objects.create(
            kind=kind,
            to_contact_id=0,
            mail_id=new_mail_id("localhost"),
            next_try_at=timezone.now(),
        )
        transaction.set_rollback(True)


def _links_since(contact_id: int, since: datetime) -> int:
    return OutboxMessage.objects.filter(
        to_contact=contact_id, kind__in=["link", "links"], created_at__gte=since
    ).count()


def link_sent(support_page, request: HttpRequest) -> HttpResponse:
    """What everybody reads who has asked for a link."""
    return _page(support_page, request, "link_sent.html")


def _page(support_page, request: HttpRequest, template: str, *, code: int = 200, **context):
    response = support_page.render(
        request, template=TEMPLATES + template, context_overrides=context
    )
    response.status_code = code
    if code == 503:
        response["Retry-After"] = "60"
    return private(response)


def _to(support_page, request: HttpRequest, route: str) -> HttpResponse:
    address = support_page.get_url(request) + support_page.reverse_subpage(route)
    return private(HttpResponseRedirect(address))
