"""Did we help you? One click in the mail, or on the conversation's page; one POST that stores it.

Mail scanners and previews follow links, so a GET never stores an answer: the mail's link leads to a page
where the answer is chosen already, and one button sends it.
"""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django import forms
from django.core.exceptions import ValidationError
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .. import tickets
from ..links import ANSWERS
from ..models import Contact, Satisfaction, Status, Ticket, TicketEvent
from ..models.satisfaction import COMMENT_MAX_LENGTH
from . import throttle
from .fields import TextField, clean_data
from .forms import TOO_LONG, VisitorForm
from .links import enter, with_link
from .responses import private, render_private

logger = logging.getLogger(__name__)

YES, NO = ANSWERS[True], ANSWERS[False]
#: Where the conversation's page shows the question, and the answer.
PLACE = "wh-rating"


class RatingForm(VisitorForm):
    helped = forms.ChoiceField(
        label=gettext_lazy("Did we help you?"),
        choices=[(YES, gettext_lazy("Yes")), (NO, gettext_lazy("No"))],
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Select yes or no"),
            "invalid_choice": gettext_lazy("Select yes or no"),
        },
    )
    comment = TextField(
        label=gettext_lazy("What shall we know about it? (optional)"),
        help_text=gettext_lazy("Only the help desk reads this."),
        rows=4,
        max_length=COMMENT_MAX_LENGTH,
        required=False,
        error_messages={"max_length": TOO_LONG},
    )

    def id_of(self, name: str) -> str:
        # A group of radio buttons has no id of its own; its first button takes the focus.
        return f"{self[name].auto_id}_0" if name == "helped" else super().id_of(name)


@dataclass(frozen=True)
class Rating:
    """What the conversation's page shows of the answer."""

    helped: bool | None
    comment: str
    can_answer: bool

    @classmethod
    def of(cls, ticket: Ticket) -> "Rating | None":
        """``None`` where there is nothing to ask and nothing to show. Read the ticket with its satisfaction."""
        given, can_answer = answer_of(ticket), ticket.status == Status.SOLVED
        if given is None:
            return cls(helped=None, comment="", can_answer=True) if can_answer else None
        return cls(helped=given.helped, comment=given.comment, can_answer=can_answer)


def answer_of(ticket: Ticket) -> Satisfaction | None:
    try:
        return ticket.satisfaction
    except Satisfaction.DoesNotExist:
        return None


def rate(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """On the conversation's page, for who may open it. GET: question and comment as a page of their own."""
    if request.method == "POST":
        return _receive(request, ticket)
    given = answer_of(ticket)
    if ticket.status != Status.SOLVED:
        return _to_conversation(ticket)
    initial = {"helped": ANSWERS[given.helped], "comment": given.comment} if given else {}
    return _page(request, ticket, RatingForm(initial=initial))


@with_link
def rate_by_link(request: HttpRequest, ticket: Ticket, answer: str) -> HttpResponse:
    """The link in the mail. GET shows the answer, chosen; only the POST opens the ticket and stores it."""
    if request.method == "POST":
        return _receive(request, ticket, by_link=True)
    form = RatingForm(initial={"helped": answer if answer in (YES, NO) else None})
    if answer_of(ticket) is not None:
        del form.fields[
            "comment"
        ]  # what was written is not shown before the link is used; it stays
    return _page(request, ticket, form)


def _receive(request: HttpRequest, ticket: Ticket, *, by_link: bool = False) -> HttpResponse:
    """Whatever goes wrong, what was written is shown again."""
    data = clean_data(request.POST)
    form = RatingForm(data)
    if "comment" not in data:
        del form.fields["comment"]
    if not form.is_valid():
        return _page(request, ticket, form, status=422)
    if not throttle.allow("rate", str(ticket.pk), floor=partial(_ratings_since, ticket)):
        form.add_error(
            None, _("You have changed your answer many times. Wait a minute and send it again")
        )
        return _page(request, ticket, form, status=429)
    status = _store(ticket, form)
    if status != 200:
        return _page(request, ticket, form, status=status)
    if by_link:
        enter(request, ticket)
    return _to_conversation(
        ticket, done="rated" if form.cleaned_data["helped"] == YES else "not_helped"
    )


def _store(ticket: Ticket, form: RatingForm) -> int:
    """The answer's status; what was refused stands in ``form``."""
    try:
        # Not as it was read with the page: the contact may have been merged meanwhile.
        tickets.rate(
            ticket,
            by=Contact.objects.get(tickets=ticket.pk),
            helped=form.cleaned_data["helped"] == YES,
            comment=form.cleaned_data.get("comment"),
        )
    except ValidationError as error:
        form.add_refusal(error)
        return 422
    except tickets.InvalidTransition:
        ticket.refresh_from_db()
        form.add_error(None, too_late(ticket))
        return 409
    except DatabaseError:
        logger.exception("A rating could not be stored.")
        form.add_error(
            None,
            _(
                "We can't take your answer at the moment. Your text is kept. Send it again in a minute"
            ),
        )
        return 503
    return 200


def too_late(ticket: Ticket) -> str:
    if ticket.status == Status.CLOSED:
        return _("The ticket is closed by now, so this answer can't be taken any more")
    return _("The ticket is being worked on again. We take this answer once it is solved")


def _page(
    request: HttpRequest, ticket: Ticket, form: RatingForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "reference": ticket.reference,
        "too_late": "" if ticket.status == Status.SOLVED else too_late(ticket),
    }
    return render_private(request, "rate.html", context, status=status)


def _to_conversation(ticket: Ticket, done: str = "") -> HttpResponse:
    address = reverse("wagtail_helpdesk:ticket", args=[ticket.reference])
    return private(HttpResponseRedirect(f"{address}?done={done}#{PLACE}" if done else address))


def _ratings_since(ticket: Ticket, since: datetime) -> int:
    return TicketEvent.objects.filter(ticket=ticket, verb="rate", at__gte=since).count()
