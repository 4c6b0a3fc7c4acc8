"""What a demonstration that was loaded by an older version lacks."""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from wagtail.models import Site

from ...clocks.recompute import outdated, recompute
from ...models import (
    ComplaintType,
    Division,
    DivisionMember,
    Procedure,
    SupportLevel,
    Ticket,
)
from .company import PASSWORD, clear_placeholders
from .procedures import make_procedures
from .promises import make_promises

#: Could not sign in while ``level1`` to ``level3`` lacked a division. That tells such a demonstration.
NEWEST_LOGIN = "dimas"


@transaction.atomic
def catch_up(company: dict[str, Any]) -> bool:
    """Let the logins do what today's ``company`` says; whether there was something to do.

    Done once: what was changed in the admin since then stays. Divisions that were renamed or deleted
    are left alone.
    """
    users = get_user_model()
    newest = users.objects.filter(**{users.USERNAME_FIELD: NEWEST_LOGIN}).first()
    if newest is None or newest.has_usable_password():
        return False
    newest.set_password(PASSWORD)
    newest.save()
    levels = {level.rank: level for level in SupportLevel.objects.all()}
    logins = [name for name, person in company["staff"].items() if person.get("login")]
    for user in users.objects.filter(**{f"{users.USERNAME_FIELD}__in": logins}):
        for key, rank in company["staff"][user.get_username()].get("member", {}).items():
            division = Division.objects.filter(name=company["divisions"][key]["name"]).first()
            if division is not None and rank in levels:
                DivisionMember.objects.get_or_create(
                    division=division, user=user, defaults={"level": levels[rank]}
                )
    return True


def lacks_promises() -> bool:
    """Whether no ticket was ever promised anything."""
    return not Ticket.objects.exclude(promised_at=None).exists()


@transaction.atomic
def catch_up_promises(company: dict[str, Any], promises: dict[str, Any], site: Site) -> None:
    """Make hours and targets, and work out by them when the open tickets are due."""
    policies = make_promises(promises, site)
    for row in company["types"].values():
        if "policy" in row:
            types = ComplaintType.objects.filter(name=row["name"], sla_policy=None)
            for type_ in types:  # one by one: whoever keeps the policies in mind hears of it
                type_.sla_policy = policies[row["policy"]]
                type_.save()
    clear_placeholders()
    recompute(outdated(timezone.now()))


def lacks_procedures() -> bool:
    """Whether there is no procedure: nothing else makes one."""
    return not Procedure.objects.exists()


@transaction.atomic
def catch_up_procedures(company: dict[str, Any], procedures: dict[str, Any]) -> None:
    """Make procedures and canned replies for the types and divisions that are still there."""
    types, divisions = (
        {
            key: found
            for key, row in company[kind].items()
            if (found := model.objects.filter(name=row["name"]).first()) is not None
        }
        for kind, model in (("types", ComplaintType), ("divisions", Division))
    )
    make_procedures(procedures, types, divisions)
