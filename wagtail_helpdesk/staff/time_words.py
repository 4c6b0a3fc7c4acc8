"""How long something is from now, in one unit and in the reader's language. Kept by the process: lists repeat it."""

from datetime import datetime
from functools import lru_cache

from django.utils import dateformat
from django.utils.html import avoid_wrapping
from django.utils.safestring import SafeString
from django.utils.timesince import TIME_STRINGS
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from .markup import written

#: Seconds of the units; months and years are as long as they are on average.
UNITS = {
    "year": 31_556_952, "month": 2_629_746, "week": 604_800, "day": 86_400, "hour": 3_600,
    "minute": 60,
}  # fmt: skip


def ago(moment: datetime, now: datetime, language: str | None) -> SafeString:
    """How long ago: "3 days". What is still to come never reads as if it had been."""
    seconds = int((now - moment).total_seconds())
    if moment > now:
        return _from_now(*in_one_unit(-seconds), language)
    return _long(*in_one_unit(seconds), language)


def in_one_unit(seconds: int) -> tuple[str, int]:
    """The largest unit that fits into ``seconds``, and how often; ("", 0) for less than a minute."""
    for unit, length in UNITS.items():
        if seconds >= length:
            return unit, seconds // length
    return "", 0


@lru_cache(maxsize=1_000)
def _long(unit: str, number: int, language: str | None) -> SafeString:
    if not unit:
        return written("{words}", words=pgettext("how long ago", "just now"))
    return written("{words}", words=counted(unit, number))


@lru_cache(maxsize=1_000)
def _from_now(unit: str, number: int, language: str | None) -> SafeString:
    return written("{words}", words=from_now(unit, number))


def counted(unit: str, number: int) -> str:
    """As Django's ``timesince`` words it: "3 days"."""
    return avoid_wrapping(TIME_STRINGS[unit] % {"num": number})


def from_now(unit: str, number: int) -> str:
    if not unit:
        return _("in less than a minute")
    return _("in %(time)s") % {"time": counted(unit, number)}


@lru_cache(maxsize=5_000)
def dated(moment: datetime, pattern: str, language: str | None) -> SafeString:
    """``moment``, of the reader's zone already, in full."""
    return written("{date}", date=dateformat.format(moment, pattern))
