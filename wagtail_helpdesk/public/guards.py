"""What looks like a robot, and how much is too much.

What looks like a robot may be a person with a helpful browser: nothing is dropped, only asked again.
"""

from datetime import datetime
from functools import partial

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.models import Site

from ..conf import helpdesk_settings
from ..models import Channel, Ticket
from . import throttle
from .tokens import FormToken

TOO_MANY = gettext_lazy(
    "Many complaints were sent from your network just now. Your text is kept. Wait a minute and send it again"
)


def suspicion(data: QueryDict, token: FormToken | None) -> str:
    """Why a complete form is shown once more; empty for an ordinary one. ``token`` is ``None`` for a forged one."""
    if data.get("website"):
        return _(
            "Your browser filled in a field that people don't see. Your text is kept. Check it and send it again"
        )
    if token is None:
        return _("We couldn't recognise this form. Your text is kept. Check it and send it again")
    if token.age < helpdesk_settings.FORM_MIN_SECONDS:
        return _(
            "The form was sent very quickly, so we ask once more. Your text is kept. Check it and send it again"
        )
    if token.age > helpdesk_settings.FORM_MAX_SECONDS:
        return _(
            "This form was open for more than a day. Your text is kept. Check it and send it again"
        )
    return ""


def is_within_limits(request: HttpRequest, site: Site) -> bool:
    """Count one complaint; whether its network and its site have sent few enough. With the cache down, yes."""
    try:
        own = throttle.allow("submit", throttle.network_address(request))
    except throttle.ThrottleDown:
        own = True
    return own and throttle.allow("submit_site", str(site.pk), floor=partial(_sent_on, site))


def _sent_on(site: Site, since: datetime) -> int:
    return Ticket.objects.filter(site=site, channel=Channel.WEB, created_at__gte=since).count()
