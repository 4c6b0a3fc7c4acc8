"""Every operation once, in a shape that works, and what an operation leaves behind."""

from datetime import timedelta

from django.core import serializers
from django.utils import timezone
from wagtail.models import ModelLogEntry

from tests.factories import make_procedure
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Contact, OutboxMessage, Status, SupportLevel, Ticket
from wagtail_helpdesk.tickets.checklists import checklists_of

REASON = "needs-deeper-knowledge"
STATUSES = [status.value for status in Status]

#: verb -> how it is called on a ticket that is ready for it (``other`` is a second ticket)
CALLS = {
    "triage": lambda ticket, desk, other, **kw: tickets.triage(ticket, priority="high", **kw),
    "assign": lambda ticket, desk, other, **kw: tickets.assign(
        ticket, assignee=desk.first_level3, **kw
    ),
    "accept": lambda ticket, desk, other, **kw: tickets.accept(ticket, **kw),
    "escalate": lambda ticket, desk, other, **kw: tickets.escalate(
        ticket, reason=REASON, note="SECRET: too deep.", **kw
    ),
    "hand_back": lambda ticket, desk, other, **kw: tickets.hand_back(
        ticket, reason=REASON, note="SECRET: try the switch.", **kw
    ),
    "reply": lambda ticket, desk, other, **kw: tickets.reply(ticket, body="SECRET: done.", **kw),
    "note": lambda ticket, desk, other, **kw: tickets.note(ticket, body="SECRET: a note.", **kw),
    "wait": lambda ticket, desk, other, **kw: tickets.wait(ticket, status="pending", **kw),
    "solve": lambda ticket, desk, other, **kw: tickets.solve(
        ticket, outcome="fixed", solution="SECRET wire", body="SECRET: it shines.", **kw
    ),
    "close": lambda ticket, desk, other, **kw: tickets.close(ticket, **kw),
    "reopen": lambda ticket, desk, other, **kw: tickets.reopen(ticket, body="SECRET: dark.", **kw),
    "merge": lambda ticket, desk, other, **kw: tickets.merge(ticket, into=other, **kw),
    "link": lambda ticket, desk, other, **kw: tickets.link(ticket, to=other, **kw),
    "tick": lambda ticket, desk, other, **kw: tickets.tick(ticket, step=first_step(ticket), **kw),
    "plan_visit": lambda ticket, desk, other, **kw: plan(ticket, desk, **kw),
    "report_visit": lambda ticket, desk, other, **kw: tickets.report_visit(
        ticket, visit=desk.visit, outcome="done", findings="SECRET: a mouse.", **kw
    ),
    "call_off_visit": lambda ticket, desk, other, **kw: tickets.call_off_visit(
        ticket, visit=desk.visit, **kw
    ),
}
VERBS = list(CALLS)
#: What needs a visit.
OF_VISITS = ("plan_visit", "report_visit", "call_off_visit")


def plan(ticket, desk, *, hours=1, **kw):
    """A visit of two hours, which begins in ``hours``; all levels must visit, see ``make_ready``."""
    starts = kw.pop("starts", None) or timezone.now() + timedelta(hours=hours)
    arguments = {
        "engineer": desk.first_level3,
        "starts": starts,
        "ends": starts + timedelta(hours=2),
        "place": "SECRET street 1",
        "contact_person": "SECRET person",
        "contact_phone": "+62SECRET",
    }
    return tickets.plan_visit(ticket, **{**arguments, **kw})


def make_ready(verb, ticket, desk):
    """Lead a new ticket to where ``verb`` is allowed, by ``first_level1``; at Level 1 if possible."""
    if verb == "hand_back":
        tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note="Too deep.")
    if verb == "reopen":
        tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    if verb == "tick":
        make_procedure(desk, "SECRET: look at the bulb", "Ask since when")
    if verb in OF_VISITS:
        SupportLevel.objects.update(on_site=True)
    if verb in ("report_visit", "call_off_visit"):
        # Begun today: what came of it can be told at any hour.
        desk.visit = plan(ticket, desk, by=desk.manager, hours=0)


def first_step(ticket):
    """The key of the first step of the ticket's procedure; of none, where it has none."""
    current = checklists_of(ticket).current
    return current.steps[0].key if current else 1


def put(ticket, status, *, by):
    """Lead a new ticket to ``status`` without giving it to anybody."""
    if status == "open":
        tickets.reply(ticket, by=by, body="We are looking at it.")
    elif status in ("pending", "on_hold"):
        tickets.wait(ticket, by=by, status=status)
    elif status in ("solved", "closed"):
        tickets.solve(ticket, by=by, outcome="fixed")
        if status == "closed":
            tickets.close(ticket, by=by)
    assert ticket.status == status


def mail(ticket):
    """What lies in the outbox for ``ticket``: (kind, to whom), in the order of posting."""
    rows = OutboxMessage.objects.filter(ticket=ticket).order_by("pk")
    return [(row.kind, row.to_contact or row.to_user) for row in rows]


def last_event(ticket):
    return ticket.events.order_by("pk").last()


def everything():
    """All that an operation may write, as one comparable text."""
    related = [relation.related_model for relation in Ticket._meta.related_objects]
    rows = []
    for model in (Ticket, Contact, ModelLogEntry, *dict.fromkeys(related)):
        rows += model._base_manager.order_by("pk")
    return serializers.serialize("json", rows)
