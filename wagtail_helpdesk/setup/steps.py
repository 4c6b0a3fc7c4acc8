"""What is left for people to do, with the addresses where they do it."""

from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.urls import NoReverseMatch, reverse
from wagtail.models import Site

from ..models import ComplaintType, Division, DivisionMember, HelpdeskSettings, SlaPolicy
from ..support_pages import support_page_models
from .addresses import port_to_try
from .groups import AGENTS, LEADERS, MANAGERS


def next_steps() -> list[str]:
    """In the order in which they make sense; what is done already is left out."""
    return [*_staff(), *_desk(), *_pages(), *_running()]


def admin_path(model: type) -> str:
    """The admin's list of ``model``, wherever the host has mounted the admin."""
    # The registry is filled when the admin's addresses are first asked for.
    reverse("wagtailadmin_home")
    from wagtail.admin.viewsets import viewsets

    for viewset in viewsets.viewsets:
        if getattr(viewset, "model", None) is model:
            return reverse(viewset.get_url_name("index"))
    return reverse("wagtailadmin_home")


def _staff() -> Iterator[str]:
    groups = [AGENTS, LEADERS, MANAGERS]
    if not get_user_model().objects.filter(groups__name__in=groups).exists():
        yield (
            f"Give your staff an account, and the group “{AGENTS}”, “{LEADERS}” or “{MANAGERS}”: "
            + reverse("wagtailusers_users:index")
        )
    if not DivisionMember.objects.exists():
        yield (
            "Put them into a division, each at their level, and name its leader: "
            "without that they see no tickets: " + admin_path(Division)
        )


def _desk() -> Iterator[str]:
    yield (
        "Look through the complaint types; each decides division, priority and first level: "
        + admin_path(ComplaintType)
    )
    yield (
        "Look through hours, holidays and targets; requesters are told by them when to expect an answer: "
        + admin_path(SlaPolicy)
    )
    label, name = HelpdeskSettings._meta.app_label, HelpdeskSettings._meta.model_name
    yield "Say how the desk signs its mails: " + reverse("wagtailsettings:edit", args=[label, name])
    for site in Site.objects.all():
        if site.hostname == "localhost":
            address = reverse("wagtailsites:edit", args=[site.pk])
            port = port_to_try(site)
            while_trying = f"; while you try it here, localhost and port {port}" if port else ""
            yield (
                f"Tell Wagtail the site's real host name and port (now {site.root_url}{while_trying}). "
                f"Links in mails are made from it, and dead where it is wrong: {address}"
            )


def _pages() -> Iterator[str]:
    models = support_page_models()
    if models and not any(model.objects.exists() for model in models):
        yield "Add a support page: " + reverse("wagtailadmin_explore_root")
    drafts = [page for model in models for page in model.objects.filter(live=False)]
    for page in drafts:
        yield (
            f"Fill in and publish the support page “{page.title}” ({page.locale.language_code}): "
            + reverse("wagtailadmin_pages:edit", args=[page.pk])
        )


def _running() -> Iterator[str]:
    yield (
        "Have “manage.py run_helpdesk_timers” run every few minutes (or with --loop 60): it sends "
        "what was left lying, ends waiting and closes what was solved."
    )
    yield "Run “manage.py check --deploy --database default”; it names what is missing or dangerous."
    try:
        yield "Then open the queue: " + reverse("wagtail_helpdesk_admin:tickets")
    except NoReverseMatch:
        yield "Then open the admin: " + reverse("wagtailadmin_home")
