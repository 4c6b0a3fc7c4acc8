from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpdeskSearchConfig(AppConfig):
    """Optional: it adds system checks and a command. The search backend works without it."""

    name = "wagtail_helpdesk.search"
    label = "wagtail_helpdesk_search"
    verbose_name = _("Help desk search")

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the system checks
