"""Which procedure holds for a ticket, in which version, and what of it is done.

It is that of the ticket's present type and level; one of the level itself comes before one of all
levels. From its first tick on, the ticket keeps the version it began with, whatever becomes of the
procedure. Where type or level change, another one may hold; what was begun before stays to be
read, goes on if the ticket comes back, and holds up nothing meanwhile.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Q
from django.utils.translation import gettext as _

from ..models import FollowedProcedure, Procedure, StepTick, Ticket
from .claim import Claim
from .moves import require

COLUMNS = (
    "pk", "retired", "complaint_type_id", "level_id", "latest_revision_id",
    "latest_revision__content", "own__pk", "own__started_at", "own__revision_id",
    "own__revision__content",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step, as the version has it. ``ticked_by`` is a user's key; times are UTC."""

    key: int
    text: str
    explanation: str = ""
    required: bool = False
    ticked_at: datetime | None = None
    ticked_by: int | None = None

    @property
    def is_done(self) -> bool:
        return self.ticked_at is not None


@dataclass(frozen=True)
class Checklist:
    """A version of a procedure, and how far a ticket has come in it.

    ``version`` is the key of the revision; ``None`` for a procedure that was made without one.
    ``followed`` is the key of the ``FollowedProcedure``; ``None`` until the first tick.
    """

    procedure: int
    name: str
    version: int | None
    followed: int | None = None
    steps: tuple[Step, ...] = field(default=())

    @property
    def done(self) -> int:
        return sum(step.is_done for step in self.steps)

    @property
    def open_required(self) -> list[Step]:
        return [step for step in self.steps if step.required and not step.is_done]

    def step(self, key: int) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)


@dataclass(frozen=True)
class Checklists:
    """Of one ticket: the one that holds now, and others that were begun before."""

    current: Checklist | None = None
    earlier: tuple[Checklist, ...] = ()

    def __iter__(self) -> Iterator[Checklist]:
        return iter([self.current, *self.earlier] if self.current else self.earlier)

    def text_of(self, procedure: int, key: int) -> str:
        """What a step says that an event names; empty where nobody knows any more."""
        for checklist in self:
            if checklist.procedure == procedure and (step := checklist.step(key)):
                return step.text
        return ""


def checklists_of(ticket: Ticket) -> Checklists:
    """One query, and a second one for a ticket that has begun a procedure."""
    rows = _rows(ticket)
    fitting = [(place, row) for row in rows if (place := _place(row, ticket)) is not None]
    current = max(fitting, key=lambda each: each[0])[1] if fitting else None
    begun = [row for row in rows if row["own__pk"] is not None]
    begun.sort(key=lambda row: row["own__started_at"])
    ticks = _ticks([row["own__pk"] for row in begun])
    return Checklists(
        current=_checklist(current, ticks) if current else None,
        earlier=tuple(_checklist(row, ticks) for row in begun if row is not current),
    )


def require_steps(claimed: Claim) -> None:
    """Raise ``InvalidTransition``, naming them, where required steps of the procedure are open."""
    checklist = checklists_of(claimed.row).current
    if checklist is None or not checklist.open_required:
        return
    words = {
        "procedure": checklist.name,
        "steps": "; ".join(step.text for step in checklist.open_required),
    }
    message = _("the procedure “%(procedure)s” has required steps that are open: %(steps)s.")
    require(claimed, False, message % words)


def begin(claimed: Claim, checklist: Checklist) -> int:
    """Fix the version for the ticket. Returns the key of the ``FollowedProcedure``."""
    version = checklist.version
    if version is None:
        version = Procedure.objects.get(pk=checklist.procedure).save_revision().pk
    followed = FollowedProcedure.objects.create(
        ticket=claimed.row,
        procedure_id=checklist.procedure,
        revision_id=version,
        started_at=claimed.at,
    )
    return followed.pk


def _rows(ticket: Ticket) -> list[dict[str, Any]]:
    """The procedures in use for the ticket's type and level, and those that it has begun."""
    own = FilteredRelation("followed", condition=Q(followed__ticket=ticket.pk))
    in_use = Q(retired=False, complaint_type=ticket.complaint_type_id) & (
        Q(level=None) | Q(level=ticket.level_id)
    )
    procedures = Procedure.objects.annotate(own=own).filter(in_use | Q(own__isnull=False))
    rows = list(procedures.order_by("pk").values(*COLUMNS))
    for row in rows:
        row["content"] = row["own__revision__content"] or row["latest_revision__content"]
        if row["content"] is None:
            row["content"] = Procedure.objects.get(pk=row["pk"]).as_content()
    return rows


def _place(row: dict[str, Any], ticket: Ticket) -> tuple[bool, bool, float] | None:
    """Among those that hold for the ticket: of its own level, begun, begun last. ``None``: it doesn't hold."""
    begun, kept = row["own__pk"] is not None, row["content"]
    if begun and kept.get("complaint_type") == ticket.complaint_type_id:
        level = kept.get("level")
    elif not row["retired"] and row["complaint_type_id"] == ticket.complaint_type_id:
        level = row["level_id"]
    else:
        return None
    if level not in (None, ticket.level_id):
        return None
    return level is not None, begun, row["own__started_at"].timestamp() if begun else 0.0


def _ticks(followed: list[int]) -> dict[int, dict[int, tuple[datetime, int | None]]]:
    """followed procedure -> step -> when, and by which user"""
    found: dict[int, dict[int, tuple[datetime, int | None]]] = {key: {} for key in followed}
    if followed:
        rows = StepTick.objects.filter(followed__in=followed)
        for key, step, at, user in rows.values_list("followed", "step", "at", "by_user"):
            found[key][step] = (at, user)
    return found


def _checklist(row: dict[str, Any], ticks: dict[int, dict[int, Any]]) -> Checklist:
    done = ticks.get(row["own__pk"], {})
    steps = sorted(row["content"].get("steps", []), key=lambda step: step.get("sort_order") or 0)
    return Checklist(
        procedure=row["pk"],
        name=row["content"].get("name", ""),
        version=row["own__revision_id"] or row["latest_revision_id"],
        followed=row["own__pk"],
        steps=tuple(
            Step(
                key=step["pk"],
                text=step.get("text", ""),
                explanation=step.get("explanation", ""),
                required=bool(step.get("required")),
                ticked_at=done.get(step["pk"], (None, None))[0],
                ticked_by=done.get(step["pk"], (None, None))[1],
            )
            for step in steps
        ),
    )
