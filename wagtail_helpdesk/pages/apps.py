from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HelpdeskPagesConfig(AppConfig):
    name = "wagtail_helpdesk.pages"
    label = "wagtail_helpdesk_pages"
    verbose_name = _("Help desk pages")
    default_auto_field = "django.db.models.BigAutoField"
