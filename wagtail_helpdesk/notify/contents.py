"""What each kind of mail may say. Templates get these plain values and no record of the database:

so no template, ours or a host's, can reach a private note.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from wagtail.admin.utils import get_admin_base_url
from wagtail.models import Site

from ..clocks.words import promised, window_in_words
from ..conf import helpdesk_settings
from ..links import link_url, rating_url
from ..models import (
    EscalationStep,
    HelpdeskSettings,
    OutboxMessage,
    OutboxState,
    Relation,
    Satisfaction,
    Status,
    Ticket,
    TicketLink,
)
from .recipients import NotWanted

#: Links in one mail about all open tickets.
LINKS_MAX = 10


@dataclass(frozen=True)
class Desk:
    """How the desk of a site calls itself, in mails."""

    name: str
    site_url: str
    from_email: str
    shows_staff_names: bool

    @classmethod
    def of(cls, site: Site) -> "Desk":
        # for_site() would make the row: a mail is no reason to write settings.
        chosen = HelpdeskSettings.objects.filter(site=site).first() or HelpdeskSettings()
        named = chosen.desk_name or site.site_name or getattr(settings, "WAGTAIL_SITE_NAME", "")
        return cls(
            name=named or site.hostname,
            site_url=site.root_url,
            from_email=chosen.from_email,
            shows_staff_names=chosen.show_staff_names,
        )


def contents_for(row: OutboxMessage) -> dict[str, Any]:
    """The values for the templates of ``row.kind``, in the active language. Raises ``NotWanted``."""
    if row.to_user is not None:
        return _for_staff(row)
    more = _MORE.get(row.kind)
    return {**_for_contact(row.ticket), **(more(row) if more else {})}


def _for_contact(ticket: Ticket) -> dict[str, Any]:
    return {
        "reference": ticket.reference,
        "type": ticket.complaint_type.name_in(),
        "status": ticket.status_in_plain_words,
        "promised": promised(ticket),
        "link": link_url(ticket),
        "link_days": helpdesk_settings.LINK_DAYS,
    }


def _acknowledgement(row: OutboxMessage) -> dict[str, Any]:
    """Nothing that the visitor wrote: whoever gets it may be another than who wrote."""
    return {"answer_time": row.ticket.complaint_type.answer_time_in()}


def _answer(row: OutboxMessage) -> dict[str, Any]:
    message = row.message
    if message is None:
        return {"body": "", "author": "", "file_count": 0}
    shows_name = Desk.of(row.ticket.site).shows_staff_names and message.by_user is not None
    return {
        "body": message.body,
        "author": message.by_user.first_name if shows_name else "",
        "file_count": message.attachments.count(),
    }


def _solved(row: OutboxMessage) -> dict[str, Any]:
    return {
        **_answer(row),
        "reopen_days": helpdesk_settings.REOPEN_DAYS,
        "helped_links": _helped_links(row),
    }


def _helped_links(row: OutboxMessage) -> dict[str, str]:
    """ "Did we help you?" is asked once: by the first such mail, unless it is answered or reopened already."""
    ticket = row.ticket
    if ticket.status != Status.SOLVED or Satisfaction.objects.filter(ticket=ticket).exists():
        return {}
    earlier = OutboxMessage.objects.filter(
        ticket=ticket, kind=row.kind, state=OutboxState.SENT, pk__lt=row.pk
    )
    if earlier.exists():
        return {}
    return {
        "yes": rating_url(ticket, helped=True),
        "no": rating_url(ticket, helped=False),
    }


def _merged(row: OutboxMessage) -> dict[str, Any]:
    """The other ticket, if it is the same contact's: nobody learns of another's."""
    link = (
        TicketLink.objects.filter(from_ticket=row.ticket, relation=Relation.DUPLICATE)
        .select_related("to_ticket__site")
        .order_by("-created_at", "-pk")
        .first()
    )
    if link is None or link.to_ticket.contact_id != row.to_contact_id:
        return {"into": ""}
    # They read on, and answer, where the work goes on.
    return {"into": link.to_ticket.reference, "link": link_url(link.to_ticket)}


def _links(row: OutboxMessage) -> dict[str, Any]:
    tickets = Ticket.objects.live().filter(contact=row.to_contact).order_by("-created_at", "-pk")
    tickets = tickets.select_related("site", "complaint_type").prefetch_related(
        "complaint_type__names"
    )
    found = list(tickets[: LINKS_MAX + 1])
    if not found:
        raise NotWanted("The contact has no open ticket any more.")
    return {
        "reference": "",
        "tickets": [_for_contact(ticket) for ticket in found[:LINKS_MAX]],
        "has_more": len(found) > LINKS_MAX,
    }


def _visit(row: OutboxMessage) -> dict[str, Any]:
    """Of the engineer the first name, where the site shows those."""
    visit = row.visit
    if visit is None:
        raise NotWanted("The visit is gone.")
    if row.kind in ("visit_planned", "visit_moved") and not visit.is_open:
        raise NotWanted("The visit was reported, moved or called off meanwhile.")
    shows_name = Desk.of(row.ticket.site).shows_staff_names
    return {
        "window": window_in_words(visit.starts_at, visit.ends_at),
        "place": visit.place,
        "contact_person": visit.contact_person,
        "engineer": visit.engineer.first_name if shows_name else "",
    }


_MORE: dict[str, Callable[[OutboxMessage], dict[str, Any]]] = {
    "acknowledgement": _acknowledgement,
    "reply": _answer,
    "solved": _solved,
    "merged": _merged,
    "links": _links,
    "visit_planned": _visit,
    "visit_moved": _visit,
    "visit_called_off": _visit,
    "visit_done": _visit,
    "visit_missed": _visit,
}


def _for_staff(row: OutboxMessage) -> dict[str, Any]:
    """Where it is and what it is about; who asks and what they wrote stays behind the log-in."""
    ticket = row.ticket
    step = None
    if row.kind == "escalated":
        steps = EscalationStep.objects.filter(ticket=ticket).select_related("reason")
        step = steps.order_by("-created_at", "-pk").first()
    base = (get_admin_base_url() or ticket.site.root_url).rstrip("/")
    return {
        "reference": ticket.reference,
        "type": ticket.complaint_type.display_name,
        "priority": ticket.get_priority_display(),
        "level": ticket.level.display_name,
        "division": ticket.division.display_name,
        "reason": str(step.reason) if step and step.reason else "",
        "link": base + reverse("wagtail_helpdesk_admin:ticket", args=[ticket.pk]),
        "account_url": base + reverse("wagtailadmin_account"),
    }
