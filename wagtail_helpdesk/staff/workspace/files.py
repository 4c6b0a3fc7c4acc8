"""Handing a ticket's file to a member of staff."""

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404

from ...downloads import attachment_response
from ...models import Attachment, Ticket


def file(request, key: str) -> HttpResponseBase:
    """The file with this key, of a ticket that the user may read; for others there is none."""
    visible = Ticket.objects.visible_to(request.user).values("pk")
    attachment = get_object_or_404(Attachment, key=key, ticket__in=visible)
    return attachment_response(attachment)
