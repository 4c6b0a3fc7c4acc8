"""The menu group "Help desk": each entry shows itself to who may use it, and the group to who has one."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.permissions import policy_registry

from ..models import HelpdeskSettings, OutboxMessage, SearchLog, Ticket

#: Hosts add entries of their own to the group under this hook.
SUBMENU_HOOK = "register_helpdesk_menu_item"
SETTINGS_NAME = "help-desk-settings"


class PermittedMenuItem(MenuItem):
    """Shown to who has one of ``actions`` on ``model``. Hiding protects nothing: the view asks again."""

    def __init__(self, *args, model, actions, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.model, self.actions = model, actions

    def is_shown(self, request) -> bool:
        policy = policy_registry.get_by_type(self.model)
        return policy.user_has_any_permission(request.user, self.actions)


def helpdesk_menu_item() -> MenuItem:
    from .viewsets import MENU

    items: list[MenuItem] = [
        PermittedMenuItem(
            _("Tickets"),
            reverse("wagtail_helpdesk_admin:tickets"),
            name="helpdesk-tickets",
            icon_name="wagtail_helpdesk-desk",
            model=Ticket,
            actions=["view"],
            order=1,
        ),
        PermittedMenuItem(
            _("Visits"),
            reverse("wagtail_helpdesk_admin:visits"),
            name="helpdesk-visits",
            icon_name="date",
            model=Ticket,
            actions=["view"],
            order=2,
        ),
        *(viewset.get_menu_item(order=10 + place) for place, viewset in enumerate(MENU)),
        PermittedMenuItem(
            _("Who may do what"),
            reverse("wagtail_helpdesk_admin:access"),
            name="helpdesk-access",
            icon_name="key",
            model=Ticket,
            actions=["view"],
            order=45,
        ),
        PermittedMenuItem(
            _("Outgoing mail"),
            reverse("wagtail_helpdesk_admin:mail"),
            name="helpdesk-mail",
            icon_name="mail",
            model=OutboxMessage,
            actions=["view", "change"],
            order=50,
        ),
        PermittedMenuItem(
            _("Settings"),
            _settings_url(),
            name=SETTINGS_NAME,
            icon_name="cog",
            model=HelpdeskSettings,
            actions=["change"],
            order=60,
        ),
    ]
    return SubmenuMenuItem(
        pgettext_lazy("menu", "Help desk"),
        Menu(register_hook_name=SUBMENU_HOOK, items=items),
        name="helpdesk",
        icon_name="wagtail_helpdesk-desk",
        order=300,
    )


def recap_menu_item() -> MenuItem:
    return PermittedMenuItem(
        _("Help desk recap"),
        reverse("wagtail_helpdesk_admin:recap"),
        name="helpdesk-recap",
        icon_name="history",
        model=Ticket,
        actions=["view"],
        order=1190,
    )


def gaps_menu_item() -> MenuItem:
    return _report("gaps", _("Knowledge gaps"), icon_name="search", order=1200)


def deflection_menu_item() -> MenuItem:
    return _report("deflection", _("Deflection"), icon_name="check", order=1210)


def _report(name: str, label: str, **kwargs) -> MenuItem:
    return PermittedMenuItem(
        label,
        reverse(f"wagtail_helpdesk_admin:{name}"),
        name=f"helpdesk-{name}",
        model=SearchLog,
        actions=["view"],
        **kwargs,
    )


def _settings_url() -> str:
    opts = HelpdeskSettings._meta
    return reverse("wagtailsettings:edit", args=[opts.app_label, opts.model_name])


def hide_second_settings_entry(request, items: list[MenuItem]) -> None:
    """Wagtail lists settings under Settings; ours have their place in the help desk's own group."""
    items[:] = [item for item in items if getattr(item, "model", None) is not HelpdeskSettings]
