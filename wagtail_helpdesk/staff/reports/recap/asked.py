"""What a recap is asked about: a period, whose figures, and by what."""

from datetime import date

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from ....reports.periods import MONTH, OWN, QUARTER, WEEK, YEAR, Period
from ....reports.scope import Scope
from ....tallies.days import today
from ...queue.desk import Desk
from ..filters import EARLIEST, LATEST
from .scopes import Choice, choices

KIND_WORDS = {
    WEEK: pgettext_lazy("period", "Week"),
    MONTH: pgettext_lazy("period", "Month"),
    QUARTER: pgettext_lazy("period", "Quarter"),
    YEAR: pgettext_lazy("period", "Year"),
    OWN: pgettext_lazy("period", "Own dates"),
}
DIMENSION_WORDS = {
    "division": gettext_lazy("Division"),
    "type": gettext_lazy("Complaint type"),
    "channel": gettext_lazy("Channel"),
    "level": gettext_lazy("Level"),
    "person": gettext_lazy("Member of staff"),
    "organisation": gettext_lazy("Organisation"),
}
#: Days of one's own: twelve times as many are looked back on.
LONGEST = 731


class DayField(forms.DateField):
    def clean(self, value):
        day = super().clean(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise ValidationError(_("Enter a year between 2000 and 2999."))
        return day


class AskedForm(forms.Form):
    period = forms.ChoiceField(
        label=gettext_lazy("Period"), choices=KIND_WORDS.items(), required=False
    )
    #: Any day of the week, month, quarter or year.
    day = DayField(label=gettext_lazy("Day"), required=False)
    first = DayField(label=gettext_lazy("First day"), required=False)
    last = DayField(label=gettext_lazy("Last day"), required=False)
    by = forms.ChoiceField(
        label=gettext_lazy("By"), choices=DIMENSION_WORDS.items(), required=False
    )
    of = forms.ChoiceField(label=gettext_lazy("Figures of"), required=False)

    def __init__(self, data: QueryDict, *, offered: dict[str, Choice]) -> None:
        super().__init__(data)
        self.fields["of"].choices = [(name, choice.label) for name, choice in offered.items()]

    def clean(self):
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if cleaned.get("period") == OWN and not self.errors:
            if not first or not last:
                raise ValidationError(_("Enter the first and the last day."))
            if first > last:
                raise ValidationError(_("The first day must not be after the last day."))
            if (last - first).days > LONGEST:
                raise ValidationError(_("Choose two years at most."))
        return cleaned


class Asked:
    """Without a word about it: the last week that is over, of as much as one may see."""

    def __init__(self, data: QueryDict, desk: Desk) -> None:
        self.desk = desk
        self.offered = choices(desk)
        self.form = AskedForm(data, offered=self.offered)

    @property
    def problems(self) -> list[str]:
        """What is wrong with the question, in words."""
        return [
            _("%(field)s: %(problem)s") % {"field": self.form[name].label, "problem": problem}
            if name in self.form.fields
            else str(problem)
            for name, problems in self.form.errors.items()
            for problem in problems
        ]

    @cached_property
    def cleaned(self) -> dict:
        self.form.is_valid()
        return self.form.cleaned_data

    @cached_property
    def period(self) -> Period:
        kind, day = self.cleaned["period"] or WEEK, self.cleaned["day"]
        if kind == OWN:
            return Period(self.cleaned["first"], self.cleaned["last"])
        return Period.around(day, kind) if day else Period.around(today(), kind).before

    @cached_property
    def of(self) -> str:
        return self.cleaned["of"] or next(iter(self.offered))

    @property
    def scope(self) -> Scope:
        return self.offered[self.of].scope

    @cached_property
    def by(self) -> str:
        """The dimension to compare by; with several divisions, those."""
        several = self.scope.divisions is None or len(self.scope.divisions) > 1
        return self.cleaned["by"] or ("division" if several else "type")

    def query(self, **changes: str) -> str:
        """The address of the same with something else."""
        return self.query_of(self.period, **changes)

    def query_of(self, period: Period, **changes: str) -> str:
        """The address of the same for another period."""
        query = QueryDict(mutable=True)
        query.update({"of": self.of, "by": self.by, **of_period(period), **changes})
        return query.urlencode()


def of_period(period: Period) -> dict[str, str]:
    if period.kind == OWN:
        return {
            "period": OWN,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
        }
    return {"period": period.kind, "day": period.first.isoformat()}


def in_words(period: Period) -> str:
    """ "Week 47 of 2026", "November 2026", "3rd quarter of 2026", "2026"; own dates as they are."""
    first, last = date_format(period.first), date_format(period.last)
    match period.kind:
        case "week":
            year, week, _day = period.first.isocalendar()
            return _("Week %(week)d of %(year)d") % {"week": week, "year": year}
        case "month":
            return date_format(period.first, "YEAR_MONTH_FORMAT")
        case "quarter":
            number = (period.first.month + 2) // 3
            return _("Quarter %(number)d of %(year)d") % {
                "number": number,
                "year": period.first.year,
            }
        case "year":
            return str(period.first.year)
    return first if first == last else days_in_words(period)


def days_in_words(period: Period) -> str:
    first, last = date_format(period.first), date_format(period.last)
    return _("%(first)s to %(last)s") % {"first": first, "last": last}


def short(period: Period) -> str:
    """For the foot of a column of a chart."""
    match period.kind:
        case "week":
            return pgettext("short for a week of the year", "W%(week)d") % {
                "week": period.first.isocalendar()[1]
            }
        case "month":
            return date_format(period.first, "M")
        case "quarter":
            return pgettext("short for a quarter of the year", "Q%(number)d") % {
                "number": (period.first.month + 2) // 3
            }
        case "year":
            return str(period.first.year)
    return date_format(period.first, "SHORT_DATE_FORMAT")


def parsed_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if EARLIEST <= day <= LATEST else None
