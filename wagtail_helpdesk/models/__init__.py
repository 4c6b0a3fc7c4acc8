from .actors import Actor, Rule
from .calendars import Holiday, WorkingCalendar, WorkingHours
from .choices import (
    LIVE,
    WAITING,
    Channel,
    Direction,
    MessageKind,
    Outcome,
    Priority,
    Relation,
    Status,
    Verb,
    VisitOutcome,
)
from .desk import (
    ComplaintType,
    ComplaintTypeName,
    Division,
    DivisionMember,
    DivisionName,
    EscalationReason,
    SupportLevel,
    SupportLevelName,
)
from .history import EscalationStep, Holding, TicketEvent
from .knowledge import (
    ArticleCount,
    ArticleSource,
    ArticleText,
    ArticleVote,
    SearchLog,
    Suggestion,
    Synonyms,
    VocabularyWord,
)
from .messages import Attachment, Message
from .outbox import OutboxMessage, OutboxState
from .people import Contact, Organisation, normalise_email
from .procedures import FollowedProcedure, Procedure, ProcedureStep, StepTick
from .replies import CannedReply, ReplyDraft
from .satisfaction import Satisfaction
from .site_settings import Heartbeat, HelpdeskSettings, StaffPreferences
from .sla import SlaLevelTarget, SlaPolicy, SlaTarget
from .tallies import Grain, Tally, TallyEntry, TallyKind
from .tickets import Ticket, TicketLink
from .visits import Visit, VisitFeed
from .words import TicketWords

__all__ = [
    "LIVE",
    "WAITING",
    "Actor",
    "ArticleCount",
    "ArticleSource",
    "ArticleText",
    "ArticleVote",
    "Attachment",
    "CannedReply",
    "Channel",
    "ComplaintType",
    "ComplaintTypeName",
    "Contact",
    "Direction",
    "Division",
    "DivisionMember",
    "DivisionName",
    "EscalationReason",
    "EscalationStep",
    "FollowedProcedure",
    "Grain",
    "Heartbeat",
    "HelpdeskSettings",
    "Holding",
    "Holiday",
    "Message",
    "MessageKind",
    "Organisation",
    "OutboxMessage",
    "OutboxState",
    "Outcome",
    "Priority",
    "Procedure",
    "ProcedureStep",
    "Relation",
    "ReplyDraft",
    "Rule",
    "Satisfaction",
    "SearchLog",
    "SlaLevelTarget",
    "SlaPolicy",
    "SlaTarget",
    "StaffPreferences",
    "Status",
    "StepTick",
    "Suggestion",
    "SupportLevel",
    "SupportLevelName",
    "Synonyms",
    "Tally",
    "TallyEntry",
    "TallyKind",
    "Ticket",
    "TicketEvent",
    "TicketLink",
    "TicketWords",
    "Verb",
    "Visit",
    "VisitFeed",
    "VisitOutcome",
    "VocabularyWord",
    "WorkingCalendar",
    "WorkingHours",
    "normalise_email",
]
