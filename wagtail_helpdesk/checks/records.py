"""What only the database knows. Run by ``manage.py check --database default`` and by ``migrate``."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError, connections, router
from django.utils import timezone
from wagtail.models import Site

from ..clocks.heartbeat import TIMERS
from ..conf import helpdesk_settings
from ..models import ComplaintType, Division, Heartbeat, SupportLevel
from ..setup.groups import AGENTS, LEADERS, MANAGERS
from ..support_pages import support_page_models
from .tag import TAG

SETUP_HINT = "Run manage.py setup_helpdesk. It makes what is missing and changes nothing else."
OWN_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


@register(TAG, Tags.database)
def check_records(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    # The records are looked for where they are kept, and nowhere else.
    if router.db_for_read(SupportLevel) not in (databases or ()):
        return []
    try:
        if not _is_migrated():
            return []
        return [*_missing(), *([] if settings.DEBUG else _in_production())]
    except DatabaseError:
        # Before migrate, or in the middle of it: a column may be missing yet.
        return []


def _is_migrated() -> bool:
    connection = connections[router.db_for_read(SupportLevel)]
    needed = {Heartbeat._meta.db_table, Site._meta.db_table, Group._meta.db_table}
    return needed <= set(connection.introspection.table_names())


def _missing() -> Iterator[CheckMessage]:
    lists = {
        "support levels": SupportLevel.objects,
        "divisions": Division.objects,
        "complaint types that visitors may pick": ComplaintType.objects.filter(retired=False),
    }
    empty = [name for name, rows in lists.items() if not rows.exists()]
    if empty:
        yield _warning(
            f"The help desk has no {', no '.join(empty)}. The complaint form can't be used.",
            SETUP_HINT,
            "W060",
        )
    if not Group.objects.filter(name__in=[AGENTS, LEADERS, MANAGERS]).exists() and not (
        Group.objects.filter(permissions__codename="accept_ticket").exists()
    ):
        yield _warning(
            "No group may accept tickets, so only superusers can work at the help desk.",
            SETUP_HINT,
            "W061",
        )


def _in_production() -> Iterator[CheckMessage]:
    for site in Site.objects.order_by("pk"):
        yield from _site_faults(site)
    models = support_page_models()
    if models and not any(model.objects.live().exists() for model in models):
        yield _warning(
            "No support page is published, so visitors have no way in.",
            "Publish the draft that setup_helpdesk has made, or add a support page.",
            "W064",
        )
    late = helpdesk_settings.SWEEP_LATE_MINUTES
    beat = Heartbeat.objects.filter(name=TIMERS).first()
    if beat is None or beat.at < timezone.now() - timedelta(minutes=late):
        ran = "has never run" if beat is None else f"last ran at {beat.at:%Y-%m-%d %H:%M} UTC"
        yield _warning(
            f"“manage.py run_helpdesk_timers” {ran}. Mail that could not be sent at once is left lying, "
            "and waiting tickets don't come back.",
            f"Have it run every few minutes, or with --loop; {late} minutes without it are late "
            "(SWEEP_LATE_MINUTES).",
            "W065",
        )


def _site_faults(site: Site) -> Iterator[CheckMessage]:
    if site.hostname in OWN_MACHINE or site.hostname.endswith(".localhost"):
        yield _warning(
            f"The site “{site}” has the host name {site.hostname}: links in mails lead readers to "
            "their own machine.",
            "Set the site's real host name and port in the admin, under Settings > Sites.",
            "W062",
        )
    elif settings.SECURE_SSL_REDIRECT and site.port != 443:
        yield _warning(
            f"The site “{site}” has port {site.port}, but is served by HTTPS "
            f"(SECURE_SSL_REDIRECT): links in mails begin with {site.root_url}.",
            "Set the site's port to 443 in the admin, under Settings > Sites.",
            "W063",
        )


def _warning(message: str, hint: str, number: str) -> CheckMessage:
    return Warning(message, hint=hint, id=f"wagtail_helpdesk.{number}")
