"""A step of the procedure is done; or it is not, after all."""

from django.utils.translation import gettext as _

from ..models import Actor, StepTick, Ticket
from ..models.actors import actor_fields
from .checklists import begin, checklists_of
from .claim import claim
from .moves import require


def tick(
    ticket: Ticket,
    *,
    by: Actor,
    step: int,
    done: bool = True,
    version: int | None = None,
    seen_version: int | None = None,
) -> Ticket:
    """Tick ``step`` (its key in the version) of the procedure that holds for the ticket, or take the tick off.

    The first tick fixes the version that the ticket follows. ``version`` is the one that was read:
    with it, nothing is ticked in another one. Raises ``PermissionDenied``, ``StaleTicket``;
    ``InvalidTransition`` where there is no such step, or nothing to change about it.
    """
    with claim(ticket, "tick", by=by, seen_version=seen_version) as claimed:
        row = claimed.row
        require(claimed, row.is_live, _("it is no longer open; reopen it first."))
        checklist = checklists_of(row).current
        is_same = checklist is not None and version in (None, checklist.version)
        require(claimed, is_same, _("the procedure has changed. Read its steps once more."))
        found = checklist.step(step) if checklist else None
        require(claimed, found is not None, _("the procedure has no such step."))
        is_new = found.is_done != done
        require(claimed, is_new, _("this step is ticked already.") if done else _("it is open."))
        followed = checklist.followed or begin(claimed, checklist)
        if done:
            StepTick.objects.create(
                followed_id=followed, step=step, at=claimed.at, **actor_fields(by)
            )
        else:
            StepTick.objects.filter(followed=followed, step=step).delete()
        claimed.record(procedure=checklist.procedure, step=step, done=done)
        claimed.signal(checklist=checklist, step=found, done=done)
    return ticket
