"""Where a site that is being tried out answers, as far as that can be known."""

from urllib.parse import urlsplit

from django.conf import settings
from wagtail.models import Site

#: What "manage.py runserver" listens on if nothing else is said.
RUNSERVER_PORT = 8000
OWN_MACHINE = ("localhost", "127.0.0.1")


def port_to_try(site: Site) -> int | None:
    """The port that ``site``'s record should have while it is served by "runserver", if it has another.

    ``None`` where the record is right, and where the site has a name of its own: then its owner knows.
    """
    if site.hostname not in OWN_MACHINE:
        return None
    try:
        admin = urlsplit(getattr(settings, "WAGTAILADMIN_BASE_URL", "") or "")
        port = admin.port if admin.hostname in OWN_MACHINE else None
    except ValueError:  # a port that is no number
        port = None
    if port is None:
        # Port 80 is what Wagtail writes into a new site; any other was chosen by somebody.
        port = RUNSERVER_PORT if settings.DEBUG and site.port == 80 else site.port
    return port if port != site.port else None
