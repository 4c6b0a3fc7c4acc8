"""Solving by procedure: a checklist for a complaint type and level, and how far a ticket has come in it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable, Revision, RevisionMixin

from .actors import ActedBy
from .desk import ComplaintType, SupportLevel
from .tickets import Ticket

#: Steps of one procedure: more than that nobody ticks.
MAX_STEPS = 30
_ONCE = _(
    "There is a procedure for this type and level already. Change that one, or retire it first."
)


class Procedure(RevisionMixin, ClusterableModel):
    """What is done, in order, about complaints of a type at a level. Tickets follow one revision of it."""

    name = models.CharField(_("name"), max_length=100)
    complaint_type = models.ForeignKey(
        ComplaintType, models.PROTECT, related_name="procedures", verbose_name=_("complaint type")
    )
    level = models.ForeignKey(
        SupportLevel,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="procedures",
        verbose_name=_("level"),
        help_text=_("Empty: every level that has no procedure of its own for this type."),
    )
    retired = models.BooleanField(
        _("retired"),
        default=False,
        help_text=_("Holds for no further ticket; those that have begun it go on with it."),
    )

    class Meta:
        verbose_name = _("procedure")
        verbose_name_plural = _("procedures")
        ordering = ["complaint_type__sort_order", "complaint_type__name", "level__rank", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint_type", "level"],
                condition=Q(retired=False, level__isnull=False),
                name="helpdesk_procedure_of_level",
                violation_error_message=_ONCE,
            ),
            models.UniqueConstraint(
                fields=["complaint_type"],
                condition=Q(retired=False, level=None),
                name="helpdesk_procedure_of_type",
                violation_error_message=_ONCE,
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def as_content(self) -> dict[str, Any]:
        """What a revision would hold, where none was made: records that came from code have none."""
        return self.serializable_data()


class ProcedureStep(Orderable):
    """One thing to do. A revision of its procedure keeps it, with its key, as it was."""

    procedure = ParentalKey(Procedure, on_delete=models.CASCADE, related_name="steps")
    text = models.CharField(_("what to do"), max_length=200)
    explanation = models.TextField(
        _("explanation"),
        max_length=1000,
        blank=True,
        help_text=_("How, where, and what to look out for."),
    )
    required = models.BooleanField(
        _("required"),
        default=False,
        help_text=_("The ticket can't be solved while this step is open."),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        default_permissions = ()

    def __str__(self) -> str:
        return self.text


class FollowedProcedure(models.Model):
    """The version of a procedure that a ticket follows: fixed when its first step is ticked."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="followed_procedures")
    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="followed")
    # Protected, so that Wagtail's purge_revisions leaves it.
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    started_at = models.DateTimeField(_("started"))

    class Meta:
        verbose_name = _("followed procedure")
        verbose_name_plural = _("followed procedures")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["ticket", "procedure"], name="helpdesk_followed_once")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.procedure_id}"


class StepTick(ActedBy):
    """A step that is done, by whom and when. Taken back, the row goes; the ticket's events keep both."""

    followed = models.ForeignKey(FollowedProcedure, models.CASCADE, related_name="ticks")
    #: The step's key in the revision that is followed.
    step = models.PositiveBigIntegerField()
    at = models.DateTimeField(_("at"))

    class Meta(ActedBy.Meta):
        verbose_name = _("ticked step")
        verbose_name_plural = _("ticked steps")
        default_permissions = ()
        constraints = [
            *ActedBy.Meta.constraints,
            models.UniqueConstraint(fields=["followed", "step"], name="helpdesk_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.followed_id}: {self.step}"
