"""Mail to be sent, stored in the same transaction as what caused it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .messages import Message
from .people import Contact
from .tickets import Ticket
from .visits import Visit


class OutboxState(models.TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Given up")
    CANCELLED = "cancelled", _("Cancelled")


class OutboxMessage(models.Model):
    """One mail to one recipient. It holds no text: the mail is written when it is sent.

    So a link in it never lies in the database, and whether the recipient may still read the
    ticket is asked at the last moment. Delivery is at least once; the Message-ID (``mail_id``) stays the same.
    """

    kind = models.CharField(_("kind"), max_length=30)
    ticket = models.ForeignKey(Ticket, models.CASCADE, null=True, blank=True, related_name="outbox")
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="+")
    # No index: nobody asks which mails a visit had.
    visit = models.ForeignKey(
        Visit, models.CASCADE, null=True, blank=True, related_name="+", db_index=False
    )
    to_contact = models.ForeignKey(Contact, models.CASCADE, null=True, blank=True, related_name="+")
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    mail_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(
        _("state"), max_length=10, choices=OutboxState, default=OutboxState.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    leased_until = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        ordering = ["-pk"]
        default_permissions = ("view", "change")
        indexes = [
            models.Index(
                fields=["next_try_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="helpdesk_outbox_due",
            ),
            models.Index(
                fields=["to_contact", "kind", "created_at"], name="helpdesk_outbox_contact"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_contact__isnull=False, to_user=None)
                | Q(to_contact=None, to_user__isnull=False),
                name="helpdesk_outbox_to_one",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


def new_mail_id(domain: str) -> str:
    return f"<{uuid.uuid4().hex}@{domain}>"
