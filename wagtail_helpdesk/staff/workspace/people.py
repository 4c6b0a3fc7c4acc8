"""Who may have a ticket, for the lists to pick from. The operations ask the policy once more."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name

from ...models import Division, DivisionMember, SupportLevel


@dataclass(frozen=True)
class Colleague:
    """Somebody who may have tickets of a division up to a rank; a leader's rank is above all."""

    user_id: int
    name: str
    division_id: int
    rank: int

    LEADER_RANK = 10**6


def colleagues(divisions: Iterable[Division]) -> list[Colleague]:
    """The active members and leaders of ``divisions``, which have their leaders loaded, by name."""
    divisions = list(divisions)
    members = (
        DivisionMember.objects.filter(division__in=divisions, user__is_active=True)
        .select_related("user", "level")
        .order_by("level__rank", "user__first_name", "user__last_name", "user__pk")
    )
    found = [
        Colleague(
            user_id=member.user_id,
            name=_("%(name)s (%(level)s)")
            % {"name": get_user_display_name(member.user), "level": member.level},
            division_id=member.division_id,
            rank=member.level.rank,
        )
        for member in members
    ]
    for division in divisions:
        leader = division.leader
        if leader is not None and leader.is_active:
            found = [
                colleague
                for colleague in found
                if (colleague.user_id, colleague.division_id) != (leader.pk, division.pk)
            ]
            name = _("%(name)s (leader)") % {"name": get_user_display_name(leader)}
            found.append(Colleague(leader.pk, name, division.pk, Colleague.LEADER_RANK))
    return found


def who_receives(division: Division, level: SupportLevel, staffed: set[tuple[int, int]]) -> str:
    """What a move to ``level`` in ``division`` leads to, in a sentence.

    ``staffed`` holds (division, level) pairs where somebody works; ``division`` has its leader loaded.
    """
    words = {"division": division, "level": level}
    if (division.pk, level.pk) in staffed:
        return (
            _("It waits in the queue of %(level)s in %(division)s until somebody there accepts it.")
            % words
        )
    if division.leader is not None:
        words["leader"] = get_user_display_name(division.leader)
        return (
            _("Nobody works at %(level)s in %(division)s: it falls to the leader, %(leader)s.")
            % words
        )
    return (
        _(
            "Nobody works at %(level)s in %(division)s, and the division has no leader: "
            "a manager has to look after it."
        )
        % words
    )


def staffed_places() -> set[tuple[int, int]]:
    """(division, level) pairs where an active member works."""
    members = DivisionMember.objects.filter(user__is_active=True)
    return set(members.order_by().values_list("division", "level").distinct())
