"""What planning and moving a visit share: its window, its engineer, and whether they are free then."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.utils import get_user_display_name

from ..clocks.words import window_in_words
from ..models import Contact, Rule, Status, Visit
from .claim import Claim
from .moves import change_status, may_have, require
from .texts import check_length, clean_line, require_text

#: A visit is shorter, and not farther away.
LONGEST = timedelta(hours=12)
FARTHEST = timedelta(days=366)
#: Visits at that time that a warning names.
NAMED = 3


def make_visit(
    claimed: Claim,
    *,
    engineer: Any,
    starts: datetime,
    ends: datetime,
    place: str,
    contact_person: str = "",
    contact_phone: str = "",
    despite_overlap: bool = False,
    instead_of: Visit | None = None,
) -> Visit:
    """A visit of the claimed ticket, once everything about it has been checked.

    ``instead_of`` is the visit that it moves. Raises ``ValidationError`` keyed by field (an overlap: by
    ``despite_overlap``), ``InvalidTransition`` where this level or this engineer doesn't visit.
    """
    row = claimed.row
    require(
        claimed,
        row.level.on_site,
        _("staff of this level don't visit. Escalate it to one that does."),
    )
    starts, ends = check_window(starts, ends, now=claimed.at)
    if not may_have(engineer, division=row.division, level=row.level):
        raise ValidationError(
            {"engineer": _("This person can't have the ticket at its level, so they can't visit.")}
        )
    texts = {
        "place": require_text(place, 500, "place"),
        "contact_person": check_length(clean_line(contact_person), 200, "contact_person"),
        "contact_phone": check_length(clean_line(contact_phone), 40, "contact_phone"),
    }
    _warn_of_overlap(claimed, engineer, starts, ends, despite_overlap, instead_of)
    same = (
        {"uid": instead_of.uid, "sequence": instead_of.sequence + 1}
        if instead_of is not None
        else {}
    )
    visit = Visit.objects.create(
        ticket=row,
        engineer=engineer,
        starts_at=starts,
        ends_at=ends,
        planned_by=None if isinstance(claimed.by, Contact | Rule) else claimed.by,
        created_at=claimed.at,
        **texts,
        **same,
    )
    if row.status == Status.NEW:
        change_status(claimed, Status.OPEN)
    # A date is an answer, and it is mailed.
    row.first_responded_at = row.first_responded_at or claimed.at
    return visit


def check_window(starts: datetime, ends: datetime, *, now: datetime) -> tuple[datetime, datetime]:
    """Both in UTC; ``ValidationError`` unless somebody could be there from ``starts`` to ``ends``.

    Today's hours that are over are accepted: who comes back from a visit may still have to plan it.
    """
    if timezone.is_naive(starts) or timezone.is_naive(ends):
        raise ValidationError({"starts": _("This time has no time zone.")})
    try:
        # In one zone Python subtracts what the clocks on the wall show, not what passes.
        starts, ends = starts.astimezone(UTC), ends.astimezone(UTC)
    except OverflowError:
        raise ValidationError({"starts": _("This is no day of the calendar.")}) from None
    today = timezone.localtime(now, timezone.get_default_timezone()).date()
    midnight = datetime.combine(today, time(), tzinfo=timezone.get_default_timezone())
    if starts < midnight:
        raise ValidationError({"starts": _("This day is over. Choose today or a later day.")})
    if starts - now > FARTHEST:
        raise ValidationError({"starts": _("This is more than a year away.")})
    if ends <= starts:
        raise ValidationError({"ends": _("A visit ends after it begins.")})
    if ends - starts > LONGEST:
        hours = int(LONGEST.total_seconds() // 3600)
        message = ngettext(
            "A visit takes at most %(hours)s hour. Plan several.",
            "A visit takes at most %(hours)s hours. Plan several.",
            hours,
        )
        raise ValidationError({"ends": message % {"hours": hours}})
    return starts, ends


def find_open(claimed: Claim, visit: Visit) -> Visit:
    """``visit`` as it stands, of this ticket and open. Raises ``InvalidTransition``."""
    found = Visit.objects.filter(ticket=claimed.row, pk=visit.pk).select_related("engineer").first()
    require(claimed, found is not None, _("this visit isn't one of its own."))
    require(
        claimed, found.is_open, _("this visit has been reported or called off in the meantime.")
    )
    return found


def show_visit(found: Visit, *, on: Visit) -> None:
    """Give the caller's object the state that was written."""
    for field in Visit._meta.concrete_fields:
        setattr(on, field.attname, getattr(found, field.attname))


def _warn_of_overlap(
    claimed: Claim,
    engineer: Any,
    starts: datetime,
    ends: datetime,
    despite_overlap: bool,
    instead_of: Visit | None,
) -> None:
    # Two plans for one engineer are of two tickets: neither claim makes the other wait. This does, where
    # rows can be locked; elsewhere the claim has locked the database.
    get_user_model()._default_manager.select_for_update(no_key=True).filter(pk=engineer.pk).first()
    if despite_overlap:
        return
    others = Visit.objects.open().filter(engineer=engineer).overlapping(starts, ends)
    if instead_of is not None:
        others = others.exclude(pk=instead_of.pk)
    if not others.exists():
        return
    name = get_user_display_name(engineer)
    message = _("%(name)s has another visit at that time.") % {"name": name}
    known = _in_words(claimed, others)
    raise ValidationError({"despite_overlap": f"{message} {known}".strip()}, code="overlap")


def _in_words(claimed: Claim, others: Any) -> str:
    """Which visits these are: only of tickets that the actor may read."""
    if isinstance(claimed.by, Contact | Rule):
        return ""
    readable = others.visible_to(claimed.by).select_related("ticket").order_by("starts_at", "pk")
    return "; ".join(
        _("%(ticket)s: %(window)s")
        % {
            "ticket": visit.ticket.reference,
            "window": window_in_words(visit.starts_at, visit.ends_at),
        }
        for visit in readable[:NAMED]
    )
