"""The ticket: one complaint or question and its life."""

import secrets

import swapper
from django.conf import settings
from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _

from .choices import (
    LIVE,
    PRIORITY_RANK,
    STATUS_IN_PLAIN_WORDS,
    TRANSITIONS,
    WAITING,
    Channel,
    Outcome,
    Priority,
    Relation,
    Status,
)
from .desk import ComplaintType, Division, SupportLevel
from .people import Contact
from .querysets import TicketQuerySet

IS_LIVE = Q(status__in=LIVE)


def new_nonce() -> str:
    """128 random bits. Changing a ticket's nonce revokes every link that was mailed for it."""
    return secrets.token_urlsafe(16)


class Ticket(models.Model):
    """One complaint or question. Changed only by the operations in ``wagtail_helpdesk.tickets``.

    ``version`` grows by one with every operation, messages included. Times are UTC.
    """

    reference = models.CharField(_("reference"), max_length=20, unique=True, editable=False)
    site = models.ForeignKey(
        "wagtailcore.Site", models.PROTECT, related_name="+", verbose_name=_("site")
    )
    locale = models.ForeignKey(
        "wagtailcore.Locale",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("locale"),
    )
    language = models.CharField(
        _("language"),
        max_length=20,
        help_text=_("The language that the requester reads; mails are written in it."),
    )
    # No index of their own: those below begin with contact, division and assignee, and a level is
    # much too common for one.
    contact = models.ForeignKey(
        Contact,
        models.PROTECT,
        related_name="tickets",
        db_index=False,
        verbose_name=_("requester"),
    )
    complaint_type = models.ForeignKey(
        ComplaintType, models.PROTECT, related_name="tickets", verbose_name=_("complaint type")
    )
    subject = models.CharField(_("subject"), max_length=200)
    body = models.TextField(_("complaint"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.WEB)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.NEW)
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority, default=Priority.NORMAL
    )
    priority_rank = models.GeneratedField(
        expression=Case(
            *(When(priority=name, then=Value(rank)) for name, rank in PRIORITY_RANK.items()),
            default=0,
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    level = models.ForeignKey(
        SupportLevel,
        models.PROTECT,
        related_name="tickets",
        db_index=False,
        verbose_name=_("level"),
    )
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        related_name="tickets",
        db_index=False,
        verbose_name=_("division"),
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="helpdesk_tickets",
        db_index=False,
        verbose_name=_("assignee"),
    )
    page = models.ForeignKey(
        swapper.get_model_name("wagtailcore", "Page"),
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("page"),
        help_text=_("The page that the complaint was sent from."),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("recorded by"),
        help_text=_("Who took the call or the letter."),
    )
    created_at = models.DateTimeField(_("created"))
    updated_at = models.DateTimeField(_("updated"))
    waiting_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    waiting_until = models.DateTimeField(_("waiting until"), null=True, blank=True)
    solved_at = models.DateTimeField(_("solved"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    # Promises: worked out with every operation, see ``clocks.promises``. All times are UTC.
    first_response_due_at = models.DateTimeField(_("first response due"), null=True, blank=True)
    first_responded_at = models.DateTimeField(_("first response"), null=True, blank=True)
    resolution_due_at = models.DateTimeField(_("resolution due"), null=True, blank=True)
    level_due_at = models.DateTimeField(_("due at this level"), null=True, blank=True)
    #: The nearest of them that is running; ``None`` while the clock stands.
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    #: Since when the clock of the promises stands, and for how many working seconds it did before.
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_seconds = models.PositiveIntegerField(default=0, editable=False)
    level_since = models.DateTimeField(null=True, blank=True, editable=False)
    level_stopped_seconds = models.PositiveIntegerField(default=0, editable=False)
    promised_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, blank=True)
    solution = models.CharField(_("solution"), max_length=500, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    link_nonce = models.CharField(max_length=30, default=new_nonce, editable=False)
    idempotency_key = models.CharField(
        max_length=64, unique=True, null=True, blank=True, editable=False
    )

    objects = TicketQuerySet.as_manager()

    # The reference index would enqueue a task for every save, and tickets refer to no pages' content.
    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        ordering = ["-created_at", "-pk"]
        default_permissions = ("view", "change")
        permissions = [
            ("submit_ticket", _("Can record a ticket for somebody")),
            ("triage_ticket", _("Can triage tickets")),
            ("assign_ticket", _("Can assign tickets")),
            ("accept_ticket", _("Can accept tickets")),
            ("escalate_ticket", _("Can escalate tickets")),
            ("hand_back_ticket", _("Can hand tickets back")),
            ("reply_ticket", _("Can reply to the requester")),
            ("note_ticket", _("Can add private notes")),
            ("wait_ticket", _("Can set tickets waiting")),
            ("solve_ticket", _("Can solve tickets")),
            ("close_ticket", _("Can close tickets")),
            ("reopen_ticket", _("Can reopen tickets")),
            ("merge_ticket", _("Can merge tickets")),
            ("link_ticket", _("Can link tickets")),
            ("tick_ticket", _("Can tick the steps of procedures")),
            ("plan_visit_ticket", _("Can plan visits")),
            ("report_visit_ticket", _("Can report on visits")),
            ("call_off_visit_ticket", _("Can call visits off")),
            ("export_ticket", _("Can export tickets")),
            ("manage_helpdesk", _("Can see and do everything in the help desk")),
        ]
        indexes = [
            # The queue's views, newest first, or what is most urgent and oldest where it is work to
            # do. The live ones are few among many, so these can afford all columns that a view, its
            # reach, its order and its count ask for: SQLite reads no row then (0.05 ms instead of 1).
            models.Index(
                fields=[
                    *("division", "-created_at", "-id"),
                    *("status", "level", "assignee", "due_at", "priority_rank"),
                ],
                condition=IS_LIVE,
                name="helpdesk_live_by_division",
            ),
            models.Index(
                fields=["division", "level", "-priority_rank", "created_at", "id"],
                condition=IS_LIVE & Q(assignee=None),
                name="helpdesk_live_unassigned",
            ),
            models.Index(
                fields=[
                    *("assignee", "-priority_rank", "created_at", "id"),
                    *("status", "level", "division", "due_at"),
                ],
                condition=IS_LIVE,
                name="helpdesk_live_mine",
            ),
            models.Index(fields=["-created_at", "-id"], condition=IS_LIVE, name="helpdesk_live"),
            models.Index(fields=["division", "-created_at", "-id"], name="helpdesk_by_division"),
            models.Index(fields=["assignee", "-created_at", "-id"], name="helpdesk_by_assignee"),
            models.Index(fields=["status", "-created_at", "-id"], name="helpdesk_by_status"),
            models.Index(fields=["-created_at", "-id"], name="helpdesk_newest"),
            models.Index(fields=["contact", "-created_at"], name="helpdesk_by_contact"),
            # The queue's other orders.
            models.Index(fields=["-updated_at", "-id"], name="helpdesk_by_update"),
            models.Index(
                fields=["-priority_rank", "created_at", "id"],
                condition=IS_LIVE,
                name="helpdesk_live_by_urgency",
            ),
            models.Index(
                fields=["due_at", "id", "status", "level", "division", "assignee"],
                condition=IS_LIVE & Q(due_at__isnull=False),
                name="helpdesk_live_by_due",
            ),
            # All tickets by due, closed ones last.
            models.Index(
                fields=["due_at", "-priority_rank", "created_at", "id"], name="helpdesk_by_due"
            ),
            # What the timers look for.
            models.Index(
                fields=["waiting_until"],
                condition=Q(waiting_until__isnull=False),
                name="helpdesk_waiting_until",
            ),
            models.Index(
                fields=["solved_at"], condition=Q(status=Status.SOLVED), name="helpdesk_to_close"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="helpdesk_ticket_status"
            ),
            models.CheckConstraint(
                condition=Q(priority__in=Priority.values), name="helpdesk_ticket_priority"
            ),
        ]

    def __str__(self) -> str:
        # The audit log keeps this after the ticket is gone: no subject, no name.
        return self.reference

    @property
    def is_live(self) -> bool:
        return self.status in LIVE

    @property
    def is_waiting(self) -> bool:
        """Whether the holder's clock stands still."""
        return self.status in WAITING

    @property
    def status_in_plain_words(self) -> str:
        return str(STATUS_IN_PLAIN_WORDS[Status(self.status)])

    def may_become(self, status: str) -> bool:
        return status in TRANSITIONS[self.status]


class TicketLink(models.Model):
    """Two tickets that have to do with each other: ``from_ticket`` is *relation* ``to_ticket``."""

    from_ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="links_from")
    to_ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="links_to")
    relation = models.CharField(_("relation"), max_length=10, choices=Relation)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("ticket link")
        verbose_name_plural = _("ticket links")
        constraints = [
            models.UniqueConstraint(
                fields=["from_ticket", "to_ticket", "relation"], name="helpdesk_link_once"
            ),
            models.CheckConstraint(
                condition=~Q(from_ticket=models.F("to_ticket")), name="helpdesk_link_to_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_ticket} {self.relation} {self.to_ticket}"
