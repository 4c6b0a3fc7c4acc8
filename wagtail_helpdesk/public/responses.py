"""What all answers to visitors have in common."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

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


def to_log_in(request: HttpRequest) -> HttpResponse:
    """What Wagtail answers to whom a page is closed: the way to its log-in, and back."""
    # Its module is for when the apps are ready; page classes are made before.
    from wagtail.wagtail_hooks import require_wagtail_login

    response = require_wagtail_login(next=request.get_full_path())
    add_never_cache_headers(response)
    return response
