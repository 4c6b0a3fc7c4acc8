"""The tables of a recap, each built when it is shown or exported."""

from collections.abc import Callable
from functools import cached_property
from hashlib import blake2s
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from ....conf import helpdesk_settings
from ....models import Channel, EscalationReason, Organisation, Outcome, Ticket
from ....reports.figures import Figures, last_written
from ....reports.solutions import READ, solutions
from ....tallies.counting import Counts
from ....tallies.days import today
from ...counting import Count
from ...queue.desk import Desk, named_users
from ...queue.saved_views import IsLive
from . import charts, figures
from .asked import DIMENSION_WORDS, Asked, days_in_words, in_words, short
from .behind import OPEN, SOLUTION, Addresses
from .figures import Figure
from .tables import SHOWN, Cell, Table

#: Rows of a spreadsheet; the page has the first of them.
MOST = 500
#: Seconds for which names of people, organisations and reasons may be old.
KEPT = 60


class Recap:
    """``full``: all rows in detail, for a spreadsheet."""

    def __init__(self, asked: Asked, desk: Desk, *, full: bool = False) -> None:
        self.asked, self.desk, self.full = asked, desk, full
        self.period, self.scope = asked.period, asked.scope
        self.figures = Figures(asked.scope)
        self.addresses = Addresses(asked.of)
        self.limit = MOST if full else SHOWN
        self.is_personal = asked.scope.person is not None

    @property
    def builders(self) -> dict[str, Callable[[], Table]]:
        built = {"together": self.together, "development": self.development}
        if not self.is_personal:
            built |= {"by": self.compared, "escalations": self.escalations, "types": self.types,
                      "outcomes": self.outcomes}  # fmt: skip
        return {**built, "solutions": self.solutions}

    def tables(self) -> list[Table]:
        """All of them. Those that are counters alone are kept until something is counted."""
        counted = self._kept()
        if counted is None:
            counted = [build() for key, build in self.builders.items() if key != "solutions"]
            for table in counted:
                table.html  # noqa: B018  written now, and kept with it
            if self._key:
                cache.set(self._key, counted, KEPT)
        return [*counted, self.solutions()]

    def _kept(self) -> list[Table] | None:
        return cache.get(self._key) if self._key else None

    @cached_property
    def _key(self) -> str:
        """Of all that these tables depend on; empty while something isn't folded, and so in no counter yet."""
        last = self.period.last
        written = last_written(last)
        if written is None or not self.figures.is_folded(last):
            return ""
        asked = (self.asked.of, self.scope, self.period, self.asked.by, today(), get_language())
        told = repr((written, asked, vars(self.desk.lists)))
        return f"wagtail_helpdesk:recap:1:{blake2s(told.encode()).hexdigest()}"

    def behind(self, figure: str, **place: str) -> str:
        return self.addresses.of(figure, self.period, **place)

    @cached_property
    def developed(self) -> list[Counts]:
        """The last twelve periods, this one the last."""
        return self.figures.by_period(self.period.development(), detailed=2)

    @cached_property
    def by_keys(self) -> dict[str, dict[str, Counts]]:
        """All that is compared, in one question."""
        wanted = {self.asked.by, "type", "step", "outcome"}
        return self.figures.by_keys(sorted(wanted), self.period)

    @cached_property
    def open_before(self) -> int:
        """Open tickets before the first of them."""
        return self.figures.backlog(self.period.development()[0].before.last)

    @cached_property
    def opened(self) -> list[int]:
        """Open tickets at the end of each."""
        number, found = self.open_before, []
        for counts in self.developed:
            number += counts["backlog"]
            found.append(number)
        return found

    # All together

    def together(self) -> Table:
        before, now = self.developed[-2:]
        chosen = figures.PERSONAL if self.is_personal else figures.TOGETHER
        rows = [self._figure(figure, now, before) for figure in chosen]
        open_now, open_then = self.opened[-1], self.opened[-2]
        rows.append(
            [
                Cell(str(figures.OPEN_LABEL), note=str(figures.OPEN_DEFINITION)),
                Cell(
                    figures.number(open_now), self.behind(OPEN) if open_now else "", value=open_now
                ),
                Cell(figures.number(open_then), value=open_then),
                Cell(figures.change(open_now, open_then, figures.NUMBER)),
            ]
        )
        return Table(
            key="together",
            title=_("All together"),
            counted=_("%(period)s, against the one before: %(days)s.")
            % {
                "period": in_words(self.period),
                "days": days_in_words(self.period.before),
            },
            empty="",
            headings=[
                _("Figure"),
                in_words(self.period),
                pgettext("period", "Before"),
                pgettext("figure", "Change"),
            ],
            rows=rows,
            shown=len(rows),
        )

    def _figure(self, figure: Figure, now: Counts, before: Counts) -> list[Cell]:
        value, was = figure.value(now), figure.value(before)
        return [
            Cell(str(figure.label), note=str(figure.definition)),
            self._cell(figure, value),
            Cell(figures.in_words(figure, was), value=_exported(figure, was)),
            Cell(figures.change(value, was, figure.kind)),
        ]

    def _cell(self, figure: Figure, value: int | None, **place: str) -> Cell:
        url = self.behind(figure.behind, **place) if value else ""
        return Cell(figures.in_words(figure, value), url, value=_exported(figure, value))

    def late_now(self) -> Cell:
        """Whatever the period: what is past its time at this moment."""
        late = Ticket.objects.filter(IsLive("status"), due_at__lt=self.desk.now)
        cap = helpdesk_settings.COUNT_CAP
        number = late.filter(self._whose).order_by().values("pk")[: cap + 1].count()
        url = ""
        if number:
            url = f"{reverse('wagtail_helpdesk_admin:tickets')}?view=late"
            if self.is_personal:
                url += "&assignee=me"
            elif self.scope.divisions is not None and len(self.desk.divisions) > 1:
                url += "".join(f"&division={key}" for key in sorted(self.scope.divisions))
        return Cell(str(Count(min(number, cap), capped=number > cap)), url)

    @property
    def _whose(self) -> Q:
        if self.is_personal:
            return Q(assignee=self.scope.person)
        if self.scope.divisions is None:
            return Q()
        return Q(division__in=sorted(self.scope.divisions))

    # Over time

    def development(self) -> Table:
        periods = self.period.development()
        columns = [figures.CREDITED, figures.ANSWERED] if self.is_personal else [
            figures.RECEIVED, figures.SOLVED, figures.SOLVED_LATE, figures.REOPENED,
        ]  # fmt: skip
        rows = []
        for period, counts, number in zip(periods, self.developed, self.opened, strict=True):
            cells = [Cell(in_words(period), f"?{self.asked.query_of(period)}")]
            for figure in columns:
                value = figure.value(counts)
                cells.append(
                    Cell(
                        figures.in_words(figure, value),
                        self.addresses.of(figure.behind, period) if value else "",
                        value=value,
                    )
                )
            cells.append(Cell(figures.number(number), value=number))
            rows.append(cells)
        series = [
            charts.Series(str(each.label), [each.value(counts) or 0 for counts in self.developed])
            for each in columns[:2]
        ]
        title = _("%(first)s and %(second)s in the last twelve periods") % {
            "first": columns[0].label,
            "second": columns[1].label,
        }
        return Table(
            key="development",
            title=_("The last twelve periods"),
            counted=_("The same figures, period by period."),
            empty="",
            headings=[_("Period"), *(str(each.label) for each in columns), str(figures.OPEN_LABEL)],
            rows=rows,
            shown=len(rows),
            chart=charts.columns("development", title, [short(each) for each in periods], series),
        )

    # Beside each other

    def compared(self) -> Table:
        by = self.asked.by
        columns = figures.COMPARED_PEOPLE if by == "person" else figures.COMPARED
        main = columns[0]
        found = self.by_keys[by]
        shown = self._first(found, main)
        names = self._names(by, shown)
        if by == "level":
            shown = [key for key in names if key in found]
        detailed = {key: found[key] for key in shown}
        self.figures.read_spreads(by, self.period, detailed)
        opened = self.figures.backlogs(by, self.period.last, shown)
        rows = []
        for key in shown:
            cells = [Cell(names.get(key) or _("Deleted"))]
            cells += [
                self._cell(figure, figure.value(detailed[key]), by=by, key=key)
                for figure in columns
            ]
            cells.append(
                Cell(
                    figures.number(opened[key]),
                    self.behind(OPEN, by=by, key=key) if opened[key] else "",
                    value=opened[key],
                )
            )
            rows.append(cells)
        heading = str(DIMENSION_WORDS[by])
        pictured = shown[:SHOWN]
        series = [
            charts.Series(str(each.label), [each.value(detailed[key]) or 0 for key in pictured])
            for each in columns[:2]
        ]
        title = _("%(first)s and %(second)s by %(dimension)s") % {
            "first": columns[0].label,
            "second": columns[1].label,
            "dimension": heading,
        }
        labels = [names.get(key) or _("Deleted") for key in pictured]
        return Table(
            key="by",
            title=_("By %(dimension)s") % {"dimension": heading},
            counted=self._counted_by(by),
            empty=_("Nothing happened in this period."),
            headings=[heading, *(str(each.label) for each in columns), str(figures.OPEN_LABEL)],
            rows=rows,
            definitions=[(str(each.label), str(each.definition)) for each in columns]
            + [(str(figures.OPEN_LABEL), str(figures.OPEN_DEFINITION))],
            total=len(found),
            chart=charts.bars("by", title, labels, series) if pictured else None,
        )

    def _first(self, found: dict[str, Counts], figure: Figure) -> list[str]:
        """The keys with most of it."""
        order = sorted(found, key=lambda key: (-(figure.value(found[key]) or 0), key))
        return order[: self.limit]

    def _counted_by(self, by: str) -> str:
        return {
            "division": _("Each division with what happened while it had the ticket."),
            "type": _("By what the tickets are about, as it has been corrected since."),
            "channel": _("By the way in which the complaint came in."),
            "level": _("Each level with what happened while it had the ticket. It was solved where it was solved."),
            "person": _("Everybody who held a ticket has their share in it."),
            "organisation": _("By the organisation that the requester belongs to now. Requesters without one are left out."),
        }[by]  # fmt: skip

    def _names(self, by: str, keys: Any) -> dict[str, str]:
        """key -> name, in the desk's own order."""
        lists = self.desk.lists
        if by == "channel":
            return {value: str(label) for value, label in Channel.choices}
        if by in ("division", "type", "level"):
            known = {"division": lists.divisions, "type": lists.types, "level": lists.levels}[by]
            return {str(key): name for key, name in known.items()}
        if by == "organisation":
            rows = Organisation.objects.filter(pk__in=keys)
            return {str(row.pk): row.name for row in rows}
        users = get_user_model()._default_manager.filter(pk__in=keys)
        return {str(key): name for key, name in named_users(users).items()}

    # Passed on

    def escalations(self) -> Table:
        found = self.by_keys["step"]
        levels, divisions = self.desk.lists.levels, self.desk.lists.divisions
        reasons = {reason.pk: str(reason) for reason in EscalationReason.objects.all()}
        rows = []
        totals = {
            key: sum(counts[way] for way in ("up", "down", "sideways"))
            for key, counts in found.items()
        }
        for key, number in sorted(totals.items(), key=lambda item: (-item[1], item[0]))[
            : self.limit
        ]:
            start, end, division, reason = (int(part) for part in key.split(">"))
            to = levels.get(end, _("Deleted"))
            if division:
                to = _("%(level)s in %(division)s") % {
                    "level": to,
                    "division": divisions.get(division, _("Deleted")),
                }
            rows.append(
                [
                    Cell(levels.get(start, _("Deleted"))),
                    Cell(to),
                    Cell(reasons.get(reason, _("Triaged"))),
                    Cell(
                        figures.number(number),
                        self.behind("escalated", by="step", key=key),
                        value=number,
                    ),
                ]
            )
        return Table(
            key="escalations",
            title=_("Passed on"),
            counted=_(
                "Each time a ticket went to another level or division: from where, to where, and why. Without a "
                "reason it was triaged."
            ),
            empty=_("No ticket was passed on."),
            headings=[_("From"), _("To"), _("Reason"), _("Times")],
            rows=rows,
            texts=frozenset({0, 1, 2}),
            total=len(found),
        )

    # What it was about, and what helped

    def types(self) -> Table:
        found = self.by_keys["type"]
        names = self._names("type", found)
        columns = (figures.RECEIVED, figures.SOLVED, figures.REOPENED)
        keys = self._first(found, figures.RECEIVED)
        return Table(
            key="types",
            title=_("Most frequent complaint types"),
            counted=_("By what the tickets are about, as it has been corrected since."),
            empty=_("Nothing happened in this period."),
            headings=[str(DIMENSION_WORDS["type"]), *(str(each.label) for each in columns)],
            rows=[
                [
                    Cell(names.get(key) or _("Deleted")),
                    *(
                        self._cell(each, each.value(found[key]), by="type", key=key)
                        for each in columns
                    ),
                ]
                for key in keys
            ],
            total=len(found),
        )

    def outcomes(self) -> Table:
        found = self.by_keys["outcome"]
        words = dict(Outcome.choices)
        keys = self._first(found, figures.SOLVED)
        return Table(
            key="outcomes",
            title=_("Outcomes"),
            counted=_("What was chosen each time a ticket was solved."),
            empty=_("No ticket was solved."),
            headings=[_("Outcome"), str(figures.SOLVED.label)],
            rows=[
                [
                    Cell(str(words.get(key, key))),
                    self._cell(figures.SOLVED, found[key]["solved"], by="outcome", key=key),
                ]
                for key in keys
            ],
        )

    def solutions(self) -> Table:
        given = solutions(self.scope, self.period, visible=self.desk.visible)
        outcomes, types = dict(Outcome.choices), self.desk.lists.types
        figure = "credited" if self.is_personal else "solved"
        return Table(
            key="solutions",
            title=_("Solutions given"),
            counted=ngettext(
                "The one-line solutions of the last %(number)d ticket that was solved in the period, of those that "
                "you may see; the same line for the same complaint type counts together.",
                "The one-line solutions of the last %(number)d tickets that were solved in the period, of those that "
                "you may see; the same line for the same complaint type counts together.",
                READ,
            )
            % {"number": READ},
            empty=_("Nobody wrote down a solution."),
            headings=[_("Solution"), str(DIMENSION_WORDS["type"]), _("Outcome"), _("Tickets")],
            rows=[
                [
                    Cell(each.line),
                    Cell(types.get(each.complaint_type, "")),
                    Cell(str(outcomes.get(each.outcome, _("Reopened")))),
                    Cell(
                        figures.number(len(each.tickets)),
                        self.behind(figure, by=SOLUTION, key=each.key),
                        value=len(each.tickets),
                    ),
                ]
                for each in given[: self.limit]
            ],
            texts=frozenset({0, 1, 2}),
            total=len(given),
        )


def _exported(figure: Figure, value: int | None) -> Any:
    """Hours as a number, in a spreadsheet."""
    if value is None or figure.kind != figures.DURATION:
        return value
    return round(value / 3_600, 2)
