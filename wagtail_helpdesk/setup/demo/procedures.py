"""The demonstration's procedures and canned replies."""

from collections.abc import Mapping
from typing import Any

from ...models import (
    CannedReply,
    ComplaintType,
    Division,
    Procedure,
    ProcedureStep,
    SupportLevel,
    Ticket,
)
from ...tickets.checklists import checklists_of
from ..languages import codes_for_names


def make_procedures(
    data: dict[str, Any],
    types: Mapping[str, ComplaintType],
    divisions: Mapping[str, Division],
) -> None:
    """Make what is not there yet. ``types`` and ``divisions`` are found by the keys of the company's data."""
    levels = {level.rank: level for level in SupportLevel.objects.all()}
    for key, row in data.items():
        if key != "replies" and row["type"] in types:
            _procedure(row, types[row["type"]], levels[row["level"]])
    for row in data["replies"]:
        _reply(row, types.get(row.get("type", "")), divisions.get(row.get("division", "")))


def step_key(ticket: Ticket, place: int) -> int:
    """The key of the step at ``place``, from 1, of the procedure that holds for ``ticket``."""
    current = checklists_of(ticket).current
    if current is None:
        raise LookupError(f"No procedure holds for {ticket}.")
    return current.steps[place - 1].key


def _procedure(row: dict[str, Any], type_: ComplaintType, level: SupportLevel) -> None:
    if Procedure.objects.filter(complaint_type=type_, level=level, retired=False).exists():
        return
    procedure = Procedure(name=row["name"], complaint_type=type_, level=level)
    procedure.steps = [
        ProcedureStep(sort_order=place, **step) for place, step in enumerate(row["step"])
    ]
    procedure.save()
    procedure.save_revision()


def _reply(row: dict[str, Any], type_: ComplaintType | None, division: Division | None) -> None:
    if (row.get("type") and type_ is None) or (row.get("division") and division is None):
        return  # what it is for was renamed or deleted
    reply = CannedReply(
        title=row["title"],
        body=row["body"].strip(),
        language=codes_for_names().get(row["language"], ""),
        complaint_type=type_,
        division=division,
    )
    if not CannedReply.objects.filter(title=reply.title).exists():
        reply.full_clean()
        reply.save()
