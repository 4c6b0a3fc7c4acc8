"""The three groups, and what each may do. Groups grant the verbs; divisions give the reach."""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet

from ..models import Verb
from .report import Report

APP = "wagtail_helpdesk"
AGENTS, LEADERS, MANAGERS = "Help desk agents", "Help desk leaders", "Help desk managers"
#: What was promised, and when time counts, is no secret to those who keep the promises.
PROMISES = ("view_slapolicy", "view_workingcalendar")
#: Models that leaders keep in order: whom the desk works for, how it works, and what its search understands.
KEPT_BY_LEADERS = ("contact", "organisation", "synonyms", "procedure", "cannedreply")


def make_groups(report: Report, *, update: bool = False) -> None:
    """Make the groups that are missing, and give permissions to those that have none at all.

    ``update`` also adds what a newer version has brought to groups that exist. Nothing is taken away.
    """
    ensure_permissions()
    for name, permissions in wanted().items():
        group, made = Group.objects.get_or_create(name=name)
        if made or update or not group.permissions.exists():
            before = group.permissions.count()
            group.permissions.add(*permissions)
            grown = group.permissions.count() > before
            report.say(made or grown, f"group “{name}”")
        else:
            report.kept.append(f"group “{name}”")


def wanted() -> dict[str, QuerySet[Permission]]:
    """group name -> permissions"""
    ours = Q(content_type__app_label=APP)
    admin = Q(content_type__app_label="wagtailadmin", codename="access_admin")
    verbs = [f"{verb}_ticket" for verb in Verb.values]
    agents = admin | ours & Q(
        codename__in=["view_ticket", "change_ticket", "write_article", *PROMISES, *verbs]
    )
    kept = [
        f"{action}_{model}" for action in ("view", "add", "change") for model in KEPT_BY_LEADERS
    ]
    leaders = agents | ours & Q(
        codename__in=["export_ticket", "view_searchlog", "view_recap", "merge_contact", *kept]
    )
    managers = agents | ours
    return {
        AGENTS: Permission.objects.filter(agents),
        LEADERS: Permission.objects.filter(leaders),
        MANAGERS: Permission.objects.filter(managers),
    }


def ensure_permissions() -> None:
    """Django makes permissions after ``migrate``; where that was skipped, make them now."""
    for label in ("wagtailadmin", APP):
        create_permissions(apps.get_app_config(label), verbosity=0)
