"""Wagtail's filters for the queue, with choices that the page has read anyway."""

from collections.abc import Iterable
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from ...models import Channel, Priority, Status, Ticket
from .desk import NOBODY, Desk

ME, NONE = "me", "none"
CHECKED, SELECTED = SafeString(" checked"), SafeString(" selected")


class LeanCheckboxes(forms.CheckboxSelectMultiple):
    """Django's own markup, written in one go: its widget renders two templates for each box."""

    def render(self, name, value, attrs=None, renderer=None):
        attrs = self.build_attrs(self.attrs, attrs)
        chosen = {str(one) for one in value or []}
        key = attrs.pop("id", None) or f"id_{name}"
        boxes = format_html_join(
            "",
            '<div><label for="{0}_{1}"><input type="checkbox" name="{2}" value="{3}" id="{0}_{1}"{4}>'
            " {5}</label></div>",
            (
                (key, index, name, option, CHECKED if str(option) in chosen else "", label)
                for index, (option, label) in enumerate(self.choices)
            ),
        )
        return format_html("<div{}>{}</div>", flatatt({**attrs, "id": key}), boxes)


class LeanSelect(forms.Select):
    """A select that is written in one go: Django's renders a template for each of its options."""

    def render(self, name, value, attrs=None, renderer=None):
        attrs = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        chosen = str(value or "")
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, SELECTED if str(key) == chosen else "", label) for key, label in self.choices),
        )
        return format_html("<select{}>{}</select>", flatatt(attrs), options)


class AnyOfFilter(django_filters.MultipleChoiceFilter):
    """One of several values. ``IN``, because ORs of one column keep databases from their index."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", LeanCheckboxes)
        super().__init__(*args, distinct=False, **kwargs)

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class TicketFilterSet(WagtailFilterSet):
    status = AnyOfFilter(label=gettext_lazy("Status"), choices=Status.choices)
    priority = AnyOfFilter(label=gettext_lazy("Priority"), choices=Priority.choices)
    level = AnyOfFilter(label=gettext_lazy("Level"))
    division = AnyOfFilter(label=gettext_lazy("Division"))
    assignee = django_filters.ChoiceFilter(
        label=gettext_lazy("Assignee"), method="filter_assignee", widget=LeanSelect
    )
    complaint_type = django_filters.ChoiceFilter(
        label=gettext_lazy("Complaint type"), widget=LeanSelect
    )
    channel = AnyOfFilter(label=gettext_lazy("Channel"), choices=Channel.choices)
    site = django_filters.ChoiceFilter(label=gettext_lazy("Site"), widget=LeanSelect)
    created_at = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Created"), widget=DateRangePickerWidget
    )

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None, desk: Desk) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.desk = desk
        lists = desk.lists
        self._offer("level", lists.levels.items())
        self._offer("division", desk.divisions.items())
        self._offer("complaint_type", lists.types.items(), empty=_("All"))
        people = [(ME, _("Me")), (NONE, NOBODY), *desk.colleagues.items()]
        self._offer("assignee", people, empty=_("All"))
        if len(desk.divisions) < 2:
            del self.filters["division"]
        if len(lists.sites) > 1:
            self._offer("site", lists.sites.items(), empty=_("All"))
        else:
            del self.filters["site"]

    def _offer(
        self, name: str, choices: Iterable[tuple[Any, str]], empty: str | None = None
    ) -> None:
        extra = self.filters[name].extra
        extra["choices"] = list(choices)
        if empty is not None:
            extra["empty_label"] = empty

    def filter_assignee(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == NONE:
            return queryset.filter(assignee=None)
        return queryset.filter(assignee=self.desk.user.pk if value == ME else value)
