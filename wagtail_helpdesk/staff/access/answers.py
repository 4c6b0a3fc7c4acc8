"""The policy's answers for one member of staff, verb by verb and place by place.

Nothing here decides anything: whether somebody may is asked of the registered policy, with tickets as they
would be. Only the reasons are told from what the policy looks at: groups, memberships, leaderships, levels.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.permissions import policy_registry

from ...models import Division, Holding, SupportLevel, Ticket, Verb
from ...permissions import NOBODYS_VERBS, Reach
from ..log_actions import LABELS

APP = "wagtail_helpdesk"
#: About one ticket, in the order in which they are shown.
VERBS = [
    "view",
    *(verb.value for verb in Verb if verb != Verb.SUBMIT and verb not in NOBODYS_VERBS),
    "export",
]
#: Those, and what is about no ticket yet or about all of them.
GRANTS = ["submit", *VERBS, "manage_helpdesk"]
NAMES = {
    **{verb.value: label for verb, label in LABELS.items()},
    "view": pgettext_lazy("what staff may do with a ticket", "Read"),
    "export": pgettext_lazy("what staff may do with a ticket", "Export"),
    "manage_helpdesk": gettext_lazy("Manage the help desk"),
}


@dataclass(frozen=True)
class Grant:
    """A verb, whether it is granted, and by what."""

    verb: str
    label: str
    granted: bool
    because: str


@dataclass(frozen=True)
class Cell:
    """One answer of the policy."""

    verb: str
    level: int
    allowed: bool


@dataclass
class Matrix:
    """Divisions in which somebody may do the same, for the same reasons."""

    divisions: list[Division]
    #: of each level, why
    reasons: list[str]
    #: (verb in words, its cells by level)
    rows: list[tuple[str, list[Cell]]]

    @property
    def is_empty(self) -> bool:
        return not any(cell.allowed for _label, cells in self.rows for cell in cells)


@dataclass
class Access:
    """What ``user`` may. Costs the same few queries, however many divisions and tickets there are."""

    user: Any
    policy: Any = field(default_factory=lambda: policy_registry.get_by_type(Ticket))

    @cached_property
    def reach(self) -> Reach:
        return self.policy.reach_of(self.user) or Reach.of(self.user)

    @cached_property
    def is_manager(self) -> bool:
        return self.policy.is_manager(self.user)

    @cached_property
    def levels(self) -> list[SupportLevel]:
        return list(SupportLevel.objects.order_by("rank"))

    @cached_property
    def divisions(self) -> list[Division]:
        return list(Division.objects.order_by("name", "pk"))

    @cached_property
    def sources(self) -> dict[str, list[str]]:
        """permission codename -> the groups that grant it; "" for one that the account has by itself."""
        found: dict[str, list[str]] = defaultdict(list)
        ours = Permission.objects.filter(content_type__app_label=APP)
        groups = self.user.groups.order_by("name").filter(permissions__in=ours)
        for codename, name in groups.values_list("permissions__codename", "name").distinct():
            found[codename].append(name)
        own = ours.filter(Q(user=self.user)).values_list("codename", flat=True)
        for codename in own:
            found[codename].append("")
        return found

    # The verbs

    @cached_property
    def grants(self) -> list[Grant]:
        return [
            Grant(verb, str(NAMES[verb]), self._is_granted(verb), self._why_granted(verb))
            for verb in GRANTS
        ]

    def _is_granted(self, verb: str) -> bool:
        return self.policy.user_has_permission(self.user, verb)

    def _why_granted(self, verb: str) -> str:
        if not self.user.is_active:
            return _("the account is switched off")
        if self.user.is_superuser:
            return _("superuser")
        codename = verb if verb == "manage_helpdesk" else f"{verb}_ticket"
        for name in (codename, "manage_helpdesk"):
            if names := self.sources.get(name):
                return _(", ").join(name or _("the account's own permission") for name in names)
        if self._is_granted(verb):
            return _("another rule of this site")
        return _("no group grants it")

    # The reach

    @cached_property
    def memberships(self) -> list[tuple[Division, str]]:
        names = {level.rank: level.display_name for level in self.levels}
        by_key = {division.pk: division for division in self.divisions}
        return [
            (by_key[key], names.get(rank, "?"))
            for key, rank in self._places.member.items()
            if key in by_key
        ]

    @cached_property
    def led(self) -> list[Division]:
        return [division for division in self.divisions if division.pk in self._places.led]

    @cached_property
    def _places(self) -> Reach:
        """A manager's reach is everything; where they work all the same is told too."""
        return Reach.of(self.user) if self.is_manager else self.reach

    @cached_property
    def matrices(self) -> list[Matrix]:
        """Every division once; those with the same answers and reasons together, the fullest first."""
        found: dict[tuple, Matrix] = {}
        for division in self.divisions:
            reasons = [self.why_at(division, level) for level in self.levels]
            may = [self._verbs_at(division, level) for level in self.levels]
            key = (tuple(reasons), tuple(frozenset(verbs) for verbs in may))
            if key in found:
                found[key].divisions.append(division)
                continue
            rows = [
                (
                    str(NAMES[verb]),
                    [
                        Cell(verb, level.pk, verb in verbs)
                        for level, verbs in zip(self.levels, may, strict=True)
                    ],
                )
                for verb in VERBS
            ]
            found[key] = Matrix([division], reasons, rows)
        return sorted(found.values(), key=lambda matrix: matrix.is_empty)

    def _verbs_at(self, division: Division, level: SupportLevel) -> set[str]:
        """Asked of a ticket that nobody has had yet."""
        ticket = Ticket(division=division, level=level)
        return self.policy.verbs_for(self.user, ticket, VERBS, reach=self.reach)

    def why_at(self, division: Division, level: SupportLevel) -> str:
        """What decides about an unassigned ticket there, beside the verbs."""
        if general := self._why_everywhere():
            return general
        if self.reach.leads(division.pk):
            return _("leads this division")
        own = self.reach.member.get(division.pk)
        if own is None:
            return _("doesn't work in this division")
        words = {"own": self._name_of(own), "level": level.display_name}
        if level.rank <= own:
            return _("works here at %(own)s") % words
        if level.restricted:
            return _("works here at %(own)s, and %(level)s is restricted") % words
        return _("works here at %(own)s, below this level: reads and adds notes") % words

    def _why_everywhere(self) -> str:
        if not self.user.is_active:
            return _("the account is switched off")
        if self.user.is_superuser:
            return _("superuser: everything")
        if self.is_manager:
            return _("manages the help desk: everything")
        return ""

    def _name_of(self, rank: int) -> str:
        return next((level.display_name for level in self.levels if level.rank == rank), "?")

    # One ticket

    def of_ticket(self, ticket: Ticket) -> tuple[list[Grant], str]:
        """Of each verb whether they may do it with ``ticket``, and what decides beside the verbs."""
        may = self.policy.verbs_for(self.user, ticket, VERBS, reach=self.reach)
        why = self._why_with(ticket)
        answers = [
            Grant(
                verb, str(NAMES[verb]), verb in may, "" if verb in may else self._why_not(verb, why)
            )
            for verb in VERBS
        ]
        return answers, why

    def _why_with(self, ticket: Ticket) -> str:
        if general := self._why_everywhere():
            return general
        if ticket.assignee_id == self.user.pk:
            return _("it is assigned to them")
        reason = self.why_at(ticket.division, ticket.level)
        if not self.reach.acts(ticket) and self._has_held(ticket):
            return _("they have had it before: reads and adds notes; otherwise: %(reason)s") % {
                "reason": reason
            }
        return reason

    def _has_held(self, ticket: Ticket) -> bool:
        return Holding.objects.filter(ticket=ticket, assignee=self.user).exists()

    def _why_not(self, verb: str, why: str) -> str:
        return why if self._is_granted(verb) else self._why_granted(verb)


def names_of(divisions: Iterable[Division]) -> str:
    return _(", ").join(division.display_name for division in divisions)
