"""Done, as far as the desk can tell."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models import Actor, Contact, MessageKind, Outcome, Rule, Status, Ticket
from ..notify import outbox, staff
from .checklists import require_steps
from .claim import Claim, claim
from .messages import write_message
from .moves import change_status, mark_accepted, may_have, move, require, unaccepted_step
from .texts import check_length, clean_line, clean_text


def solve(
    ticket: Ticket,
    *,
    by: Actor,
    outcome: str,
    solution: str = "",
    body: str = "",
    seen_version: int | None = None,
) -> Ticket:
    """Set the outcome and a one-line solution (for colleagues and the recap), and tell the requester.

    ``body`` is a last public reply. A requester may solve their own ticket ("this is solved").
    Staff who solve what nobody has accepted accept it by that: it is theirs, where it may be. Required
    steps of the ticket's procedure that are open hold up staff, and nobody else.
    Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``; ``ValidationError`` for an unknown outcome.
    """
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Select an outcome.")})
    solution, body = check_length(clean_line(solution), 500, "solution"), clean_text(body)
    with claim(ticket, "solve", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(claimed, row.is_live, _("it is solved or closed already."))
        if not isinstance(by, Contact | Rule):
            require_steps(claimed)
        message = write_message(claimed, kind=MessageKind.REPLY, body=body) if body else None
        if not isinstance(by, Contact | Rule):
            _accept_what_nobody_has(claimed)
        change_status(claimed, Status.SOLVED)
        row.outcome = outcome
        if solution or not isinstance(by, Contact):
            row.solution = solution
        if message is not None and isinstance(by, Contact):
            staff.tell_answered(row, message=message)
        if not isinstance(by, Contact):
            row.first_responded_at = row.first_responded_at or claimed.at  # the mail below
            outbox.post("solved", ticket=row, to=row.contact, message=message)
        claimed.record(outcome=outcome)
        claimed.signal()
    return ticket


def _accept_what_nobody_has(claimed: Claim) -> None:
    row, by = claimed.row, claimed.by
    if row.assignee_id is None and may_have(by, division=row.division, level=row.level):
        move(claimed, assignee=by)
    if step := unaccepted_step(row):
        mark_accepted(claimed, step)
