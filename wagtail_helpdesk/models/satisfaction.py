"""Whether it helped: what the requester answers once a ticket is solved."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .tickets import Ticket

#: Characters of the comment.
COMMENT_MAX_LENGTH = 1_000


class Satisfaction(models.Model):
    """The requester's one answer to "did we help you?". Written by ``tickets.rate`` and nothing else.

    It outlives a reopening: whoever is helped (or not) after all changes the answer they gave.
    """

    ticket = models.OneToOneField(
        Ticket, models.CASCADE, related_name="satisfaction", verbose_name=_("ticket")
    )
    helped = models.BooleanField(_("helped"))
    comment = models.TextField(_("comment"), max_length=COMMENT_MAX_LENGTH, blank=True)
    answered_at = models.DateTimeField(_("answered"))
    #: Like ``answered_at`` as long as nothing was changed.
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("satisfaction")
        verbose_name_plural = _("satisfaction")
        default_permissions = ()  # who reads the ticket reads it; nobody of staff writes it

    def __str__(self) -> str:
        return f"{self.ticket_id}: {'helped' if self.helped else 'not helped'}"
