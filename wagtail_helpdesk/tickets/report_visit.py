"""What came of a visit: done, nobody at home, or moved to another time."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Actor, Contact, Rule, Ticket, Visit, VisitOutcome
from ..notify import outbox
from .appointments import find_open, make_visit, show_visit
from .claim import Claim, claim
from .moves import require
from .texts import check_length, clean_text

FINDINGS_MAX = 5_000


def report_visit(
    ticket: Ticket,
    *,
    by: Actor,
    visit: Visit,
    outcome: str,
    findings: str = "",
    starts: datetime | None = None,
    ends: datetime | None = None,
    engineer: Any = None,
    place: str = "",
    despite_overlap: bool = False,
    seen_version: int | None = None,
) -> Visit:
    """Say what came of ``visit``, and tell the requester.

    ``findings`` are for staff, and required for ``"done"``. With ``"moved"`` another visit takes its place,
    from ``starts`` to ``ends``: of the same engineer and at the same place, unless another is given; in
    calendars it is the same appointment. Returns the visit, or the one that takes its place.

    Raises ``PermissionDenied``, ``InvalidTransition`` (it isn't open, or of a later day), ``StaleTicket``;
    ``ValidationError`` keyed by field, as ``plan_visit`` does.
    """
    findings = _checked(outcome, findings, starts, ends)
    with claim(ticket, "report_visit", by=by, seen_version=seen_version) as claimed:
        found = find_open(claimed, visit)
        moved = outcome == VisitOutcome.MOVED
        require(
            claimed,
            moved or _day(found.starts_at) <= _day(claimed.at),
            _("this visit is planned for a later day. Move it, or call it off."),
        )
        _end(claimed, found, outcome, findings)
        result = found
        if moved:
            result = make_visit(
                claimed,
                engineer=engineer or found.engineer,
                starts=starts,
                ends=ends,
                place=place or found.place,
                contact_person=found.contact_person,
                contact_phone=found.contact_phone,
                despite_overlap=despite_overlap,
                instead_of=found,
            )
        row = claimed.row
        outbox.post(_MAILS[outcome], ticket=row, to=row.contact, visit=result)
        more = {"moved_to": result.pk} if moved else {}
        claimed.record(visit=found.pk, outcome=outcome, **more)
        claimed.signal(visit=found)
    show_visit(found, on=visit)
    return result


_MAILS = {
    VisitOutcome.DONE: "visit_done",
    VisitOutcome.NOT_AT_HOME: "visit_missed",
    VisitOutcome.MOVED: "visit_moved",
}


def _checked(outcome: str, findings: str, starts: Any, ends: Any) -> str:
    """Cleaned ``findings``."""
    if outcome not in VisitOutcome.values:
        raise ValidationError({"outcome": _("Say what came of the visit.")})
    findings = check_length(clean_text(findings), FINDINGS_MAX, "findings")
    if outcome == VisitOutcome.DONE and not findings:
        raise ValidationError({"findings": _("Enter what you found and did.")})
    if outcome == VisitOutcome.MOVED:
        missing = {"starts": starts, "ends": ends}
        if errors := {name: _("Enter a time.") for name, at in missing.items() if at is None}:
            raise ValidationError(errors)
    return findings


def _day(moment: datetime) -> date:
    """By the site's clocks. Who is early is done before the visit would have begun."""
    return timezone.localtime(moment, timezone.get_default_timezone()).date()


def _end(claimed: Claim, visit: Visit, outcome: str, findings: str) -> None:
    visit.outcome, visit.findings, visit.reported_at = outcome, findings, claimed.at
    visit.reported_by = None if isinstance(claimed.by, Contact | Rule) else claimed.by
    visit.save()
