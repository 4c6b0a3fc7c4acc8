"""The operations: one verb per module, and nothing else changes a ticket.

Keyword-only after the ticket. ``by`` is who acts: a staff user, the ticket's own ``Contact``, or a ``Rule``.
Each checks permission, claims the row, changes it, and writes event, step, holding and mail in one
transaction; signals and delivery follow the commit. None of them knows HTTP.
"""

from .accept import accept
from .assign import assign
from .call_off_visit import call_off_visit
from .close import close
from .confirm_visit import confirm_visit
from .errors import InvalidTransition, OperationError, StaleTicket
from .escalate import escalate
from .hand_back import hand_back
from .link import link
from .merge import merge
from .note import note
from .plan_visit import plan_visit
from .rate import rate
from .reopen import reopen
from .reply import reply
from .report_visit import report_visit
from .solve import solve
from .submit import submit
from .tick import tick
from .triage import triage
from .wait import wait

__all__ = [
    "InvalidTransition",
    "OperationError",
    "StaleTicket",
    "accept",
    "assign",
    "call_off_visit",
    "close",
    "confirm_visit",
    "escalate",
    "hand_back",
    "link",
    "merge",
    "note",
    "rate",
    "plan_visit",
    "reopen",
    "reply",
    "report_visit",
    "solve",
    "submit",
    "tick",
    "triage",
    "wait",
]
