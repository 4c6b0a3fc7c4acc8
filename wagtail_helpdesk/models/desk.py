"""How a company divides the work: levels, divisions, their members, and complaint types."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from .choices import Priority
from .names import NamedMixin, NameInLanguage
from .sla import SlaPolicy


class SupportLevel(NamedMixin, ClusterableModel):
    """How deep the knowledge reaches: an ordered record, apart from division and person."""

    rank = models.PositiveSmallIntegerField(
        _("rank"), unique=True, help_text=_("1 is the first to answer.")
    )
    on_site = models.BooleanField(
        _("visits"), default=False, help_text=_("Staff of this level may visit.")
    )
    restricted = models.BooleanField(
        _("restricted"),
        default=False,
        help_text=_("Members of lower levels don't see tickets at this level."),
    )

    class Meta:
        verbose_name = _("support level")
        verbose_name_plural = _("support levels")
        ordering = ["rank"]


class SupportLevelName(NameInLanguage):
    level = ParentalKey(SupportLevel, on_delete=models.CASCADE, related_name="names")

    class Meta:
        verbose_name = _("name for requesters")
        verbose_name_plural = _("names for requesters")
        constraints = [
            models.UniqueConstraint(fields=["level", "language"], name="helpdesk_level_name_once")
        ]


class Division(NamedMixin, ClusterableModel):
    """A part of the company that owns tickets."""

    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="helpdesk_led_divisions",
        verbose_name=_("leader"),
        help_text=_("Reads and does everything in this division."),
    )
    sla_policy = models.ForeignKey(
        SlaPolicy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("SLA policy"),
        help_text=_("Empty: that of the site."),
    )

    class Meta:
        verbose_name = _("division")
        verbose_name_plural = _("divisions")
        ordering = ["name"]

    def members_at(self, level: SupportLevel):
        """The active members who work at ``level``, and nobody's deputy: no leader is added."""
        return self.members.filter(level=level, user__is_active=True)

    def falls_to_leader(self, level: SupportLevel) -> bool:
        """Whether nobody works at ``level`` here, so that its tickets are the leader's."""
        return not self.members_at(level).exists()


class DivisionName(NameInLanguage):
    division = ParentalKey(Division, on_delete=models.CASCADE, related_name="names")

    class Meta:
        verbose_name = _("name for requesters")
        verbose_name_plural = _("names for requesters")
        constraints = [
            models.UniqueConstraint(
                fields=["division", "language"], name="helpdesk_division_name_once"
            )
        ]


class DivisionMember(models.Model):
    """A member of staff in a division, at a level. Groups grant the verbs; this gives the reach."""

    division = ParentalKey(
        Division, on_delete=models.CASCADE, related_name="members", verbose_name=_("division")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="helpdesk_memberships",
        verbose_name=_("user"),
    )
    level = models.ForeignKey(
        SupportLevel, models.PROTECT, related_name="members", verbose_name=_("level")
    )

    class Meta:
        verbose_name = _("division member")
        verbose_name_plural = _("division members")
        constraints = [
            models.UniqueConstraint(fields=["division", "user"], name="helpdesk_member_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.division}, {self.level})"


class ComplaintTypeQuerySet(models.QuerySet):
    def offered_on(self, site) -> "ComplaintTypeQuerySet":
        """The types that a visitor of ``site`` may pick: in use, and the site's own or everybody's."""
        anywhere = models.Q(sites=None)
        return self.filter(anywhere | models.Q(sites=site), retired=False).distinct()


class ComplaintType(NamedMixin, ClusterableModel):
    """What a complaint or question is about; decides division, priority and first level."""

    division = models.ForeignKey(
        Division, models.PROTECT, related_name="complaint_types", verbose_name=_("division")
    )
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority, default=Priority.NORMAL
    )
    level = models.ForeignKey(
        SupportLevel, models.PROTECT, related_name="complaint_types", verbose_name=_("first level")
    )
    sites = models.ManyToManyField(
        "wagtailcore.Site",
        blank=True,
        related_name="helpdesk_complaint_types",
        verbose_name=_("sites"),
        help_text=_("None: offered on every site."),
    )
    answer_time = models.CharField(
        _("usually answered"),
        max_length=200,
        blank=True,
        help_text=_(
            "By when one usually answers, as the visitor reads it: “within two working days”."
        ),
    )
    sla_policy = models.ForeignKey(
        SlaPolicy,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("SLA policy"),
        help_text=_("Empty: that of the division."),
    )
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired = models.BooleanField(
        _("retired"), default=False, help_text=_("No longer offered; its tickets stay as they are.")
    )

    objects = ComplaintTypeQuerySet.as_manager()

    class Meta:
        verbose_name = _("complaint type")
        verbose_name_plural = _("complaint types")
        ordering = ["sort_order", "name"]

    def answer_time_in(self, language: str | None = None) -> str:
        """By when one usually answers, for a reader of ``language``; empty when nobody said."""
        row = self.translation(language)
        if row and row.answer_time:
            return row.answer_time
        return gettext(self.answer_time) if self.answer_time else ""


class ComplaintTypeName(NameInLanguage):
    complaint_type = ParentalKey(ComplaintType, on_delete=models.CASCADE, related_name="names")
    answer_time = models.CharField(_("usually answered"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("name for requesters")
        verbose_name_plural = _("names for requesters")
        constraints = [
            models.UniqueConstraint(
                fields=["complaint_type", "language"], name="helpdesk_type_name_once"
            )
        ]


class EscalationReason(models.Model):
    """Why a ticket is passed on. The shipped ones are translated by the catalogue."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=100)
    sort_order = models.PositiveSmallIntegerField(_("order"), default=0)
    retired = models.BooleanField(_("retired"), default=False)

    class Meta:
        verbose_name = _("escalation reason")
        verbose_name_plural = _("escalation reasons")
        ordering = ["sort_order", "name"]

    def __str__(self) -> str:
        return gettext(self.name) if self.name else self.code
