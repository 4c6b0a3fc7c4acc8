"""A small help desk to test in: two divisions, three levels, a member at each, and everybody else."""

from types import SimpleNamespace

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from wagtail.models import Site

from wagtail_helpdesk.models import (
    ComplaintType,
    Contact,
    Division,
    DivisionMember,
    EscalationReason,
    HelpdeskSettings,
    Priority,
    Procedure,
    ProcedureStep,
    SlaLevelTarget,
    SlaPolicy,
    SlaTarget,
    SupportLevel,
    Ticket,
    WorkingCalendar,
    WorkingHours,
)
from wagtail_helpdesk.tickets import submit

AGENT_VERBS = [
    codename for codename, _name in Ticket._meta.permissions if codename != "manage_helpdesk"
]


def make_user(username, *, groups=(), **fields):
    fields.setdefault("email", f"{username}@example.org")
    user = get_user_model().objects.create_user(username, password="helpdesk", **fields)
    user.groups.add(*groups)
    return user


def make_groups():
    """Nearly every test has them: the keys of their permissions are written without reading the rows."""
    ours = Permission.objects.filter(content_type__app_label="wagtail_helpdesk")
    keys = dict(ours.values_list("codename", "pk"))
    door = Permission.objects.get(
        codename="access_admin", content_type__app_label="wagtailadmin"
    ).pk
    agents = Group.objects.create(name="Help desk agents")
    managers = Group.objects.create(name="Help desk managers")
    verbs = [*AGENT_VERBS, "view_ticket", "change_ticket", "write_article"]
    granted = {agents: {door, *(keys[verb] for verb in verbs)}, managers: {door, *keys.values()}}
    through = Group.permissions.through
    through.objects.bulk_create(
        through(group=group, permission_id=key) for group, found in granted.items() for key in found
    )
    return agents, managers


def make_desk():
    """Levels 1–3; divisions ``first`` and ``second``, each with members at every level and a leader."""
    desk = SimpleNamespace(site=Site.objects.get(is_default_site=True))
    desk.agents, desk.managers = make_groups()
    desk.levels = [
        SupportLevel.objects.create(rank=rank, name=name, on_site=rank == 3)
        for rank, name in ((1, "Junior help desk"), (2, "Help desk admin"), (3, "Engineer"))
    ]
    desk.level1, desk.level2, desk.level3 = desk.levels
    for name in ("first", "second"):
        leader = make_user(f"{name}_leader", groups=[desk.agents])
        division = Division.objects.create(name=name.title(), leader=leader)
        setattr(desk, name, division)
        setattr(desk, f"{name}_leader", leader)
        for level in desk.levels:
            user = make_user(f"{name}_level{level.rank}", groups=[desk.agents])
            DivisionMember.objects.create(division=division, user=user, level=level)
            setattr(desk, f"{name}_level{level.rank}", user)
    desk.manager = make_user("manager", groups=[desk.managers])
    desk.superuser = get_user_model().objects.create_superuser(
        "root", "root@example.org", "helpdesk"
    )
    desk.outsider = make_user("outsider", groups=[desk.agents])
    desk.nobody = make_user("nobody")
    desk.types = {
        division.name: ComplaintType.objects.create(
            name=f"About {division.name}",
            division=division,
            level=desk.level1,
            answer_time="within two working days",
        )
        for division in (desk.first, desk.second)
    }
    desk.reasons = [
        EscalationReason.objects.create(code=code, name=code.replace("-", " "))
        for code in ("needs-deeper-knowledge", "wrong-division")
    ]
    return desk


def make_ticket(desk, *, division=None, email="visitor@example.org", **fields):
    division = division or desk.first
    fields.setdefault("subject", "The lamp is dark")
    fields.setdefault("body", "Since Monday the lamp over the door stays dark.")
    return submit(
        site=desk.site,
        contact=Contact(name="A. Visitor", email=email),
        complaint_type=desk.types[division.name],
        **fields,
    )


def make_policy(desk, *, name="Usual", first_response=60, resolution=480, level=120, zone="UTC"):
    """Monday to Friday from nine to five; the same targets (working minutes) for every priority and level."""
    calendar = WorkingCalendar.objects.create(name=f"{name} hours", time_zone=zone)
    for weekday in range(5):
        WorkingHours.objects.create(
            calendar=calendar, weekday=weekday, opens_at="09:00", closes_at="17:00"
        )
    policy = SlaPolicy.objects.create(name=name, calendar=calendar)
    for priority in Priority.values:
        SlaTarget.objects.create(
            policy=policy,
            priority=priority,
            first_response_minutes=first_response,
            resolution_minutes=resolution,
        )
    for each in desk.levels:
        SlaLevelTarget.objects.create(policy=policy, level=each, minutes=level)
    return policy


def promise(desk, policy):
    """Let ``policy`` be that of the desk's site."""
    HelpdeskSettings.objects.update_or_create(site=desk.site, defaults={"sla_policy": policy})


def make_procedure(desk, *steps, division=None, level=None, name="Dark lamps", revise=True):
    """For tickets of ``division`` (the first) at ``level`` (all). A step is a text; required ones end in "!"."""
    procedure = Procedure(
        name=name, complaint_type=desk.types[(division or desk.first).name], level=level
    )
    set_steps(procedure, *(steps or ("Look at the bulb!", "Ask since when")))
    if revise:
        procedure.save_revision()
    return procedure


def set_steps(procedure, *steps):
    """Give it these steps in place of its own, and save it."""
    procedure.steps = [
        ProcedureStep(text=text.removesuffix("!"), required=text.endswith("!"), sort_order=place)
        for place, text in enumerate(steps)
    ]
    procedure.save()
