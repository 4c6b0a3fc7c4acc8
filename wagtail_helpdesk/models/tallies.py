"""What the recap counts: an entry for each thing that happened, and counters by day and by month.

An operation appends entries in its own transaction, so that no two of them ever wait for one counter. The timers
fold the entries into the counters; a report reads the counters and what has not been folded yet. Both are made
anew from the history of the tickets by ``rebuild_helpdesk_recap``.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .choices import Channel
from .desk import ComplaintType, Division, SupportLevel
from .people import Organisation
from .tickets import Ticket


class TallyKind(models.TextChoices):
    RECEIVED = "received", _("Received")
    ANSWERED = "answered", _("First response given")
    SOLVED = "solved", _("Solved")
    DROPPED = "dropped", _("Closed without being solved")
    REOPENED = "reopened", _("Reopened")
    CAME = "came", _("Came from elsewhere")
    LEFT = "left", _("Went elsewhere")
    ESCALATED = "escalated", _("Passed on")
    CREDITED = "credited", _("Worked on, and solved")
    HELD = "held", _("Held")
    VISITED = "visited", _("Visited")
    RATED = "rated", _("Said whether it helped")


class TallyEntry(models.Model):
    """One thing that counts. Written with the operation that did it; ``seconds`` are working seconds.

    Division, level and person are those of the moment; what a complaint is about and whose it is (type,
    organisation) is what the ticket says now, so a correction corrects the figures of the past.
    """

    # A figure outlives the ticket behind it, once retention has taken that away.
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, related_name="tally_entries")
    kind = models.CharField(max_length=10, choices=TallyKind)
    at = models.DateTimeField()
    #: The day by the clock of the project (``TIME_ZONE``), whoever looks.
    day = models.DateField()
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", db_index=False)
    level = models.ForeignKey(SupportLevel, models.PROTECT, related_name="+", db_index=False)
    complaint_type = models.ForeignKey(
        ComplaintType, models.PROTECT, related_name="+", db_index=False
    )
    channel = models.CharField(max_length=10, choices=Channel)
    # What takes a count back still needs the key of an organisation that was deleted.
    organisation = models.ForeignKey(
        Organisation, models.DO_NOTHING, null=True, related_name="+", db_constraint=False
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_index=False
    )
    seconds = models.PositiveIntegerField(null=True)
    #: Whether it came after it was promised; ``None`` where nothing was.
    late = models.BooleanField(null=True)
    #: An outcome of a ticket or a visit, the direction of an escalation, or ``helped`` or ``not_helped``.
    detail = models.CharField(max_length=20, blank=True)
    #: Of an escalation: see ``tallies.steps``.
    step = models.CharField(max_length=80, blank=True)
    #: -1 takes back what was folded before, and goes once that is done.
    number = models.SmallIntegerField(default=1)
    folded = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("entry of the recap")
        verbose_name_plural = _("entries of the recap")
        default_permissions = ()
        indexes = [
            models.Index(fields=["id"], condition=Q(folded=False), name="helpdesk_tally_to_fold"),
            models.Index(fields=["kind", "day", "division"], name="helpdesk_tally_of_day"),
            models.Index(fields=["person", "kind", "day"], name="helpdesk_tally_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.kind}"


class Grain(models.TextChoices):
    DAY = "day", _("Day")
    MONTH = "month", _("Month")


class Tally(models.Model):
    """The counters of a day or a month, for one division or (``division`` 0) for all, by one key of a dimension.

    Division and key are plain values: a number outlives what it counts. ``dimension`` is empty for all
    together, else one of ``tallies.counting.DIMENSIONS``.
    """

    grain = models.CharField(max_length=5, choices=Grain)
    #: The day, or the first of the month.
    start = models.DateField()
    division = models.BigIntegerField(default=0)
    dimension = models.CharField(max_length=12, blank=True)
    key = models.CharField(max_length=80, blank=True)
    received = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    answered_late = models.IntegerField(default=0)
    solved = models.IntegerField(default=0)
    solved_late = models.IntegerField(default=0)
    dropped = models.IntegerField(default=0)
    reopened = models.IntegerField(default=0)
    credited = models.IntegerField(default=0)
    #: By how much the number of open tickets grew.
    backlog = models.IntegerField(default=0)
    up = models.IntegerField(default=0)
    down = models.IntegerField(default=0)
    sideways = models.IntegerField(default=0)
    held_seconds = models.BigIntegerField(default=0)
    visits_done = models.IntegerField(default=0)
    visits_not_at_home = models.IntegerField(default=0)
    visits_moved = models.IntegerField(default=0)
    helped = models.IntegerField(default=0)
    not_helped = models.IntegerField(default=0)
    #: How long first responses and solutions took: number of tickets by step of ``tallies.spread``.
    responses = models.JSONField(default=dict)
    solutions = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("counter of the recap")
        verbose_name_plural = _("counters of the recap")
        default_permissions = ()
        permissions = [("view_recap", _("Can see the recap of the divisions that they lead"))]
        constraints = [
            models.UniqueConstraint(
                fields=["division", "dimension", "grain", "start", "key"],
                name="helpdesk_tally_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.grain} {self.start} {self.division} {self.dimension} {self.key}".strip()
