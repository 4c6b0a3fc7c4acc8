"""By when a ticket is due, as staff read it: icon and text, never colour alone."""

from datetime import datetime, timedelta, tzinfo
from functools import lru_cache

from django.db.models import BooleanField, ExpressionWrapper, Q
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..models import Status
from .markup import written
from .time_words import counted, dated, from_now, in_one_unit

#: How far ahead "soon" reaches, by the clock on the wall.
SOON = timedelta(hours=24)
#: Whether something was promised that is still to come, whether its clock runs or not.
IS_PROMISED = ExpressionWrapper(
    Q(resolution_due_at__isnull=False)
    | Q(level_due_at__isnull=False)
    | Q(first_response_due_at__isnull=False, first_responded_at=None),
    output_field=BooleanField(),
)
ICONS = {
    "late": "warning",
    "soon": "time",
    "later": "time",
    "stands": "wagtail_helpdesk-on-hold",
    "met": "circle-check",
    "missed": "warning",
}
#: Whom a clock that stands waits for.
REASONS = {
    Status.PENDING: gettext_lazy("waiting for the requester"),
    Status.ON_HOLD: gettext_lazy("waiting for a third party"),
}
MARK = (
    '<span class="wh-due wh-due--{kind}"><svg class="icon wh-icon" aria-hidden="true">'
    '<use href="#icon-{icon}"></use></svg> {words}</span>'
)
TIME = '<time datetime="{iso}" title="{date}">{mark}</time>'
STANDS = '{mark} <span class="wh-due__why">{reason}</span>'


class DueWriter:
    """What all due times of a page share."""

    def __init__(self, now: datetime, language: str | None = None, zone: tzinfo | None = None):
        self.now, self.soon = now, now + SOON
        self.language = language or get_language()
        self.zone = zone or timezone.get_current_timezone()
        self.format = get_format("DATETIME_FORMAT")

    def running(self, due: datetime) -> SafeString:
        """ "in 2 hours" or "late by 1 day", with the full date on it."""
        if due < self.now:
            kind, seconds = "late", int((self.now - due).total_seconds())
        else:
            kind = "soon" if due < self.soon else "later"
            seconds = int((due - self.now).total_seconds())
        return self.timed(due, _running(kind, *in_one_unit(seconds), self.language))

    def standing(self, status: str) -> SafeString:
        """That the clock stands, and why."""
        return _standing(status, self.language)

    def timed(self, moment: datetime, mark: SafeString) -> SafeString:
        iso = moment.isoformat(timespec="seconds")
        return SafeString(TIME.format(iso=iso, date=self.date(moment), mark=mark))

    def date(self, moment: datetime) -> SafeString:
        return dated(moment.astimezone(self.zone), self.format, self.language)


def mark(kind: str, words: str) -> SafeString:
    """``words`` with the icon of ``kind``, one of ``ICONS``."""
    return written(MARK, kind=kind, icon=ICONS[kind], words=words)


@lru_cache(maxsize=1_000)
def _running(kind: str, unit: str, number: int, language: str | None) -> SafeString:
    if kind != "late":
        return mark(kind, from_now(unit, number))
    if not unit:
        return mark(kind, _("late by less than a minute"))
    return mark(kind, _("late by %(time)s") % {"time": counted(unit, number)})


@lru_cache
def _standing(status: str, language: str | None) -> SafeString:
    return written(STANDS, mark=mark("stands", _("stands")), reason=REASONS[status])
