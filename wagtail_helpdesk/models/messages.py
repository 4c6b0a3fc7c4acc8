"""What people wrote, and the files they sent along."""

import hashlib
import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..storage import get_private_storage
from .actors import ActedBy
from .choices import Channel, MessageKind
from .tickets import Ticket


class MessageQuerySet(models.QuerySet):
    def public(self) -> "MessageQuerySet":
        """Replies only: the one door through which messages reach a requester."""
        return self.filter(kind=MessageKind.REPLY)


class Message(ActedBy):
    """A public reply or a private note. Never changed after it is written."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    # No default: whoever writes must say whether the requester reads it.
    kind = models.CharField(_("kind"), max_length=10, choices=MessageKind)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.WEB)
    body = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created"))

    objects = MessageQuerySet.as_manager()

    class Meta(ActedBy.Meta):
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="helpdesk_message_of_ticket")
        ]
        constraints = [
            *ActedBy.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=MessageKind.values), name="helpdesk_message_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"

    @property
    def is_note(self) -> bool:
        return self.kind == MessageKind.NOTE

    @property
    def is_from_contact(self) -> bool:
        return self.by_contact_id is not None


def new_file_key() -> str:
    """An address that can't be guessed (192 random bits)."""
    return secrets.token_urlsafe(24)


def attachment_path(attachment: "Attachment", filename: str) -> str:
    """Where the bytes lie. Nothing of the visitor's file name reaches the file system."""
    return f"helpdesk/{attachment.key[:2]}/{attachment.key}"


class AttachmentQuerySet(models.QuerySet):
    def unclaimed(self) -> "AttachmentQuerySet":
        return self.filter(ticket=None)

    def public(self) -> "AttachmentQuerySet":
        """Files of the complaint itself and of replies: what the requester may open."""
        return self.filter(
            Q(message=None) | Q(message__kind=MessageKind.REPLY), ticket__isnull=False
        )


class Attachment(models.Model):
    """A private file. It is stored first, unclaimed; an operation claims it for a ticket.

    ``message`` is empty for files of the complaint itself. ``owner_key`` says which browser or
    user stored it; only they may claim it. ``missing`` marks bytes that the store has lost.
    """

    key = models.CharField(max_length=40, unique=True, default=new_file_key, editable=False)
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    message = models.ForeignKey(
        Message, models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    owner_key = models.CharField(max_length=64, db_index=True)
    file = models.FileField(upload_to=attachment_path, storage=get_private_storage, max_length=200)
    name = models.CharField(_("name"), max_length=255)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size"), help_text=_("Bytes."))
    missing = models.BooleanField(default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["created_at"], condition=Q(ticket=None), name="helpdesk_unclaimed"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(message=None) | Q(ticket__isnull=False),
                name="helpdesk_message_file_has_ticket",
            )
        ]

    def __str__(self) -> str:
        return self.name


def owner_key(kind: str, value: str) -> str:
    """The key of whoever stored a file: ``owner_key("session", session_key)``, ``("user", pk)``."""
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()
