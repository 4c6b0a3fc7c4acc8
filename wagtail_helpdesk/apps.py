import swapper
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

swapper.set_app_prefix("wagtailcore", "wagtail")


class HelpdeskConfig(AppConfig):
    name = "wagtail_helpdesk"
    label = "wagtail_helpdesk"
    verbose_name = _("Help desk")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from wagtail.permissions import register_permission_policy

        from . import checks  # noqa: F401  registers the system checks
        from .clocks import timetable
        from .knowledge import following
        from .models import Ticket
        from .permissions import TicketPermissionPolicy
        from .public import addresses, desk_words
        from .tallies import writing

        register_permission_policy(Ticket, TicketPermissionPolicy(Ticket))
        following.connect()
        writing.follow_contacts()
        timetable.forget_when_something_changes()
        addresses.forget_when_something_changes()
        desk_words.forget_when_something_changes()
