"""How far up somebody may send a ticket at once."""

from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ..models import Rule, SupportLevel, Ticket
from .claim import Claim
from .moves import require


def next_level(level: SupportLevel) -> SupportLevel | None:
    """The level above, by rank; ``None`` at the top."""
    return SupportLevel.objects.filter(rank__gt=level.rank).order_by("rank").first()


def check_reach_up(claimed: Claim, to_level: SupportLevel) -> None:
    """Raise ``InvalidTransition`` if ``to_level`` skips a level and the actor is not a leader."""
    above = next_level(claimed.row.level)
    if above is None or to_level.rank <= above.rank or isinstance(claimed.by, Rule):
        return
    policy = policy_registry.get_by_type(Ticket)
    require(
        claimed,
        policy.may_skip_levels(claimed.by, claimed.row),
        _("only a leader may skip a level; the next is %(level)s.") % {"level": above},
    )
