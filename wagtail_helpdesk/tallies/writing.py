"""Entries are written with the operation, in its transaction: rows of its own, that nobody else waits for."""

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_save, pre_delete

from ..clocks.spells import statuses, worked_until
from ..models import (
    Contact,
    Holding,
    Organisation,
    TallyEntry,
    TallyKind,
    Ticket,
    TicketEvent,
)
from .changes import Change, Place, entries_of, first_rating_of, rating, visit_of

if TYPE_CHECKING:
    from ..tickets.claim import Claim


def keep_tally(claim: "Claim", event: TicketEvent) -> None:
    """Write what counts of an operation, once its ``event`` is written."""
    row = claim.row
    TallyEntry.objects.bulk_create(entries_of(_change(claim, event)))
    if row.complaint_type_id != claim.before["complaint_type"]:
        move_entries(row.tally_entries.all(), complaint_type_id=row.complaint_type_id)
    before, helped = event.data.get("helped", (None, None))
    if before is not None and before != helped:  # another answer in place of the first
        answers = row.tally_entries.filter(kind=TallyKind.RATED)
        move_entries(answers, detail=rating(helped))


def tally_received(ticket: Ticket) -> None:
    """Write that a ticket has come in."""
    change = Change(
        ticket, ticket.created_at, by=None, before=None, after=Place.of(ticket),
        was=None, status=ticket.status, priority=ticket.priority,
    )  # fmt: skip
    TallyEntry.objects.bulk_create(entries_of(change))


def move_entries(entries: QuerySet[TallyEntry], **values: Any) -> None:
    """Count ``entries`` under other values of these columns. Call it inside a transaction.

    What was folded under the old one is taken back by an entry of its own, when the timers fold next.
    """
    # Locked, so that no timer folds one of them in between.
    taken_back = [entry for entry in entries.order_by("pk").select_for_update() if entry.folded]
    for entry in taken_back:
        entry.pk, entry.number, entry.folded = None, -1, False
    entries.filter(number=1).update(folded=False, **values)
    TallyEntry.objects.bulk_create(taken_back)


def follow_contact(contact: Contact) -> None:
    """Count all that a contact asked under the organisation that they belong to now."""
    entries = TallyEntry.objects.filter(ticket__contact=contact, number=1)
    key = contact.organisation_id
    stray = entries.exclude(organisation=key) if key else entries.exclude(organisation=None)
    with transaction.atomic():
        keys = list(stray.values_list("pk", flat=True))
        for start in range(0, len(keys), 500):
            some = TallyEntry.objects.filter(pk__in=keys[start : start + 500])
            move_entries(some, organisation_id=key)


def follow_contacts() -> None:
    """Called once, when Django is ready."""
    post_save.connect(_contact_saved, sender=Contact, dispatch_uid=f"{__name__}.contact")
    pre_delete.connect(_organisation_goes, sender=Organisation, dispatch_uid=f"{__name__}.gone")


def _contact_saved(instance: Contact, created: bool, raw: bool = False, **kwargs: Any) -> None:
    if not created and not raw:
        follow_contact(instance)


def _organisation_goes(instance: Organisation, **kwargs: Any) -> None:
    with transaction.atomic():
        move_entries(
            TallyEntry.objects.filter(organisation=instance, number=1), organisation_id=None
        )


def _change(claim: "Claim", event: TicketEvent) -> Change:
    row = claim.row
    return Change(
        ticket=row,
        at=claim.at,
        by=claim.by.pk if claim.by_staff else None,
        before=claim.came_from,
        after=Place.of(row),
        was=claim.before["status"],
        status=row.status,
        priority=row.priority,
        answers=row.first_responded_at == claim.at and not claim.was_answered,
        outcome=row.outcome,
        visit=visit_of(event),
        helped=first_rating_of(event),
        step=claim.step,
        ended=claim.ended,
        holdings=lambda: list(Holding.objects.filter(ticket=row).order_by("started_at", "pk")),
        worked=lambda: worked_until(row, claim.at, statuses(row)),
    )
