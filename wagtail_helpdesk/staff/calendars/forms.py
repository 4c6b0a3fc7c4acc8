"""The forms of working calendars and SLA policies."""

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm

from ...models import WorkingCalendar, WorkingHours
from .durations import MinutesField
from .hours import HoursField

#: The fields of the days, Monday first.
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class ZoneInput(forms.TextInput):
    """Offers the zones while one types; the browser's own list, so it works without a script."""

    template_name = "wagtail_helpdesk/staff/calendars/zone_input.html"

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}-zones"
        context["widget"]["attrs"].update(list=list_id, autocomplete="off", spellcheck="false")
        return {**context, "list_id": list_id, "zones": zones()}


def zones() -> list[str]:
    """The zones that are named after a place, and UTC. Others, old names mostly, can be typed."""
    places = [
        zone
        for zone in available_timezones()
        if "/" in zone and zone.split("/")[0] not in ("Etc", "SystemV", "US", "Brazil", "Chile")
    ]
    return [*sorted(places), "UTC"]


class CalendarForm(WagtailAdminModelForm):
    """A calendar with the hours of its days, a line a day."""

    monday = HoursField(label=WEEKDAYS[0])
    tuesday = HoursField(label=WEEKDAYS[1])
    wednesday = HoursField(label=WEEKDAYS[2])
    thursday = HoursField(label=WEEKDAYS[3])
    friday = HoursField(label=WEEKDAYS[4])
    saturday = HoursField(label=WEEKDAYS[5])
    sunday = HoursField(label=WEEKDAYS[6])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.initial.setdefault("time_zone", settings.TIME_ZONE)
        for day, name in enumerate(DAYS):
            self.initial[name] = [
                (row.opens_at, row.closes_at) for row in self._rows() if row.weekday == day
            ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if all(name in cleaned and not cleaned[name] for name in DAYS):
            self.add_error("monday", _("Enter the hours of at least one day."))
        return cleaned

    def save(self, commit: bool = True) -> WorkingCalendar:
        changed = [day for day, name in enumerate(DAYS) if name in self.changed_data]
        if changed:
            kept = [row for row in self._rows() if row.weekday not in changed]
            self.instance.hours = kept + [
                WorkingHours(weekday=day, opens_at=opens, closes_at=closes)
                for day in changed
                for opens, closes in self.cleaned_data[DAYS[day]]
            ]
        return super().save(commit)

    def _rows(self) -> list[WorkingHours]:
        return sorted(self.instance.hours.all(), key=lambda row: (row.weekday, row.opens_at))


class TargetForm(WagtailAdminModelForm):
    first_response_minutes = MinutesField(label=gettext_lazy("First response"), required=False)
    resolution_minutes = MinutesField(label=gettext_lazy("Resolution"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, resolution = (
            cleaned.get("first_response_minutes"),
            cleaned.get("resolution_minutes"),
        )
        if first and resolution and resolution < first:
            self.add_error(
                "resolution_minutes",
                _("A ticket can't be solved before it is answered: enter as much or more."),
            )
        return cleaned


class LevelTargetForm(WagtailAdminModelForm):
    minutes = MinutesField(label=gettext_lazy("Time"))


class OnceFormSet(BaseChildFormSet):
    """Says in words that a row is there twice."""

    twice: Any = ""

    def get_unique_error_message(self, unique_check: Any) -> str:
        return str(self.twice)

    def get_form_error(self) -> str:
        return str(self.twice)


class TargetFormSet(OnceFormSet):
    twice = gettext_lazy("This priority has a target already.")


class LevelTargetFormSet(OnceFormSet):
    twice = gettext_lazy("This level has a target already.")


class HolidayFormSet(OnceFormSet):
    twice = gettext_lazy("This day is a holiday already.")


class FillForm(forms.Form):
    """Which country's public holidays to add, and of which years."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))
    subdivision = forms.CharField(
        label=gettext_lazy("State or region"),
        required=False,
        max_length=60,
        help_text=gettext_lazy(
            "Its code, where it has holidays of its own: “BY” for Bavaria. Empty: the whole country's."
        ),
    )
    years = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Years"), coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, countries: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, f"{name} ({code})") for code, name in countries.items()]
        self.fields["country"].choices = [("", "---------"), *choices]
        this_year = date.today().year
        self.fields["years"].choices = [
            (year, str(year)) for year in range(this_year, this_year + 3)
        ]
        self.fields["years"].initial = [this_year, this_year + 1]

    def refuse_subdivision(self, known: list[str]) -> None:
        message = (
            _("The country has no such part. It has: %(codes)s.") % {"codes": ", ".join(known)}
            if known
            else _("The country has the same holidays everywhere: leave this empty.")
        )
        self.add_error("subdivision", ValidationError(message))
