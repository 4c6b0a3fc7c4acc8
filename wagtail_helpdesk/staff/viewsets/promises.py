"""Working calendars and SLA policies: when time counts, and what is promised in it."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    MultiFieldPanel,
    ObjectList,
)
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic

from ...models import Priority, SlaPolicy, WorkingCalendar
from ..calendars.durations import write_minutes
from ..calendars.forms import (
    DAYS,
    CalendarForm,
    HolidayFormSet,
    LevelTargetForm,
    LevelTargetFormSet,
    TargetForm,
    TargetFormSet,
    ZoneInput,
)
from ..calendars.hours import write_week
from ..calendars.panels import FormInlinePanel
from ..calendars.views import CalendarEditView, FillHolidaysView
from .base import DeskViewSet


def week_of(calendar: WorkingCalendar) -> str:
    spans: dict[int, list] = {}
    for row in calendar.hours.all():
        spans.setdefault(row.weekday, []).append((row.opens_at, row.closes_at))
    return write_week(spans)


def target_of(priority: str) -> Column:
    """First response and resolution of one priority: “1:00 / 8:00”."""

    def text(policy: SlaPolicy) -> str:
        for target in policy.targets.all():
            if target.priority == priority:
                both = (target.first_response_minutes, target.resolution_minutes)
                return " / ".join("–" if each is None else write_minutes(each) for each in both)
        return "–"

    return Column(priority, label=Priority(priority).label, accessor=text)


class CalendarIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().prefetch_related("hours")


class PolicyIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet:
        policies = super().get_base_queryset()
        return policies.select_related("calendar").prefetch_related("targets")


class WorkingCalendarViewSet(DeskViewSet):
    model = WorkingCalendar
    icon = "calendar-alt"
    index_view_class = CalendarIndexView
    edit_view_class = CalendarEditView
    edit_template_name = "wagtail_helpdesk/staff/calendars/edit.html"
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("time_zone", widget=ZoneInput),
            MultiFieldPanel(
                [FieldPanel(name) for name in DAYS],
                heading=_("Working hours"),
                help_text=_(
                    "As “8:00–12:00, 13:00–17:00”. A day without hours is free. "
                    "24:00 is the end of the day."
                ),
            ),
            FormInlinePanel(
                "holidays",
                [FieldRowPanel([FieldPanel("date"), FieldPanel("name")])],
                heading=_("Holidays"),
                label=_("Holiday"),
                help_text=_("Days on which nobody works, whatever weekday they are."),
                formset=HolidayFormSet,
            ),
        ],
        base_form_class=CalendarForm,
    )
    list_display = [
        "__str__",
        Column("hours", label=_("Working hours"), accessor=week_of),
        Column("time_zone", label=_("Time zone")),
    ]
    instead_of_deleting = _("Give those policies another calendar first.")

    @property
    def holidays_view(self) -> Any:
        return self.construct_view(FillHolidaysView)

    def get_edit_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_edit_view_kwargs(
            holidays_url_name=self.get_url_name("holidays"), **kwargs
        )

    def get_urlpatterns(self) -> list[Any]:
        fill = path("holidays/<int:pk>/", self.holidays_view, name="holidays")
        return [*super().get_urlpatterns(), fill]


class SlaPolicyViewSet(DeskViewSet):
    model = SlaPolicy
    icon = "time"
    index_view_class = PolicyIndexView
    index_template_name = "wagtail_helpdesk/staff/calendars/policies.html"
    panels = [
        FieldPanel("name"),
        FieldPanel("calendar"),
        FormInlinePanel(
            "targets",
            [
                FieldPanel("priority"),
                FieldRowPanel(
                    [FieldPanel("first_response_minutes"), FieldPanel("resolution_minutes")]
                ),
            ],
            heading=_("Targets by priority"),
            label=_("Target"),
            help_text=_(
                "Hours and minutes of working time, as “1:30” or “45 min”: until staff answer the "
                "requester, and until the ticket is solved. What is left empty is not promised."
            ),
            form=TargetForm,
            formset=TargetFormSet,
        ),
        FormInlinePanel(
            "level_targets",
            [FieldRowPanel([FieldPanel("level"), FieldPanel("minutes")])],
            heading=_("How long each level may hold a ticket"),
            label=_("Level"),
            help_text=_(
                "Working time from when the ticket comes to the level until it is passed on or "
                "solved. Requesters don't read it."
            ),
            form=LevelTargetForm,
            formset=LevelTargetFormSet,
        ),
    ]
    list_display = [
        "__str__",
        Column("calendar", label=_("Calendar")),
        *(target_of(priority) for priority in reversed(Priority.values)),
    ]
    instead_of_deleting = _("Let them follow another policy first.")


calendars = WorkingCalendarViewSet("wagtail_helpdesk_calendars", url_prefix="helpdesk/calendars")
policies = SlaPolicyViewSet("wagtail_helpdesk_policies", url_prefix="helpdesk/policies")
