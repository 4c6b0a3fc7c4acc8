"""Wagtail's filters for the queue, with choices that the page has read anyway."""

import copy
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet, TextChoices
from django.forms.utils import flatatt
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin import filters
from wagtail.admin.filters import WagtailFilterSet

from ...models import Channel, Priority, Status, Ticket
from ..due import IS_PROMISED, REASONS
from ..markup import joined, options, written
from .desk import NOBODY, Desk
from .drilldown import FilterMenu
from .saved_views import IsLive

ME, NONE = "me", "none"
CHECKED, NEITHER = SafeString(" checked"), SafeString()
BOX = (
    '<div><label for="{key}_{index}">'
    '<input type="checkbox" name="{name}" value="{value}" id="{key}_{index}"{checked}> {label}'
    "</label></div>"
)


# Named like Django's and Wagtail's, because Wagtail styles a field by the name of its widget's class. What they
# write is kept by the process: most readers choose from the same lists, and have chosen nothing.


class CheckboxSelectMultiple(forms.CheckboxSelectMultiple):
    """Django's own markup, written in one go: its widget renders two templates for each box."""

    def render(self, name, value, attrs=None, renderer=None):
        attrs = self.build_attrs(self.attrs, attrs)
        key = attrs.pop("id", None) or f"id_{name}"
        chosen = frozenset(str(one) for one in value or [])
        return _boxes(name, key, _in_words(self.choices), chosen, tuple(attrs.items()))


class Select(forms.Select):
    """A select that is written in one go: Django's renders a template for each of its options."""

    def render(self, name, value, attrs=None, renderer=None):
        attrs = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return _select(_in_words(self.choices), str(value or ""), tuple(attrs.items()))


class DateRangePickerWidget(filters.DateRangePickerWidget):
    """Wagtail's, which renders eight templates."""

    def render(self, name, value, attrs=None, renderer=None):
        if value not in (None, [None, None], ["", ""]):
            return super().render(name, value, attrs, renderer)
        return _empty_range(name, tuple((attrs or {}).items()), get_language())


def _in_words(choices: Iterable[tuple[Any, Any]]) -> tuple[tuple[Any, str], ...]:
    return tuple((value, str(label)) for value, label in choices)


@lru_cache(maxsize=1_000)
def _boxes(name, key, choices, chosen, attrs) -> SafeString:
    boxes = [
        written(
            BOX, key=key, index=index, name=name, value=option, label=label,
            checked=CHECKED if str(option) in chosen else NEITHER,
        )
        for index, (option, label) in enumerate(choices)
    ]  # fmt: skip
    attrs = flatatt({**dict(attrs), "id": key})
    return written("<div{attrs}>{boxes}</div>", attrs=attrs, boxes=joined(boxes))


@lru_cache(maxsize=1_000)
def _select(choices, chosen, attrs) -> SafeString:
    return written(
        "<select{attrs}>{options}</select>",
        attrs=flatatt(dict(attrs)),
        options=options(choices, chosen),
    )


@lru_cache(maxsize=100)
def _empty_range(name, attrs, language) -> SafeString:
    return filters.DateRangePickerWidget().render(name, None, dict(attrs))


class OfOneRequest:
    """A filter that is copied in one go, and whose field isn't copied at all.

    A filter set copies its filters down to the last choice, and its form copies them once more. Our
    choices are given to each set anew, and its form class is made for that one form.
    """

    def __deepcopy__(self, memo):
        twin = copy.copy(self)
        twin.extra = dict(self.extra)
        return twin


def uncopied(field_class: type[forms.Field]) -> type[forms.Field]:
    return type(field_class.__name__, (field_class,), {"__deepcopy__": lambda self, memo: self})


class AnyOfFilter(OfOneRequest, django_filters.MultipleChoiceFilter):
    """One of several values. ``IN``, because ORs of one column keep databases from their index."""

    field_class = uncopied(django_filters.MultipleChoiceFilter.field_class)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("widget", CheckboxSelectMultiple)
        super().__init__(*args, distinct=False, **kwargs)

    def filter(self, qs: QuerySet, value: list[str]) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class OneOfFilter(OfOneRequest, django_filters.ChoiceFilter):
    field_class = uncopied(django_filters.ChoiceFilter.field_class)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, widget=Select, **kwargs)


class AssigneeFilter(OneOfFilter):
    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        if value == NONE:
            return qs.filter(assignee=None)
        return qs.filter(assignee=self.parent.desk.user.pk if value == ME else value)


class DueFilter(OneOfFilter):
    """Only of what is live: nothing else is due, and a part of the index is about those."""

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        if not value:
            return qs
        desk = self.parent.desk
        conditions = {
            "late": Q(due_at__lt=desk.now),
            "soon": Q(due_at__gte=desk.now, due_at__lt=desk.soon),
            "stands": Q(IS_PROMISED, due_at=None, status__in=REASONS),
        }
        return qs.filter(IsLive("status"), conditions[value])


class PeriodFilter(OfOneRequest, django_filters.DateFromToRangeFilter):
    field_class = uncopied(django_filters.DateFromToRangeFilter.field_class)


class TicketFilterSet(WagtailFilterSet):
    status = AnyOfFilter(label=gettext_lazy("Status"))
    priority = AnyOfFilter(label=gettext_lazy("Priority"))
    level = AnyOfFilter(label=gettext_lazy("Level"))
    division = AnyOfFilter(label=gettext_lazy("Division"))
    assignee = AssigneeFilter(label=gettext_lazy("Assignee"))
    complaint_type = OneOfFilter(label=gettext_lazy("Complaint type"))
    channel = AnyOfFilter(label=gettext_lazy("Channel"))
    site = OneOfFilter(label=gettext_lazy("Site"))
    due = DueFilter(label=gettext_lazy("Due"))
    created_at = PeriodFilter(label=gettext_lazy("Created"), widget=DateRangePickerWidget)

    class Meta:
        model = Ticket
        fields: list[str] = []

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None, desk: Desk) -> None:
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.desk = desk
        lists, language = desk.lists, get_language()
        for name, words in (("status", Status), ("priority", Priority), ("channel", Channel)):
            self._offer(name, _words(words, language))
        self._offer("level", lists.levels.items())
        self._offer("division", desk.divisions.items())
        self._offer("complaint_type", lists.types.items(), empty=_("All"))
        self._offer("due", _due_words(language), empty=_("All"))
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

    @cached_property
    def menu(self) -> FilterMenu:
        return FilterMenu(self.form)


@lru_cache
def _due_words(language: str | None) -> list[tuple[str, str]]:
    return [("late", _("Late")), ("soon", _("Due within 24 hours")), ("stands", _("Clock stands"))]


@lru_cache
def _words(choices: type[TextChoices], language: str | None) -> list[tuple[str, str]]:
    """The choices in the reader's language."""
    return [(value, str(label)) for value, label in choices.choices]
