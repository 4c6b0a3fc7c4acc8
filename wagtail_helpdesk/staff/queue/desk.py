"""What a page of the queue knows of the desk, and of who looks at it. Read once per request."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db import connections, router
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.utils import get_user_display_name
from wagtail.models import Site
from wagtail.permissions import policy_registry

from ...models import ComplaintType, Division, DivisionMember, SupportLevel, Ticket
from ...permissions import Reach, TicketPermissionPolicy
from ..due import SOON


class Place(NamedTuple):
    """Where tickets wait: a level in a division."""

    division: int
    level: int


@dataclass
class Lists:
    """The desk's own lists: what rows show and filters offer, by key, in the order to list them."""

    levels: dict[int, str] = field(default_factory=dict)
    types: dict[int, str] = field(default_factory=dict)
    divisions: dict[int, str] = field(default_factory=dict)
    sites: dict[int, str] = field(default_factory=dict)
    #: level -> rank
    ranks: dict[int, int] = field(default_factory=dict)
    restricted: set[int] = field(default_factory=set)
    #: division -> user who leads it; and the divisions whose leader is there to lead
    leaders: dict[int, int] = field(default_factory=dict)
    led: set[int] = field(default_factory=set)
    #: where a user works: (place, user); and the places where somebody is there to work
    members: list[tuple[Place, int]] = field(default_factory=list)
    staffed: set[Place] = field(default_factory=set)

    @classmethod
    def read(cls) -> "Lists":
        """All of them in one query, so that rows need no joins for names."""
        lists, language = cls(), get_language()
        named = []
        for row in _rows():
            kind, pk, position, extra, active, _name = row
            if kind != "members":
                named.append(row)
                continue
            place = Place(pk, position)
            lists.members.append((place, extra))
            if active:
                lists.staffed.add(place)
        named.sort(key=lambda row: (row[2], row[5].casefold(), row[1]))
        for kind, pk, position, extra, active, name in named:
            getattr(lists, kind)[pk] = name if kind == "sites" else _translated(name, language)
            if kind == "levels":
                lists.ranks[pk] = position
                lists.restricted |= {pk} if extra else set()
            elif kind == "divisions" and extra:
                lists.leaders[pk] = extra
                lists.led |= {pk} if active else set()
        return lists


@lru_cache(maxsize=1_000)
def _translated(name: str, language: str | None) -> str:
    """A name that came with the desk, in the reader's language; an owner's own stays as it is."""
    return gettext(name)


def _rows() -> list[tuple[str, int, int, int | None, int, str]]:
    """(which list, key, position, leader or whether restricted, whether that person is active, name).

    A membership is ("members", division, level, user, whether active, "").
    """
    using = router.db_for_read(Division)
    sql, params = _compiled(using)
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@cache
def _compiled(using: str) -> tuple[str, tuple]:
    """The one query for all lists. It never changes, and making it costs more than running it."""
    none, restricted = Value(0), _one_if(restricted=True)
    leads, works = _one_if(leader__is_active=True), _one_if(user__is_active=True)
    kinds = {
        "levels": (SupportLevel.objects, F("pk"), F("rank"), restricted, none, F("name")),
        "types": (ComplaintType.objects, F("pk"), F("sort_order"), none, none, F("name")),
        "divisions": (Division.objects, F("pk"), none, F("leader"), leads, F("name")),
        "sites": (Site.objects, F("pk"), none, none, none, F("hostname")),
        "members": (
            DivisionMember.objects, F("division"), F("level"), F("user"), works, Value(""),
        ),
    }  # fmt: skip
    lists = [
        rows.order_by().values_list(Value(kind, CharField()), *columns)
        for kind, (rows, *columns) in kinds.items()
    ]
    # Django 6.1 puts the first model's own order back into a union.
    united = lists[0].union(*lists[1:], all=True).order_by()
    return united.query.get_compiler(using).as_sql()


def _one_if(**condition: bool) -> Case:
    """1 or 0: databases don't unite booleans with numbers."""
    return Case(When(**condition, then=1), default=0)


