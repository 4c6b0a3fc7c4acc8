"""All of it, in one transaction: a run either prepares the site or changes nothing."""

from django.db import connections, router, transaction
from wagtail.models import Site

from ..models import SupportLevel
from .groups import make_groups
from .pages import make_pages
from .promises import make_promises
from .records import make_division, make_levels, make_reasons, make_replies, make_types
from .report import Report


class NotReady(Exception):
    """The site lacks what a help desk is built on; the message says what to do first."""


def prepare(*, update_permissions: bool = False, pages: bool = True) -> Report:
    """Make what is missing; see ``wagtail_helpdesk.setup``. Raises ``NotReady``."""
    tables = connections[router.db_for_write(SupportLevel)].introspection.table_names()
    if SupportLevel._meta.db_table not in tables:
        raise NotReady("The help desk's tables are not there yet. Run manage.py migrate first.")
    if not Site.objects.exists():
        raise NotReady(
            "There is no site yet. Add one in the admin under Settings > Sites (it needs a root "
            "page), then run this command again. Nothing was changed."
        )
    report = Report()
    with transaction.atomic():
        make_levels(report)
        make_division(report)
        make_types(report)
        make_reasons(report)
        make_replies(report)
        make_promises(report)
        make_groups(report, update=update_permissions)
        if pages:
            make_pages(report)
    return report
