"""The company's lists and people: divisions, complaint types, staff. What exists is used as it is."""

from contextlib import suppress
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import ProtectedError

from ...models import (
    ComplaintType,
    ComplaintTypeName,
    Contact,
    Division,
    DivisionMember,
    DivisionName,
    Organisation,
    Priority,
    SlaPolicy,
    SupportLevel,
    WorkingCalendar,
)
from .. import defaults

PASSWORD = "helpdesk"  # noqa: S105 (printed on purpose; see the command's --force)


class Company:
    """Finds by the keys of ``data/company.toml`` what was made from them."""

    def __init__(self, data: dict[str, Any], policies: dict[str, SlaPolicy] | None = None) -> None:
        self.data = data
        self.policies = policies or {}
        self.levels = {level.rank: level for level in SupportLevel.objects.all()}
        self.staff: dict[str, Any] = {}
        self.divisions: dict[str, Division] = {}
        self.types: dict[str, ComplaintType] = {}

    def make(self) -> None:
        for username, person in self.data["staff"].items():
            self.staff[username] = make_account(username, person)
        for key, row in self.data["divisions"].items():
            self.divisions[key] = self._division(row)
        for username, person in self.data["staff"].items():
            for division, rank in person.get("member", {}).items():
                DivisionMember.objects.get_or_create(
                    division=self.divisions[division],
                    user=self.staff[username],
                    defaults={"level": self.levels[rank]},
                )
        for order, (key, row) in enumerate(self.data["types"].items(), start=1):
            self.types[key] = self._type(row, order * 10)
        clear_placeholders()

    def contact(self, key: str) -> Contact:
        """The requester, made when they first write."""
        row = self.data["contacts"][key]
        found = Contact.objects.matching(email=row.get("email", ""), phone=row["phone"]).first()
        if found is not None:
            return found.survivor
        organisation = None
        if "organisation" in row:
            organisation = Organisation.objects.get_or_create(name=row["organisation"])[0]
        return Contact.objects.create(
            name=row["name"],
            email=row.get("email", ""),
            phone=row["phone"],
            organisation=organisation,
            user=make_requester(row) if "login" in row else None,
        )

    def _division(self, row: dict[str, Any]) -> Division:
        division, made = Division.objects.get_or_create(
            name=row["name"], defaults={"leader": self.staff[row["leader"]]}
        )
        if made:
            for language, name in row["names"].items():
                DivisionName.objects.create(division=division, language=language, name=name)
        return division

    def _type(self, row: dict[str, Any], order: int) -> ComplaintType:
        type_, made = ComplaintType.objects.get_or_create(
            name=row["name"],
            defaults={
                "division": self.divisions[row["division"]],
                "level": self.levels[row["level"]],
                "priority": row.get("priority", Priority.NORMAL),
                "answer_time": row["answer_time"],
                "sla_policy": self.policies.get(row.get("policy", "")),
                "sort_order": order,
            },
        )
        if made:
            for language, (name, answer_time) in row["names"].items():
                ComplaintTypeName.objects.create(
                    complaint_type=type_, language=language, name=name, answer_time=answer_time
                )
        return type_


def make_requester(row: dict[str, Any]) -> Any:
    """The login of a requester, who has no access to the admin."""
    users = get_user_model()
    user, made = users.objects.get_or_create(
        **{users.USERNAME_FIELD: row["login"]}, defaults={"email": row["email"]}
    )
    if made:
        user.set_password(PASSWORD)
        user.save()
    return user


def clear_placeholders() -> None:
    """Take away what ``setup_helpdesk`` has made to start with, where nobody has used it."""
    shipped = [type_.name for type_ in defaults.TYPES]
    ComplaintType.objects.filter(
        name__in=shipped, tickets=None, division__name=defaults.DIVISION
    ).delete()
    Division.objects.filter(
        name=defaults.DIVISION, leader=None, members=None, complaint_types=None, tickets=None
    ).delete()
    for model, name in ((SlaPolicy, defaults.POLICY), (WorkingCalendar, defaults.CALENDAR)):
        with suppress(ProtectedError):
            model.objects.filter(name=name).delete()


def make_account(username: str, person: dict[str, Any]) -> Any:
    """The account with this name; one that exists keeps its password, rights and groups."""
    users = get_user_model()
    found = users.objects.filter(**{users.USERNAME_FIELD: username}).first()
    if found is not None:
        return found
    first, last = person["name"]
    user = users(
        **{users.USERNAME_FIELD: username},
        email=f"{username}@example.org",
        first_name=first,
        last_name=last,
        is_staff=person.get("superuser", False),
        is_superuser=person.get("superuser", False),
    )
    if person.get("login"):
        user.set_password(PASSWORD)
    else:
        user.set_unusable_password()
    user.save()
    if "group" in person:
        user.groups.add(Group.objects.get(name=person["group"]))
    return user
