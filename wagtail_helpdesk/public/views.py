"""The pages outside of the page tree: the mailed link, the conversation, and its files."""

import logging
from datetime import UTC, datetime
from functools import partial

from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..downloads import attachment_response
from ..models import Attachment, Message, Status, Ticket
from ..tickets import InvalidTransition
from ..tickets.reopen import ended_long_ago, is_past_reopening
from . import answers, guards, links, rating, throttle
from .access import closed_door, may_open, with_ticket
from .conversation import conversation_of
from .fields import clean_data
from .forms import ReplyForm
from .responses import private, render_private
from .status import PublicStatus
from .tokens import FormToken
from .uploads import REMOVE, Uploads, limits
from .visitor import drop_grant, grant, has_grant, keep_if_possible

logger = logging.getLogger(__name__)

GET_OR_POST = ("GET", "HEAD", "POST")

open_link = require_http_methods(GET_OR_POST)(links.open_link)
rate_link = require_http_methods(GET_OR_POST)(rating.rate_by_link)
ticket_rate = require_http_methods(GET_OR_POST)(with_ticket(rating.rate))


@require_safe
@with_ticket
def ticket(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """The conversation."""
    return _show(request, ticket)


@require_http_methods(GET_OR_POST)
@with_ticket
def ticket_reply(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    return _receive(request, ticket, reopening=False)


@require_http_methods(GET_OR_POST)
@with_ticket
def ticket_reopen(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """ "I still have the problem"."""
    return _receive(request, ticket, reopening=True)


@require_http_methods(GET_OR_POST)
@with_ticket
def ticket_solve(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """ "This is solved"."""
    if request.method != "POST":
        return _to(ticket)
    try:
        answers.solved(ticket)
    except InvalidTransition:
        # A visit was planned after the page was made.
        ticket.refresh_from_db()
        form = ReplyForm({})
        form.errors.clear()
        form.add_error(
            None, _("A visit is planned. If you don't need it any more, write that to us here")
        )
        return _show(request, ticket, form, status=409)
    return _to(ticket, "solved")


@require_http_methods(GET_OR_POST)
@with_ticket
def ticket_confirm_visit(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """ "Yes, you were here"."""
    if request.method == "POST" and answers.confirmed_visit(ticket, request.POST.get("visit", "")):
        return _to(ticket, "confirmed")
    return _to(ticket)


@require_http_methods(GET_OR_POST)
@with_ticket
def ticket_leave(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Forget in this browser that it could read the ticket."""
    if request.method != "POST":
        return _to(ticket)
    drop_grant(request, ticket)
    return render_private(request, "left.html")


@require_safe
def file(request: HttpRequest, key: str) -> HttpResponse:
    """A file of the complaint or of a public reply, for whoever may read the conversation."""
    attachment = (
        Attachment.objects.public().select_related("ticket__contact").filter(key=key[:40]).first()
    )
    if attachment is None or not may_open(request, attachment.ticket):
        return closed_door(request)
    return attachment_response(attachment)


def _receive(request: HttpRequest, ticket: Ticket, *, reopening: bool) -> HttpResponse:
    """An answer, with or without files. Whatever goes wrong, what was written is shown again."""
    if request.method != "POST":
        return _to(ticket)
    data = clean_data(request.POST)
    uploads = Uploads.receive(request)
    token = FormToken.read(data.get("form", "")) or FormToken.new()
    if REMOVE in data:
        form = ReplyForm(initial=data.dict(), reopening=reopening)
        return _show(request, ticket, form, uploads=uploads, token=token)
    form = ReplyForm(data, reopening=reopening)
    # A file without a word is no answer that could be stored.
    form.fields["body"].required |= bool(uploads.attachments)
    form.full_clean()
    form.add_errors("attachments", uploads.errors)
    if not form.is_valid():
        return _show(request, ticket, form, uploads=uploads, token=token, status=422)
    if not _is_within_limits(request, ticket):
        form.add_error(
            None,
            _("You have sent many answers. Your text is kept. Wait a minute and send it again"),
        )
        return _show(request, ticket, form, uploads=uploads, token=token, status=429)
    granted = has_grant(request, ticket)
    goes_on, status = _answer(ticket, form, uploads, token, reopening=reopening)
    if goes_on is None:
        if status == 503:
            keep_if_possible(request)
        return _show(request, ticket, form, uploads=uploads, token=token, status=status)
    uploads.settle(request)
    if granted:
        # Opening it again has revoked the links, and with them this browser's grant.
        grant(request, goes_on)
    if goes_on.pk != ticket.pk:
        return _to(goes_on, "started")
    return _to(goes_on, "reopened" if reopening else "replied")


def _answer(
    ticket: Ticket, form: ReplyForm, uploads: Uploads, token: FormToken, *, reopening: bool
) -> tuple[Ticket | None, int]:
    """The ticket where it goes on; or ``None``, with the status, and what is wrong in ``form``."""
    try:
        goes_on = answers.answer(
            ticket,
            body=form.cleaned_data["body"],
            attachments=uploads.attachments,
            shown_at=datetime.fromtimestamp(token.shown_at, UTC),
            reopening=reopening,
        )
    except ValidationError as error:
        form.add_refusal(error)
        return None, 422
    except InvalidTransition:
        ticket.refresh_from_db()
        form.add_error(
            None, _("This ticket has changed meanwhile. Your text is kept. Send it again")
        )
        return None, 409
    except DatabaseError:
        logger.exception("An answer could not be stored.")
        form.add_error(
            None,
            _(
                "We can't take your answer at the moment. Your text is kept. Send it again in a minute"
            ),
        )
        return None, 503
    return goes_on, 200


def _show(
    request: HttpRequest,
    ticket: Ticket,
    form: ReplyForm | None = None,
    *,
    uploads: Uploads | None = None,
    token: FormToken | None = None,
    status: int = 200,
) -> HttpResponse:
    ended = ticket.status in (Status.SOLVED, Status.CLOSED)
    starts_new = ended_long_ago(ticket)
    conversation = conversation_of(ticket)
    context = {
        "conversation": conversation,
        "status": PublicStatus.of(
            ticket,
            updated_at=conversation.entries[-1].at,
            visits=tuple(visit.window for visit in conversation.expected),
        ),
        "rating": rating.Rating.of(ticket),
        "is_live": ticket.is_live,
        "starts_new": starts_new,
        "can_leave": has_grant(request, ticket),
        "done": request.GET.get("done", ""),
        "form": form or ReplyForm(reopening=ended and not starts_new),
        "token": token or FormToken.new(),
        "uploads": uploads or Uploads(),
        "limits": limits(),
        "focus": "attachments" if REMOVE in request.POST else "",
    }
    return render_private(request, "conversation.html", context, status=status)


def _to(ticket: Ticket, done: str = "") -> HttpResponse:
    address = reverse("wagtail_helpdesk:ticket", args=[ticket.reference])
    return private(HttpResponseRedirect(f"{address}?done={done}#latest" if done else address))


def _is_within_limits(request: HttpRequest, ticket: Ticket) -> bool:
    """An answer that starts a new ticket is one more complaint from its network, and on its site."""
    if is_past_reopening(ticket) and not guards.is_within_limits(request, ticket.site):
        return False
    return throttle.allow("reply", str(ticket.pk), floor=partial(_answers_since, ticket))


def _answers_since(ticket: Ticket, since: datetime) -> int:
    return Message.objects.filter(
        ticket=ticket, by_contact=ticket.contact_id, created_at__gte=since
    ).count()
