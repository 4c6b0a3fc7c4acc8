"""The journey of a complaint: the form, and what can go wrong with it."""

import logging
from dataclasses import dataclass, field

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from wagtail.models import Site

from ..conf import helpdesk_settings
from ..models import HelpdeskSettings, Ticket
from ..tickets import submit
from ..tickets.submit import first_ticket
from . import captcha, guards, suggesting
from .fields import clean_data
from .forms import ComplaintForm
from .responses import private
from .support import page_by_id, page_of_referrer, site_settings
from .tokens import FormToken, captcha_proof, is_captcha_proof
from .trail import NAME as TRAIL
from .trail import Trail
from .uploads import REMOVE, Uploads, limits
from .visitor import grant, keep_if_possible, visitor_id

logger = logging.getLogger(__name__)

TEMPLATE = "wagtail_helpdesk/public/complaint.html"
#: Buttons that show the form again without sending it.
NEW_PICTURE, ASK_QUESTION, ASK_PICTURE = "new_captcha", "ask_question", "ask_picture"
AGAIN = (NEW_PICTURE, ASK_QUESTION, ASK_PICTURE, REMOVE, suggesting.SOLVED_BY)


@dataclass
class Complaint:
    """One request of one form."""

    support_page: object
    request: HttpRequest
    site: Site
    settings: HelpdeskSettings
    token: FormToken
    data: object = None
    uploads: Uploads | None = None
    form: ComplaintForm | None = None
    about: object = None
    offers: list[suggesting.Offer] = field(default_factory=list)

    @property
    def key(self) -> str:
        return self.token.key(visitor_id(self.request))

    @property
    def captcha_kind(self) -> str | None:
        """Which challenge must be answered; ``None`` where none is asked, or it was solved before."""
        if not (helpdesk_settings.CAPTCHA and self.settings.captcha):
            return None
        if self.data is None:
            return captcha.PICTURE
        if is_captcha_proof(self.data.get("captcha_proof", ""), self.key):
            return None
        return (
            captcha.QUESTION
            if self.data.get("captcha_kind") == captcha.QUESTION
            else captcha.PICTURE
        )


