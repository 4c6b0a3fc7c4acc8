"""The markup of what the timeline has many of. A template's tags would cost more than reading the ticket.

Every text goes through ``format_html`` or ``written``, which escape: what people wrote stays text.
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from django.utils import dateformat, timezone
from django.utils.formats import get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from ..markup import written

NOTHING = SafeString("")
_MESSAGE = """\
<li class="wh-entry wh-entry--{kind}{fresh}"><article>
<header class="wh-entry__head">
<h3 class="wh-entry__heading"><svg class="icon wh-icon" aria-hidden="true"><use href="#icon-{icon}"></use></svg> {heading}</h3>
<span class="wh-entry__who">{{who}}</span> {{time}} {{tags}}
</header>
<div class="wh-entry__body">{{body}}</div>{{foot}}
</article></li>"""
_EVENT = '<li class="wh-entry wh-entry--event{fresh}">{new}{text} {time}</li>'


class Writer:
    """Writes entries for one page: words and formats of the reader's language are looked up once."""

    def __init__(self, files: Callable[[list], SafeString]) -> None:
        self.write_files = files
        self.language = get_language() or ""
        self.zone = timezone.get_current_timezone()
        self.time_format = get_format("DATETIME_FORMAT")
        only_staff = format_html(' <span class="w-sr-only">{}</span>', _("Only staff read this."))
        self.headings = {
            "complaint": ("user", _("Complaint")),
            "requester": ("user", _("From the requester")),
            "reply": ("mail", _("Reply to the requester")),
            "note": ("lock", format_html("{}{}", _("Private note"), only_staff)),
        }
        self.names: dict[str, SafeString] = {}
        self.patterns: dict[tuple[str, bool], str] = {}
        self.new = format_html(
            '<span class="wh-new">{}</span> ', pgettext("entry in a conversation", "New")
        )

    def time(self, at: datetime) -> SafeString:
        local = at.astimezone(self.zone).replace(microsecond=0)
        return write_time(
            local.replace(tzinfo=None), local.isoformat(), self.time_format, self.language
        )

    def message(self, entry) -> SafeString:
        return written(
            self._pattern(entry.kind, entry.is_fresh),
            who=self._who(entry.who),
            time=self.time(entry.at),
            tags=self._tags(entry) if entry.channel or entry.is_fresh else NOTHING,
            body=entry.body,
            foot=self._foot(entry) if entry.files or entry.status else NOTHING,
        )

    def event(self, entry) -> SafeString:
        return written(
            _EVENT,
            fresh=" wh-entry--fresh" if entry.is_fresh else NOTHING,
            new=self.new if entry.is_fresh else NOTHING,
            text=entry.text,
            time=self.time(entry.at),
        )

    def _pattern(self, kind: str, is_fresh: bool) -> str:
        """What all messages of a kind have in common; a brace in a translation stays one."""
        if (kind, is_fresh) not in self.patterns:
            icon, heading = self.headings[kind]
            escaped = format_html("{}", heading).replace("{", "{{").replace("}", "}}")
            fresh = " wh-entry--fresh" if is_fresh else ""
            self.patterns[kind, is_fresh] = _MESSAGE.format(
                kind=kind, fresh=fresh, icon=icon, heading=escaped
            )
        return self.patterns[kind, is_fresh]

    def _who(self, name: str) -> SafeString:
        """A name, escaped once: few people write many messages."""
        if name not in self.names:
            self.names[name] = format_html("{}", name)
        return self.names[name]

    def _tags(self, entry) -> SafeString:
        tags = self.new if entry.is_fresh else NOTHING
        if entry.channel:
            tags += format_html('<span class="wh-tag">{}</span> ', entry.channel)
        return tags

    def _foot(self, entry) -> SafeString:
        foot = self.write_files(entry.files) if entry.files else NOTHING
        if entry.status:
            sentence = _("The ticket was set to “%(status)s”.") % {"status": entry.status}
            foot += format_html('<p class="wh-entry__foot">{}</p>', sentence)
        return foot


@lru_cache(maxsize=20_000)
def write_time(wall_clock: datetime, iso: str, time_format: str, language: str) -> SafeString:
    """A time for a person and for a machine. Kept by the process: the same messages are read often."""
    words = dateformat.format(wall_clock, time_format)
    return format_html('<time datetime="{}">{}</time>', iso, words)
