"""What is promised: by when a ticket is answered and solved, and how long a level may hold it."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from .calendars import WorkingCalendar
from .choices import Priority


class SlaPolicy(ClusterableModel):
    """Targets in working time. Chosen by a ticket's type, else its division, else its site."""

    name = models.CharField(_("name"), max_length=100)
    calendar = models.ForeignKey(
        WorkingCalendar, models.PROTECT, related_name="policies", verbose_name=_("calendar")
    )

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        ordering = ["name"]

    def __str__(self) -> str:
        return gettext(self.name) if self.name else ""


class SlaTarget(models.Model):
    """By when tickets of one priority are answered first and solved, in working minutes."""

    policy = ParentalKey(SlaPolicy, on_delete=models.CASCADE, related_name="targets")
    priority = models.CharField(_("priority"), max_length=10, choices=Priority)
    first_response_minutes = models.PositiveIntegerField(
        _("first response"), null=True, blank=True, help_text=_("Working minutes. Empty: none.")
    )
    resolution_minutes = models.PositiveIntegerField(
        _("resolution"), null=True, blank=True, help_text=_("Working minutes. Empty: none.")
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["policy", "priority"], name="helpdesk_target_once")
        ]

    def __str__(self) -> str:
        return self.get_priority_display()


class SlaLevelTarget(models.Model):
    """How long a level may hold a ticket before it passes it on or solves it, in working minutes."""

    policy = ParentalKey(SlaPolicy, on_delete=models.CASCADE, related_name="level_targets")
    level = models.ForeignKey(
        "wagtail_helpdesk.SupportLevel", models.CASCADE, related_name="+", verbose_name=_("level")
    )
    minutes = models.PositiveIntegerField(_("working minutes"))

    class Meta:
        verbose_name = _("target of a level")
        verbose_name_plural = _("targets of levels")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["policy", "level"], name="helpdesk_level_target_once")
        ]

    def __str__(self) -> str:
        return f"{self.level}"
