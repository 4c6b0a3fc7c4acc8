"""What happened to a ticket: events, escalation steps, holdings. Append-only."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .actors import ActedBy
from .choices import Direction, Verb
from .desk import Division, EscalationReason, SupportLevel
from .tickets import Ticket


class AppendOnlyError(TypeError):
    """An entry of the history was about to be changed or deleted."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, *args, **kwargs):
        raise AppendOnlyError(f"{self.model.__name__} rows are written once.")

    bulk_update = update

    def delete(self):
        raise AppendOnlyError(f"{self.model.__name__} rows go only with their ticket.")


class AppendOnly(models.Model):
    """Abstract: rows are written once, and go only with their ticket."""

    #: What may be filled in later, by ``save(update_fields=…)``.
    filled_in_later: ClassVar[frozenset[str]] = frozenset()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        fields = frozenset(kwargs.get("update_fields") or ())
        if not self._state.adding and not (fields and fields <= self.filled_in_later):
            raise AppendOnlyError(f"{type(self).__name__} rows are written once.")
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise AppendOnlyError(f"{type(self).__name__} rows go only with their ticket.")


class TicketEvent(AppendOnly, ActedBy):
    """One line of the timeline. ``data`` holds keys and codes, never what somebody wrote."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events")
    verb = models.CharField(_("verb"), max_length=20, choices=Verb)
    at = models.DateTimeField(_("at"))
    data = models.JSONField(default=dict, blank=True)

    class Meta(ActedBy.Meta):
        verbose_name = _("ticket event")
        verbose_name_plural = _("ticket events")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["ticket", "at", "id"], name="helpdesk_event_of_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.verb}"


class EscalationStep(AppendOnly, ActedBy):
    """One move between levels, divisions or both, with its reason. Only its acceptance is added later."""

    filled_in_later = frozenset({"accepted_at", "accepted_by"})

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="steps")
    verb = models.CharField(_("verb"), max_length=20, choices=Verb)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    from_level = models.ForeignKey(SupportLevel, models.PROTECT, related_name="+")
    to_level = models.ForeignKey(SupportLevel, models.PROTECT, related_name="+")
    from_division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    to_division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    from_assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    to_assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    reason = models.ForeignKey(
        EscalationReason,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
        verbose_name=_("reason"),
    )
    note = models.TextField(_("note"), blank=True)
    created_at = models.DateTimeField(_("created"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    undoes = models.OneToOneField(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="undone_by",
        verbose_name=_("hands back"),
    )

    class Meta(ActedBy.Meta):
        verbose_name = _("escalation step")
        verbose_name_plural = _("escalation steps")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["by_user", "-created_at"], name="helpdesk_step_by_user")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.direction}"


class Holding(models.Model):
    """One spell of ownership. Seconds are worked out when it ends (by the clock, until calendars exist).

    ``waiting_seconds`` (pending, on hold, solved) don't count against the holder;
    ``working_seconds`` are the rest.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="holdings")
    level = models.ForeignKey(SupportLevel, models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, models.PROTECT, related_name="+")
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="helpdesk_holdings",
    )
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    working_seconds = models.PositiveIntegerField(_("working seconds"), default=0)
    waiting_seconds = models.PositiveIntegerField(_("waiting seconds"), default=0)

    class Meta:
        verbose_name = _("holding")
        verbose_name_plural = _("holdings")
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(ended_at=None), name="helpdesk_one_open_holding"
            )
        ]
        indexes = [models.Index(fields=["assignee", "ticket"], name="helpdesk_holding_of")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.started_at:%Y-%m-%d %H:%M}"
