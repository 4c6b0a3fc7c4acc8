"""Done, as far as the desk can tell."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from ..models import Actor, Contact, MessageKind, Outcome, Status, Ticket
from ..notify import outbox, staff
from .claim import claim
from .messages import write_message
from .moves import change_status, require
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
    Raises ``PermissionDenied``, ``InvalidTransition``, ``StaleTicket``; ``ValidationError`` for an unknown outcome.
    """
    if outcome not in Outcome.values:
        raise ValidationError({"outcome": _("Select an outcome.")})
    solution, body = check_length(clean_line(solution), 500, "solution"), clean_text(body)
    with claim(ticket, "solve", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(claimed, row.is_live, _("it is solved or closed already."))
        message = write_message(claimed, kind=MessageKind.REPLY, body=body) if body else None
        change_status(claimed, Status.SOLVED)
        row.outcome = outcome
        if solution or not isinstance(by, Contact):
            row.solution = solution
        if message is not None and isinstance(by, Contact):
            staff.tell_answered(row, message=message)
        if not isinstance(by, Contact):
            outbox.post("solved", ticket=row, to=row.contact, message=message)
        claimed.record(outcome=outcome)
        claimed.signal()
    return ticket