class Desk:
    """The desk as ``user`` sees it.

    ``reach`` is read once here and handed to every question of the policy. A manager sees
    everything, and is counted as a member only where they are one.
    """

    def __init__(self, user: Any) -> None:
        self.user = user
        self.policy = policy_registry.get_by_type(Ticket)
        self.is_manager = self.policy.is_manager(user)

    @cached_property
    def now(self) -> datetime:
        """The moment of the request: what is late in a row is late in the list as well."""
        return timezone.now()

    @property
    def soon(self) -> datetime:
        return self.now + SOON

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """What the sets of tickets below depend on besides ``signature``: it passes."""
        return self.now, self.soon

    @cached_property
    def lists(self) -> Lists:
        return Lists.read()

    @cached_property
    def reach(self) -> Reach:
        """``Reach.of``, out of the lists that the page needs anyway; a host's own policy is asked."""
        if type(self.policy).reach_of is not TicketPermissionPolicy.reach_of:
            return self.policy.reach_of(self.user) or Reach.of(self.user)
        lists, key = self.lists, self.user.pk
        places = [place for place, user in lists.members if user == key]
        levels = {pk: (rank, pk in lists.restricted) for pk, rank in lists.ranks.items()}
        return Reach(
            user_id=key,
            led=frozenset(pk for pk, user in lists.leaders.items() if user == key),
            member={place.division: lists.ranks[place.level] for place in places},
            levels=levels if places else {},
        )

    @property
    def is_our_policy(self) -> bool:
        """Whether the policy is this package's, and not a host's, which may ask for more or less."""
        return type(self.policy) is TicketPermissionPolicy

    @cached_property
    def signature(self) -> tuple | None:
        """All that the sets of tickets below depend on; ``None`` under a host's policy."""
        if not self.is_our_policy:
            return None
        reach = self.reach
        return (
            self.user.pk,
            self.is_manager,
            reach.led,
            frozenset(reach.member.items()),
            frozenset(reach.levels.items()),
            frozenset(self.own_places),
        )

    @cached_property
    def in_reach(self) -> QuerySet:
        """What the fast views choose from."""
        return self.policy.instances_in_reach_of(self.user, self.reach)

    @cached_property
    def visible(self) -> QuerySet:
        """All that the user may read, formerly held tickets included."""
        return Ticket.objects.visible_to(self.user, self.reach)

    @cached_property
    def own_divisions(self) -> set[int]:
        return set(self.reach.member) | set(self.reach.led)

    @cached_property
    def divisions(self) -> dict[int, str]:
        """The divisions that are the user's business."""
        return {
            division: name
            for division, name in self.lists.divisions.items()
            if self.is_manager or division in self.own_divisions
        }

    @cached_property
    def own_places(self) -> set[Place]:
        """Where unassigned tickets wait for this user.

        A member's own level in each division. For its leader, who counts as a member at the highest
        level, that and each level where nobody works; for a manager, the levels where nobody works
        in divisions that nobody leads.
        """
        lists, reach = self.lists, self.reach
        level_of = {rank: level for level, rank in lists.ranks.items()}
        highest = list(lists.levels)[-1:]
        places = {
            Place(division, level_of[rank])
            for division, rank in reach.member.items()
            if rank in level_of
        }
        for division in lists.divisions:
            leads = division in reach.led
            if leads or (self.is_manager and division not in lists.led):
                places |= {Place(division, level) for level in highest if leads}
                places |= {
                    Place(division, level)
                    for level in lists.levels
                    if Place(division, level) not in lists.staffed
                }
        return places

    @cached_property
    def people(self) -> dict[int, Any]:
        """The members and leaders of these divisions."""
        keys = {user for place, user in self.lists.members if place.division in self.divisions}
        keys |= {
            user for division, user in self.lists.leaders.items() if division in self.divisions
        }
        return get_user_model()._default_manager.in_bulk(keys)

    def is_deserted(self, division: int, level: int) -> bool:
        """Whether nobody works at ``level`` in this division of the user's, so that it falls to the leader."""
        return division in self.divisions and Place(division, level) not in self.lists.staffed

    @cached_property
    def colleagues(self) -> dict[int, str]:
        """Who may have tickets of these divisions, by name."""
        return named_users(self.people.values())


def named_users(users: Iterable[Any]) -> dict[int, str]:
    names = {user.pk: get_user_display_name(user) for user in users}
    return dict(sorted(names.items(), key=lambda item: item[1].casefold()))


#: In place of a person's name.
NOBODY = _("Nobody")
