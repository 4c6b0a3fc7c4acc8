from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    # Not "search" alone as a label: Wagtail's own search app could want it one day.
    name = "search"
    label = "site_search"
    verbose_name = _("Site search")
