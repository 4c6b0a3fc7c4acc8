"""All of the demonstration, once, in one transaction."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from wagtail.models import Site

from ...models import OutboxMessage, OutboxState, Ticket
from ..prepare import prepare
from . import data_files
from .articles import publish_knowledge_base
from .catch_up import (
    catch_up,
    catch_up_procedures,
    catch_up_promises,
    lacks_procedures,
    lacks_promises,
)
from .company import Company
from .pages import publish_support_pages, set_desk
from .procedures import make_procedures
from .promises import make_promises
from .replay import KEY, Replay

#: Mails of the threads that show delivery, as far as they are this new, really go out.
FRESH = timedelta(days=1)


def is_loaded() -> bool:
    """Whether the demonstration was loaded before: what was entered since then is kept."""
    return Ticket.objects.filter(idempotency_key__startswith=KEY).exists()


def load() -> int:
    """Prepare the site, make company and tickets, publish the pages. Returns the number of tickets.

    The second time it only brings an older demonstration up to date: its logins, its
    promises, its procedures, its knowledge base. Raises what ``prepare`` raises.
    """
    if is_loaded():
        catch_up(data_files.company())
        if lacks_promises():
            catch_up_promises(data_files.company(), data_files.promises(), _site())
        if lacks_procedures():
            catch_up_procedures(data_files.company(), data_files.procedures())
        publish_knowledge_base(_site(), data_files.company())
        return 0
    with transaction.atomic():
        prepare()
        site = _site()
        company = Company(data_files.company(), make_promises(data_files.promises(), site))
        company.make()
        make_procedures(data_files.procedures(), company.types, company.divisions)
        threads = data_files.threads()
        played = Replay(company=company, site=site, now=timezone.now()).play(threads)
        settle_mail(played, shown={thread.key for thread in threads if thread.mail})
        set_desk(site)
        publish_support_pages(site, data_files.pages())
        publish_knowledge_base(site, data_files.company())
    return len(played)


def _site() -> Site:
    return Site.objects.select_related("root_page").order_by("-is_default_site", "pk")[0]


def settle_mail(played: dict[str, Ticket], *, shown: set[str]) -> None:
    """Say of the mails of the past that they were sent; leave the new ones of ``shown`` to delivery."""
    queued = OutboxMessage.objects.filter(
        ticket__in=[ticket.pk for ticket in played.values()], state=OutboxState.QUEUED
    )
    fresh = queued.filter(
        ticket__in=[played[key].pk for key in shown], created_at__gt=timezone.now() - FRESH
    )
    queued.exclude(pk__in=[row.pk for row in fresh]).update(
        state=OutboxState.SENT, attempts=1, sent_at=F("created_at")
    )
