"""What helps writing a reply: canned ones, and the draft of one that was not sent yet."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .choices import MessageKind
from .desk import ComplaintType, Division
from .names import language_choices
from .placeholders import misspelt
from .tickets import Ticket


class CannedReplyQuerySet(models.QuerySet):
    def fitting(self, ticket: Ticket) -> "CannedReplyQuerySet":
        """Those for the ticket's division, type and language, and those for all."""
        base = ticket.language.split("-")[0]
        language = (
            Q(language="")
            | Q(language__iexact=ticket.language)
            | Q(language__iexact=base)
            | Q(language__istartswith=f"{base}-")
        )
        return self.filter(
            language,
            Q(division=None) | Q(division=ticket.division_id),
            Q(complaint_type=None) | Q(complaint_type=ticket.complaint_type_id),
        )

    def count_use(self) -> int:
        """Say of these that a reply made with them was sent. Returns how many there are."""
        return self.update(used=F("used") + 1)


class CannedReply(models.Model):
    """A reply that is written once and sent often. Its blanks are ``placeholders.PLACEHOLDERS``."""

    title = models.CharField(
        _("title"), max_length=100, help_text=_("How colleagues find it. Requesters don't read it.")
    )
    body = models.TextField(_("text"), max_length=10_000)
    division = models.ForeignKey(
        Division,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="canned_replies",
        verbose_name=_("division"),
        help_text=_("Empty: all of them."),
    )
    complaint_type = models.ForeignKey(
        ComplaintType,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="canned_replies",
        verbose_name=_("complaint type"),
        help_text=_("Empty: all of them."),
    )
    language = models.CharField(
        _("language"),
        max_length=20,
        blank=True,
        choices=language_choices,
        help_text=_("Offered for tickets whose requester reads it. Empty: for all."),
    )
    used = models.PositiveIntegerField(
        _("used"), default=0, editable=False, help_text=_("How many replies were sent with it.")
    )

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        super().clean()
        if wrong := misspelt(self.body):
            message = gettext("There is no such placeholder: %(placeholders)s")
            raise ValidationError({"body": message % {"placeholders": ", ".join(wrong[:5])}})


class ReplyDraft(models.Model):
    """What somebody has begun to write on a ticket and not sent. Only they read it."""

    #: Characters of a text that are kept.
    MAX_LENGTH = 10_000

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=MessageKind)
    body = models.TextField()
    begun_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("draft of a reply")
        verbose_name_plural = _("drafts of replies")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["ticket", "user"], name="helpdesk_draft_once")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.user_id}"
