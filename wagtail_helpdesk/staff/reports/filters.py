"""What a report on the knowledge base is asked about: a period, a site, a language."""

from datetime import date
from functools import cached_property

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.coreutils import get_content_languages
from wagtail.models import Locale, Site

from ...knowledge.scope import Scope
from ...models import SearchLog

#: Days that no clock of a database chokes on, in any time zone.
EARLIEST, LATEST = date(2000, 1, 1), date(2999, 12, 31)


class PeriodField(django_filters.fields.DateRangeField):
    """Two days, or one, or none."""

    def compress(self, data_list):
        first, last = data_list or (None, None)
        for day in filter(None, (first, last)):
            if not EARLIEST <= day <= LATEST:
                raise ValidationError(_("Enter a year between 2000 and 2999."))
        if first and last and first > last:
            raise ValidationError(_("The first day must not be after the last day."))
        return slice(first, last) if first or last else None


class PeriodFilter(django_filters.DateFromToRangeFilter):
    field_class = PeriodField


class ScopeFilterSet(WagtailFilterSet):
    """Offers sites and languages only where there are several. ``scope`` is what was asked for."""

    period = PeriodFilter(
        label=gettext_lazy("Period"),
        widget=DateRangePickerWidget,
        help_text=gettext_lazy("Without one: the last 30 days."),
    )
    site = django_filters.ChoiceFilter(
        label=gettext_lazy("Site"), empty_label=gettext_lazy("All"), widget=forms.RadioSelect
    )
    language = django_filters.ChoiceFilter(
        label=gettext_lazy("Language"), empty_label=gettext_lazy("All"), widget=forms.RadioSelect
    )

    class Meta:
        model = SearchLog
        fields: list[str] = []

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.sites = {str(site.pk): site for site in Site.objects.order_by("hostname", "port")}
        self._offer("site", {key: str(site) for key, site in self.sites.items()})
        self._offer("language", self.languages)

    def _offer(self, name: str, choices: dict[str, str]) -> None:
        if len(choices) > 1:
            self.filters[name].extra["choices"] = list(choices.items())
        else:
            del self.filters[name]

    @cached_property
    def languages(self) -> dict[str, str]:
        """code -> name, of the languages that the site has pages in."""
        names = get_content_languages()
        codes = Locale.objects.order_by("language_code").values_list("language_code", flat=True)
        return {code: str(names.get(code, code)) for code in codes}

    @property
    def scope(self) -> Scope:
        """Only of valid filters."""
        cleaned = self.form.cleaned_data
        period = cleaned["period"] or slice(None)
        return Scope.of(
            period.start,
            period.stop,
            site=self.sites.get(cleaned.get("site", "")),
            language=cleaned.get("language", ""),
        )