def complaint(support_page, request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: send it, or show it again with everything kept."""
    site = Site.find_for_request(request)
    step = Complaint(
        support_page, request, site, settings=site_settings(site), token=FormToken.new()
    )
    if request.method == "POST":
        return _receive(step)
    step.about = page_by_id(request.GET.get("page", ""), site) or page_of_referrer(request, site)
    if request.session.session_key:
        # Whoever planted their own session in this browser must not share what is sent from it.
        request.session.cycle_key()
    visitor_id(request)  # a session from here on: a double click must come from one browser
    step.form = _new_form(step, initial=_initial(request))
    return _show(step)


def _initial(request: HttpRequest) -> dict:
    initial = {
        "complaint_type": request.GET.get("type", ""),
        "subject": request.GET.get("subject", "")[: helpdesk_settings.SUBJECT_MAX_LENGTH],
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        initial |= {"name": user.get_full_name(), "email": getattr(user, "email", "")}
    return initial


def _receive(step: Complaint) -> HttpResponse:
    request = step.request
    step.data = clean_data(request.POST)
    known = FormToken.read(step.data.get("form", ""))
    step.token = known or step.token
    first = _first_ticket(step)
    if first is not None:
        return _sent(step, first)
    if suggesting.SOLVED_BY in step.data and suggesting.solved(
        request, step.token, step.data[suggesting.SOLVED_BY]
    ):
        return _solved(step)
    step.uploads = Uploads.receive(request)
    step.about = page_by_id(step.data.get("page", ""), step.site)
    again = [name for name in AGAIN if name in step.data]
    if again:
        return _show_again(step, again[0])
    step.form = _new_form(step, step.data)
    try:
        ticket = _send(step, trusted=known is not None)
    except DatabaseError:
        logger.exception("A complaint could not be stored.")
        return _first_or_unavailable(step)
    if ticket is not None:
        step.uploads.settle(request)
        suggesting.learn(request, step.token, step.data)
    elif step.offers:
        return _show(step, focus="suggestions")
    else:
        # Somebody (a second click) may have used the captcha up, and been quicker.
        ticket = _first_ticket(step) if "captcha" in step.form.errors else None
    if ticket is None:
        return _show(
            step, status=429 if step.form.has_error(NON_FIELD_ERRORS, "throttled") else 422
        )
    return _sent(step, ticket)


def _show_again(step: Complaint, button: str) -> HttpResponse:
    """Another captcha, or one file less: the same form with everything kept, and nothing complained about."""
    if button in (ASK_QUESTION, ASK_PICTURE):
        step.data["captcha_kind"] = captcha.QUESTION if button == ASK_QUESTION else captcha.PICTURE
    step.form = _new_form(step, initial=step.data.dict())
    return _show(step, focus="captcha" if button != REMOVE else "attachments")


def _send(step: Complaint, *, trusted: bool) -> Ticket | None:
    """Check everything and submit. ``None`` where the form must be shown again; it knows why.

    The captcha is used up in the transaction that makes the ticket: of two clicks at once, the
    second waits, and finds the ticket of the first.
    """
    form = step.form
    with transaction.atomic():
        form.full_clean()
        form.add_errors("attachments", step.uploads.errors)
        if form.is_valid():
            _look_for_robots(step, trusted)
        if not form.is_valid():
            return None
        step.offers = _offers(step)
        if step.offers:
            return None
        if not guards.is_within_limits(step.request, step.site):
            form.add_error(None, ValidationError(guards.TOO_MANY, code="throttled"))
            return None
        try:
            return submit(
                site=step.site,
                contact=form.contact(),
                complaint_type=form.cleaned_data["complaint_type"],
                subject=form.cleaned_data["subject"],
                body=form.cleaned_data["body"],
                attachments=step.uploads.attachments,
                page=step.about,
                locale=step.support_page.locale,
                idempotency_key=step.key,
            )
        except ValidationError as error:
            form.add_refusal(error)
    return None


def _offers(step: Complaint) -> list[suggesting.Offer]:
    """What to show before a complaint is sent, once, where no script has shown any while it was written."""
    if step.data.get(suggesting.FIELD):
        return []
    cleaned = step.form.cleaned_data
    return suggesting.offer(
        step.support_page,
        step.request,
        step.token,
        f"{cleaned['subject']} {cleaned['body']}",
        leave_out=step.about.pk if step.about else "",
    )


def _look_for_robots(step: Complaint, trusted: bool) -> None:
    suspicion = guards.suspicion(step.data, step.token if trusted else None)
    if suspicion:
        step.form.add_error(None, suspicion)
        if step.token.age > helpdesk_settings.FORM_MAX_SECONDS:
            step.token = step.token.shown_again()


def _first_ticket(step: Complaint) -> Ticket | None:
    """What this form in this browser has already sent."""
    return first_ticket(step.key)


def _first_or_unavailable(step: Complaint) -> HttpResponse:
    """The database refused to write. Where it still reads, the form comes back as it was."""
    keep_if_possible(step.request)
    try:
        first = _first_ticket(step)
        if first is not None:
            return _sent(step, first)
        step.form.add_error(
            None,
            _(
                "We can't take your complaint at the moment. Your text is kept. Send it again in a minute"
            ),
        )
        response = _show(step, status=503).render()
    except DatabaseError:
        logger.exception("The form could not be shown again.")
        response = render(
            step.request, "wagtail_helpdesk/public/unavailable.html", {"data": step.data}
        )
        response.status_code = 503
    response["Retry-After"] = "60"
    return private(response)


def _new_form(step: Complaint, data=None, **kwargs) -> ComplaintForm:
    form = ComplaintForm(data, site=step.site, captcha=step.captcha_kind, **kwargs)
    if step.settings.consent_text:
        form.fields["consent"].label = step.settings.consent_text
    return form


def _show(step: Complaint, *, status: int = 200, focus: str = "") -> HttpResponse:
    form = step.form
    kind = step.captcha_kind
    proof = step.data.get("captcha_proof", "") if step.data and kind is None else ""
    if kind and "captcha" in getattr(form, "cleaned_data", {}):
        kind, proof = None, captcha_proof(step.key)
    trail = step.data.get(TRAIL, "") if step.data else step.request.GET.get(TRAIL, "")
    said = step.data.get(suggesting.FIELD, "") if step.data else ""
    response = step.support_page.render(
        step.request,
        template=TEMPLATE,
        context_overrides={
            "offers": step.offers,
            "suggested": suggesting.SHOWN if step.offers else said,
            "suggest": step.support_page.get_url(step.request)
            + step.support_page.reverse_subpage("suggestions"),
            "trail": trail if Trail.read(trail) else "",
            "form": form,
            "token": step.token,
            "uploads": step.uploads or Uploads(),
            "challenge": _challenge(kind),
            "captcha_proof": proof,
            "about": step.about,
            "privacy_page": step.settings.privacy_page,
            "focus": focus,
            "limits": limits(),
        },
    )
    response.status_code = status
    # Not "no-store": with that, a browser's back button would bring an empty form.
    patch_cache_control(response, private=True, no_cache=True)
    response["Referrer-Policy"] = "same-origin"
    return response


def _challenge(kind: str | None) -> captcha.Challenge | None:
    if kind is None:
        return None
    try:
        with transaction.atomic():
            return captcha.new_challenge(kind)
    except DatabaseError:
        return None  # nothing can be stored; it is asked when that has passed


def _sent(step: Complaint, ticket: Ticket) -> HttpResponse:
    grant(step.request, ticket)
    path = step.support_page.reverse_subpage("sent", kwargs={"reference": ticket.reference})
    return private(HttpResponseRedirect(step.support_page.get_url(step.request) + path))


def _solved(step: Complaint) -> HttpResponse:
    path = step.support_page.reverse_subpage("solved")
    return private(HttpResponseRedirect(step.support_page.get_url(step.request) + path))
