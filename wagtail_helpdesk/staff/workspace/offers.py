"""Which operations a ticket's page offers: what the policy allows, as far as the status lets it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ...models import Direction, EscalationStep, Status, Ticket, Verb, Visit


@dataclass(frozen=True)
class Offer:
    """One button: the verb, its address and how it looks."""

    verb: str
    label: str
    icon: str
    #: Among the first buttons, not under "More".
    first: bool = False
    #: The key that does the same.
    key: str = ""


#: In the order in which they are shown. Replies and notes have the composer.
OFFERS = [
    Offer(Verb.ACCEPT, pgettext_lazy("ticket action", "Accept"), "check", first=True, key="a"),
    Offer(Verb.ASSIGN, pgettext_lazy("ticket action", "Assign"), "user", first=True),
    Offer(
        Verb.ESCALATE, pgettext_lazy("ticket action", "Escalate"), "arrow-up", first=True, key="e"
    ),
    Offer(Verb.HAND_BACK, pgettext_lazy("ticket action", "Hand back"), "arrow-down", first=True),
    Offer(Verb.REPORT_VISIT, _("Report on the visit"), "clipboard-list", first=True),
    Offer(Verb.PLAN_VISIT, _("Plan a visit"), "date", first=True),
    Offer(Verb.WAIT, pgettext_lazy("ticket action", "Wait"), "time", first=True, key="w"),
    Offer(Verb.SOLVE, pgettext_lazy("ticket action", "Solve"), "circle-check", first=True, key="s"),
    Offer(Verb.REOPEN, pgettext_lazy("ticket action", "Reopen"), "rotate", first=True),
    Offer(Verb.CALL_OFF_VISIT, _("Call the visit off"), "cross"),
    Offer(Verb.TRIAGE, pgettext_lazy("ticket action", "Triage"), "tag"),
    Offer(Verb.CLOSE, pgettext_lazy("ticket action", "Close"), "lock"),
    Offer(Verb.MERGE, pgettext_lazy("ticket action", "Merge"), "copy"),
    Offer(Verb.LINK, pgettext_lazy("ticket action", "Link"), "link"),
]


def offers_among(verbs: set[str]) -> list[Offer]:
    """The buttons for what somebody may do now."""
    return [offer for offer in OFFERS if offer.verb in verbs]


def possible_verbs(
    ticket: Ticket, *, user, steps: Sequence[EscalationStep], visits: Iterable[Visit]
) -> set[str]:
    """What the ticket's status, holder, steps and visits allow somebody who may do everything."""
    closed = ticket.status == Status.CLOSED
    possible = {Verb.NOTE, Verb.LINK}
    if not closed:
        possible |= {Verb.REPLY, Verb.TRIAGE, Verb.ASSIGN, Verb.CLOSE, Verb.MERGE}
    if ticket.is_live:
        possible |= {Verb.ESCALATE, Verb.WAIT, Verb.SOLVE, Verb.TICK}
        if _can_be_accepted(ticket, user, steps):
            possible.add(Verb.ACCEPT)
        if ticket.level.on_site:
            possible.add(Verb.PLAN_VISIT)
        if any(visit.is_open for visit in visits):
            possible |= {Verb.REPORT_VISIT, Verb.CALL_OFF_VISIT}
        if _can_be_handed_back(ticket, steps):
            possible.add(Verb.HAND_BACK)
    else:
        possible.add(Verb.REOPEN)
    return possible


def waits_for_acceptance(steps: Sequence[EscalationStep]) -> bool:
    """Whether the last move has not been accepted by anybody yet."""
    return bool(steps) and steps[-1].accepted_at is None


def why_not(ticket: Ticket, verb: str) -> str:
    """Why an operation isn't offered, for somebody who had its address."""
    if verb == Verb.REOPEN and ticket.is_live:
        return str(_("The ticket is open."))
    if not ticket.is_live and verb != Verb.REOPEN:
        return str(_("The ticket is solved or closed. Reopen it first."))
    if verb == Verb.ACCEPT:
        return str(_("The ticket is somebody else's, or you have accepted it already."))
    if verb == Verb.HAND_BACK:
        return str(_("Nobody escalated the ticket, so it can't be handed back."))
    if verb == Verb.PLAN_VISIT:
        return str(_("Staff of this level don't visit. Escalate the ticket to one that does."))
    if verb in (Verb.REPORT_VISIT, Verb.CALL_OFF_VISIT):
        return str(_("No visit is planned, or it has been reported or called off already."))
    return str(_("This can't be done with the ticket now."))


def _can_be_accepted(ticket: Ticket, user, steps: Sequence[EscalationStep]) -> bool:
    if ticket.assignee_id is None:
        return True
    is_new = ticket.status == Status.NEW or waits_for_acceptance(steps)
    return ticket.assignee_id == user.pk and is_new


def _can_be_handed_back(ticket: Ticket, steps: Iterable[EscalationStep]) -> bool:
    undone = {step.undoes_id for step in steps}
    return any(
        step.direction != Direction.DOWN
        and step.undoes_id is None
        and step.pk not in undone
        and (step.to_level_id, step.to_division_id) == (ticket.level_id, ticket.division_id)
        for step in steps
    )
