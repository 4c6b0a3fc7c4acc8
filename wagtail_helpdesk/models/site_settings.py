"""What an owner sets per site, and what a member of staff sets for themselves."""

import swapper
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting

from .sla import SlaPolicy


@register_setting(icon="wagtail_helpdesk-desk")
class HelpdeskSettings(BaseSiteSetting):
    """Settings per site. Secrets and addresses of servers belong to ``WAGTAIL_HELPDESK`` instead."""

    desk_name = models.CharField(
        _("name of the help desk"),
        max_length=100,
        blank=True,
        help_text=_("As mails are signed. Empty: the site's name."),
    )
    from_email = models.EmailField(
        _("sender of mails"),
        blank=True,
        help_text=_("Empty: the address in the project's settings."),
    )
    consent_text = models.TextField(
        _("consent"),
        blank=True,
        help_text=_("What the visitor agrees to before sending. Empty: the standard sentence."),
    )
    privacy_page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("privacy page"),
    )
    show_staff_names = models.BooleanField(
        _("show first names of staff"),
        default=False,
        help_text=_("Requesters see who answered; never surnames."),
    )
    sla_policy = models.ForeignKey(
        SlaPolicy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("SLA policy"),
        help_text=_(
            "By when tickets are answered and solved, where neither type nor division says."
        ),
    )
    captcha = models.BooleanField(_("captcha"), default=True)

    class Meta:
        verbose_name = _("help desk settings")
        verbose_name_plural = _("help desk settings")


class StaffPreferences(models.Model):
    """Which notices a member of staff gets by mail. No row: all of them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="helpdesk_preferences",
    )
    assigned = models.BooleanField(_("A ticket was assigned to me"), default=True)
    escalated = models.BooleanField(_("A ticket was escalated into my level"), default=True)
    answered = models.BooleanField(_("The requester answered a ticket of mine"), default=True)

    class Meta:
        verbose_name = _("help desk notices")
        verbose_name_plural = _("help desk notices")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user_id)


class Heartbeat(models.Model):
    """When a background job last ran, so that the admin can say that it is late."""

    name = models.CharField(max_length=50, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
