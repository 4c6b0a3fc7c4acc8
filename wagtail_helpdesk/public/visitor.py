"""What the session of a visitor remembers: who this browser is, and which tickets it may read.

A grant is worth as much as the mailed link: it holds the ticket's nonce, so it ends when the links
are revoked, and it expires when the browser was idle for ``LINK_IDLE_MINUTES``.
"""

import secrets
import time

from django.contrib.sessions.backends.base import UpdateError
from django.db import DatabaseError, transaction
from django.http import HttpRequest

from ..conf import helpdesk_settings
from ..models import Ticket
from ..models.messages import owner_key

VISITOR = "wagtail_helpdesk_visitor"
GRANTS = "wagtail_helpdesk_grants"
MAX_GRANTS = 20
#: A grant is written again at most this often (seconds): not every page view costs a write.
RENEW_AFTER = 60


def visitor_id(request: HttpRequest) -> str:
    """A random name for this browser's session. It survives the rotation of the session's key."""
    if VISITOR not in request.session:
        request.session[VISITOR] = secrets.token_urlsafe(16)
    return request.session[VISITOR]


def file_owner(request: HttpRequest) -> str:
    """The key under which this browser's unclaimed files are kept."""
    return owner_key("session", visitor_id(request))


def grant(request: HttpRequest, ticket: Ticket) -> None:
    """Let this browser read and answer ``ticket`` until it is idle for too long."""
    visitor_id(request)
    grants = dict(request.session.get(GRANTS, {}))
    grants.pop(str(ticket.pk), None)
    while len(grants) >= MAX_GRANTS:
        del grants[min(grants, key=lambda key: grants[key][1])]
    grants[str(ticket.pk)] = [ticket.link_nonce, _expiry()]
    request.session[GRANTS] = grants


def has_grant(request: HttpRequest, ticket: Ticket) -> bool:
    """Whether this browser holds a grant that is good now."""
    nonce, expires = request.session.get(GRANTS, {}).get(str(ticket.pk), ("", 0))
    return bool(nonce) and nonce == ticket.link_nonce and expires >= time.time()


def is_granted(request: HttpRequest, ticket: Ticket) -> bool:
    """Whether this browser may read ``ticket``; if so, the idle time begins anew."""
    if not has_grant(request, ticket):
        return False
    if request.session[GRANTS][str(ticket.pk)][1] < _expiry() - RENEW_AFTER:
        grant(request, ticket)
    return True


def look_up_visitor(request: HttpRequest) -> None:
    """Read the session and the login, as for a ticket that exists.

    That shows: in ``Vary``, in the cookie of an ended session, in the time it takes.
    """
    request.session.get(GRANTS)
    user = getattr(request, "user", None)
    if user is not None:
        bool(user.is_authenticated)


def drop_grant(request: HttpRequest, ticket: Ticket) -> None:
    """Forget that this browser could read ``ticket``."""
    grants = dict(request.session.get(GRANTS, {}))
    if grants.pop(str(ticket.pk), None) is not None:
        request.session[GRANTS] = grants


def keep_if_possible(request: HttpRequest) -> None:
    """After a write has failed: keep the session too if it can be, and let it not fail the answer."""
    try:
        with transaction.atomic():
            request.session.save()
    except (DatabaseError, UpdateError):
        request.session.modified = False


def _expiry() -> int:
    return int(time.time()) + helpdesk_settings.LINK_IDLE_MINUTES * 60
