"""Keeping what is being written on a ticket: for its writer alone, as long as they may write there."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse

from ...models import Verb
from ...tickets.drafts import discard_draft, save_draft
from .attempts import INVALID
from .base import TicketPage


class DraftView(TicketPage):
    """POST keeps ``body`` (the page's script); with ``discard`` it throws the draft away, and leads back."""

    def get(self, request, *args, **kwargs):
        return self.back_to_ticket()

    def post(self, request, *args, **kwargs):
        if "discard" in request.POST:
            discard_draft(self.ticket, by=request.user)
            return self.back_to_ticket(anchor="composer")
        if not self.verbs & {Verb.REPLY, Verb.NOTE}:
            raise PermissionDenied
        body, kind = request.POST.get("body", ""), request.POST.get("kind", "")
        try:
            save_draft(self.ticket, by=request.user, body=body, kind=kind)
        except ValidationError as error:
            return HttpResponse(
                " ".join(error.messages), status=INVALID, content_type="text/plain; charset=utf-8"
            )
        return HttpResponse(status=204)
