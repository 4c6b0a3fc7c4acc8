"""The fixed vocabularies. Lists that an owner edits (types, levels, reasons) are tables."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    NEW = "new", pgettext_lazy("ticket status", "New")
    OPEN = "open", pgettext_lazy("ticket status", "Open")
    PENDING = "pending", pgettext_lazy("ticket status", "Waiting for the requester")
    ON_HOLD = "on_hold", pgettext_lazy("ticket status", "On hold")
    SOLVED = "solved", pgettext_lazy("ticket status", "Solved")
    CLOSED = "closed", pgettext_lazy("ticket status", "Closed")


#: What the requester reads in place of the trade's word.
STATUS_IN_PLAIN_WORDS = {
    Status.NEW: _("Received"),
    Status.OPEN: _("Being worked on"),
    Status.PENDING: _("Waiting for you"),
    Status.ON_HOLD: _("Waiting for somebody else"),
    Status.SOLVED: _("Solved"),
    Status.CLOSED: _("Closed"),
}

#: Still somebody's work.
LIVE = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)
#: The clock of the holder stands still.
WAITING = (Status.PENDING, Status.ON_HOLD, Status.SOLVED)

#: From each status, the statuses that an operation may lead to.
TRANSITIONS: dict[str, frozenset[str]] = {
    Status.NEW: frozenset(
        {Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.CLOSED}
    ),
    Status.OPEN: frozenset({Status.PENDING, Status.ON_HOLD, Status.SOLVED, Status.CLOSED}),
    Status.PENDING: frozenset({Status.OPEN, Status.ON_HOLD, Status.SOLVED, Status.CLOSED}),
    Status.ON_HOLD: frozenset({Status.OPEN, Status.PENDING, Status.SOLVED, Status.CLOSED}),
    Status.SOLVED: frozenset({Status.OPEN, Status.CLOSED}),
    Status.CLOSED: frozenset({Status.OPEN}),
}


class Priority(models.TextChoices):
    LOW = "low", pgettext_lazy("ticket priority", "Low")
    NORMAL = "normal", pgettext_lazy("ticket priority", "Normal")
    HIGH = "high", pgettext_lazy("ticket priority", "High")
    URGENT = "urgent", pgettext_lazy("ticket priority", "Urgent")


#: The order of urgency, for a column that the database can sort by.
PRIORITY_RANK = {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 3, Priority.URGENT: 4}


class Channel(models.TextChoices):
    WEB = "web", _("Web form")
    EMAIL = "email", _("E-mail")
    TELEPHONE = "telephone", _("Telephone")
    LETTER = "letter", _("Letter")
    FAX = "fax", _("Fax")
    IN_PERSON = "in_person", _("In person")


class Outcome(models.TextChoices):
    ANSWERED = "answered", _("Answered")
    FIXED = "fixed", _("Fixed")
    WORKAROUND = "workaround", _("Workaround")
    VISIT = "visit", _("Visit")
    DUPLICATE = "duplicate", _("Duplicate")
    NOT_OURS = "not_ours", _("Not ours")
    NO_ANSWER = "no_answer", _("No answer from the requester")


class VisitOutcome(models.TextChoices):
    DONE = "done", pgettext_lazy("outcome of a visit", "Done")
    NOT_AT_HOME = "not_at_home", pgettext_lazy("outcome of a visit", "Not at home")
    MOVED = "moved", pgettext_lazy("outcome of a visit", "Moved")


class MessageKind(models.TextChoices):
    REPLY = "reply", _("Reply")
    NOTE = "note", _("Private note")


class Direction(models.TextChoices):
    UP = "up", _("Up")
    DOWN = "down", _("Down")
    SIDEWAYS = "sideways", _("Sideways")


class Relation(models.TextChoices):
    RELATED = "related", _("Related")
    DUPLICATE = "duplicate", _("Duplicate of")
    FOLLOW_UP = "follow_up", _("Follows up on")


class Verb(models.TextChoices):
    """The operations: permission, event, log action and signal carry the same word."""

    SUBMIT = "submit", _("recorded the ticket")
    TRIAGE = "triage", _("triaged")
    ASSIGN = "assign", _("assigned")
    ACCEPT = "accept", _("accepted")
    ESCALATE = "escalate", _("escalated")
    HAND_BACK = "hand_back", _("handed back")
    REPLY = "reply", _("replied")
    NOTE = "note", _("added a private note")
    WAIT = "wait", _("set waiting")
    SOLVE = "solve", _("solved")
    CLOSE = "close", _("closed")
    REOPEN = "reopen", _("reopened")
    MERGE = "merge", _("merged")
    LINK = "link", _("linked")
    TICK = "tick", _("ticked a step")
    RATE = "rate", _("said whether it helped")
    PLAN_VISIT = "plan_visit", _("planned a visit")
    REPORT_VISIT = "report_visit", _("reported on a visit")
    CALL_OFF_VISIT = "call_off_visit", _("called a visit off")
    CONFIRM_VISIT = "confirm_visit", _("confirmed a visit")
