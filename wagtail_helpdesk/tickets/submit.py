"""A complaint or question comes in."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy, override
from django.utils.translation import gettext as _
from wagtail.models import Locale, Site
from wagtail.permissions import policy_registry

from ..clocks.promises import came_to_level, keep_promises
from ..conf import helpdesk_settings
from ..models import (
    Attachment,
    Channel,
    ComplaintType,
    Contact,
    Message,
    MessageKind,
    Rule,
    Ticket,
    normalise_email,
)
from ..models.actors import actor_fields
from ..notify import outbox
from ..references import new_reference
from ..tallies.writing import tally_received
from .attachments import claim_attachments
from .claim import announce, record, state
from .contacts import find_or_make_contact
from .moves import begin_holding
from .texts import check_length, clean_line, first_words, require_text


def submit(
    *,
    site: Site,
    contact: Contact,
    complaint_type: ComplaintType,
    subject: str = "",
    body: str,
    attachments: Sequence[Attachment] = (),
    channel: str = Channel.WEB,
    page: Any = None,
    locale: Locale | None = None,
    recorded_by: Any = None,
    idempotency_key: str | None = None,
) -> Ticket:
    """Record a ticket and acknowledge it by mail.

    ``contact`` may be unsaved; it is matched by its normalised e-mail or telephone number.
    ``recorded_by`` is the member of staff who took the call. The same ``idempotency_key`` twice gives
    the first ticket again, whatever else differs.

    Raises ``ValidationError`` for what can't be stored, ``PermissionDenied`` for staff who may not record.
    """
    _check_may_record(recorded_by)
    idempotency_key = check_length(idempotency_key or "", 64, "idempotency_key") or None
    first = first_ticket(idempotency_key)
    if first is not None:
        return first
    if channel not in Channel.values:
        raise ValidationError({"channel": _("Unknown channel: %(channel)s") % {"channel": channel}})
    subject, body = _checked_words(subject, body, by_staff=recorded_by is not None)
    if complaint_type.retired:
        raise ValidationError({"complaint_type": _("This type is no longer offered.")})
    return _begin_once(
        contact,
        attachments,
        site=site,
        locale=locale or Locale.get_active(),
        language=locale.language_code if locale else get_language() or "en",
        complaint_type=complaint_type,
        subject=subject,
        body=body,
        channel=channel,
        page=page,
        recorded_by=recorded_by,
        idempotency_key=idempotency_key,
    )


def _check_may_record(recorded_by: Any) -> None:
    """Raise ``PermissionDenied`` for a member of staff who may not record what others report."""
    policy = policy_registry.get_by_type(Ticket)
    if recorded_by is not None and not policy.user_has_permission(recorded_by, "submit"):
        raise PermissionDenied(_("You may not record tickets."))


def _checked_words(subject: str, body: str, *, by_staff: bool) -> tuple[str, str]:
    """Both as they are stored; without a subject, the first words. Raises ``ValidationError``."""
    longest = (
        helpdesk_settings.STAFF_BODY_MAX_LENGTH if by_staff else helpdesk_settings.BODY_MAX_LENGTH
    )
    body = require_text(body, longest)
    subject = clean_line(subject) or first_words(body)
    return check_length(subject, helpdesk_settings.SUBJECT_MAX_LENGTH, "subject"), body


def first_ticket(idempotency_key: str | None) -> Ticket | None:
    """What was made with this key before."""
    if not idempotency_key:
        return None
    sent = Ticket.objects.filter(idempotency_key=idempotency_key)
    # Nearly always there is none, and that costs a fifth of asking for the ticket.
    return sent.first() if sent.exists() else None


def _begin_once(contact: Contact, attachments: Sequence[Attachment], **fields: Any) -> Ticket:
    """Begin the ticket; or find the one that somebody who was quicker has begun with the same key."""
    for attempt in range(3):
        try:
            with transaction.atomic():
                return begin_ticket(contact, attachments, **fields)
        except IntegrityError:
            # If not by the key, then (once in many lives) the reference is taken.
            first = first_ticket(fields["idempotency_key"])
            if first is not None:
                return first
            if attempt == 2:
                raise
    raise AssertionError("unreachable")


def note_what_was_typed(ticket: Ticket, typed: Contact) -> None:
    """Keep another name or number than the stored one, for staff to judge.

    Whoever knows an address could write in its owner's name, so nothing stored is overwritten; but
    what a known contact typed this time may be how they want to be called. Another address than the
    stored one is that of a contact who was merged into this one.
    """
    if typed.pk is not None:
        return
    stored = ticket.contact
    same_address = normalise_email(typed.email) == stored.email_key
    differing = {
        "name": (gettext_lazy("Name: %(name)s"), clean_line(typed.name), stored.name),
        "email": (
            gettext_lazy("E-mail: %(email)s"),
            "" if same_address else clean_line(typed.email),
            stored.email,
        ),
        "phone": (gettext_lazy("Telephone: %(phone)s"), clean_line(typed.phone), stored.phone),
    }
    with override(settings.LANGUAGE_CODE):
        lines = [
            str(label) % {key: value}
            for key, (label, value, known) in differing.items()
            if value and value != known
        ]
        if lines:
            _note(ticket, "\n".join([gettext("Typed in the form, and not as stored:"), *lines]))


def note_that_nobody_is_told(ticket: Ticket) -> None:
    """A complaint is never lost, though its contact was switched off: staff read why nothing is mailed."""
    if ticket.contact.is_active:
        return
    with override(settings.LANGUAGE_CODE):
        _note(
            ticket,
            gettext(
                "The contact is deactivated: nothing is mailed to them, and the conversation "
                "doesn't open for them. Call them, or reactivate the contact."
            ),
        )


def _note(ticket: Ticket, body: str) -> None:
    Message.objects.create(
        ticket=ticket,
        kind=MessageKind.NOTE,
        body=body,
        created_at=ticket.created_at,
        **actor_fields(Rule("submit")),
    )


def begin_ticket(
    contact: Contact,
    attachments: Sequence[Attachment],
    *,
    complaint_type: ComplaintType,
    **fields: Any,
) -> Ticket:
    """Write a ticket whose ``fields`` are checked, where its type says, and all that goes with it.

    Call it inside a transaction. Raises ``IntegrityError`` where the reference or the key is taken.
    """
    at = timezone.now()
    typed = contact
    contact, is_new = find_or_make_contact(typed)
    ticket = Ticket(
        reference=new_reference(),
        contact=contact,
        complaint_type=complaint_type,
        priority=complaint_type.priority,
        level=complaint_type.level,
        division_id=complaint_type.division_id,
        created_at=at,
        updated_at=at,
        **fields,
    )
    came_to_level(ticket, at=at)
    keep_promises(ticket, at=at)
    ticket.save(force_insert=True)
    by = ticket.recorded_by or contact
    claim_attachments(attachments, ticket=ticket)
    begin_holding(ticket, at=at)
    note_what_was_typed(ticket, typed)
    note_that_nobody_is_told(ticket)
    record(
        ticket,
        verb="submit",
        by=by,
        at=at,
        channel=ticket.channel,
        **{key: [None, value] for key, value in state(ticket).items()},
    )
    tally_received(ticket)
    outbox.post("acknowledgement", ticket=ticket, to=contact, first=is_new)
    announce(ticket, verb="submit", by=by)
    return ticket
