"""Visits at the requester's place: who goes there, when, and what came of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from .choices import VisitOutcome
from .tickets import Ticket

#: Neither reported nor called off.
IS_OPEN = Q(outcome="", called_off_at=None)


def new_uid() -> str:
    """Names an appointment in everybody's calendar, however often it is moved."""
    return f"{uuid.uuid4()}@wagtail-helpdesk"


class VisitQuerySet(models.QuerySet):
    def open(self) -> "VisitQuerySet":
        """Expected to take place, or over and not reported yet."""
        return self.filter(IS_OPEN)

    def overlapping(self, starts, ends) -> "VisitQuerySet":
        """Those whose window shares time with this one (UTC); one may begin where the other ends."""
        return self.filter(starts_at__lt=ends, ends_at__gt=starts)

    def visible_to(self, user, reach=None) -> "VisitQuerySet":
        """The visits of the tickets that ``user`` may read: the policy for tickets decides, and nothing else."""
        readable = Ticket.objects.visible_to(user, reach).filter(pk=OuterRef("ticket_id"))
        return self.filter(models.Exists(readable))


class Visit(models.Model):
    """One appointment of an engineer at the requester's place. Changed only by the operations.

    A visit that is moved ends with the outcome ``moved``; the visit that takes its place has the same
    ``uid`` and the next ``sequence`` (RFC 5545, 3.8.7.4), so that calendars move it too. Times are UTC.
    """

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="visits")
    engineer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="helpdesk_visits",
        db_index=False,
        verbose_name=_("engineer"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    place = models.TextField(_("place"))
    contact_person = models.CharField(_("contact person"), max_length=200, blank=True)
    contact_phone = models.CharField(
        _("telephone of the contact person"), max_length=40, blank=True
    )
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("planned by"),
    )
    created_at = models.DateTimeField(_("created"))
    outcome = models.CharField(_("outcome"), max_length=20, choices=VisitOutcome, blank=True)
    findings = models.TextField(_("findings"), blank=True, help_text=_("Only staff read them."))
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("reported by"),
    )
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed by the requester"), null=True, blank=True)
    uid = models.CharField(max_length=100, default=new_uid, editable=False)
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = VisitQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["starts_at", "pk"]
        default_permissions = ()
        indexes = [
            # An engineer's day, their calendar, and whether they are engaged already.
            models.Index(fields=["engineer", "starts_at"], name="helpdesk_visit_engineer"),
            # Everybody's day, and what waits to be reported.
            models.Index(fields=["starts_at", "id"], name="helpdesk_visit_day"),
            models.Index(fields=["ends_at"], condition=IS_OPEN, name="helpdesk_visit_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["uid", "sequence"], name="helpdesk_visit_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="helpdesk_visit_window"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", reported_at=None)
                | Q(outcome__in=VisitOutcome.values, reported_at__isnull=False, called_off_at=None),
                name="helpdesk_visit_outcome",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(outcome=VisitOutcome.DONE),
                name="helpdesk_visit_confirmed",
            ),
        ]

    def __str__(self) -> str:
        # Like a ticket's: no place, no name.
        return f"{self.ticket_id}: {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to go there, or to say what came of it."""
        return not self.outcome and self.called_off_at is None

    @property
    def is_called_off(self) -> bool:
        return self.called_off_at is not None

    @property
    def can_be_confirmed(self) -> bool:
        return self.outcome == VisitOutcome.DONE and self.confirmed_at is None


class VisitFeed(models.Model):
    """The private address of an engineer's calendar. Of its secret only a keyed hash is stored."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        primary_key=True,
        related_name="helpdesk_visit_feed",
    )
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("calendar of visits")
        verbose_name_plural = _("calendars of visits")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user_id)
