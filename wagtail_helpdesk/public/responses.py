"""What all answers to visitors have in common."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..conf import helpdesk_settings
from .addresses import support_addresses


def private(response: HttpResponse) -> HttpResponse:
    """Nobody stores, indexes or passes on the address of a page about somebody's ticket.

    ``same-origin`` and not ``no-referrer``: with that, browsers send ``Origin: null``, and Django refuses the form.
    """
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def render_private(
    request: HttpRequest, template: str, context: dict | None = None, *, status: int = 200
) -> HttpResponse:
    """A page outside of the page tree, inside the host's own frame. Rendered at once, not later."""
    context = {
        "base_template": helpdesk_settings.BASE_TEMPLATE,
        "support": support_addresses(request),
        **(context or {}),
    }
    return private(render(request, f"wagtail_helpdesk/public/{template}", context, status=status))
