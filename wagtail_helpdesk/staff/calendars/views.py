"""A calendar's page, which says whether time counts just now; and filling it with public holidays."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.log_actions import log

from ...clocks import public_holidays
from ...models import WorkingCalendar
from ...working_time import NeverOpen
from .forms import FillForm


class CalendarEditView(generic.EditView):
    holidays_url_name = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            clock=clock_of(self.object),
            holidays_url=reverse(self.holidays_url_name, args=[self.object.pk]),
            **kwargs,
        )


def clock_of(calendar: WorkingCalendar) -> dict[str, Any]:
    """What the calendar, as it is stored, says of this moment; ``zone`` is whose clocks to show times by."""
    hours, now = calendar.working_time, timezone.now()
    try:
        opens = hours.opens_at(now)
    except NeverOpen:
        opens = None
    return {
        "zone": hours.zone,
        "now": now,
        "opens": opens,
        "open": opens is not None and opens <= now,
    }


class FillHolidaysView(PermissionCheckedMixin, WagtailAdminTemplateMixin, FormView):
    """GET: which country and years; POST: adds their public holidays. What is there stays."""

    model = WorkingCalendar
    permission_required = "change"
    form_class = FillForm
    template_name = "wagtail_helpdesk/staff/calendars/fill.html"
    page_title = _("Public holidays")
    header_icon = ""
    index_url_name = ""
    edit_url_name = ""

    @cached_property
    def calendar(self) -> WorkingCalendar:
        return get_object_or_404(WorkingCalendar, pk=self.kwargs["pk"])

    @cached_property
    def countries(self) -> dict[str, str] | None:
        """``None`` where the package is missing: the page then says how to get it."""
        try:
            return public_holidays.countries()
        except public_holidays.NotInstalled:
            return None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "countries": self.countries or {}}

    def form_valid(self, form: FillForm) -> Any:
        chosen = form.cleaned_data
        try:
            with transaction.atomic():
                filled = public_holidays.fill(
                    self.calendar,
                    chosen["country"],
                    subdivision=chosen["subdivision"],
                    years=chosen["years"],
                    language=get_language() or "en",
                )
                if filled.added:
                    log(instance=self.calendar, action="wagtail.edit", user=self.request.user)
        except public_holidays.UnknownSubdivision as error:
            form.refuse_subdivision(error.known)
            return self.form_invalid(form)
        messages.success(self.request, said(filled))
        return redirect(self.edit_url)

    @property
    def edit_url(self) -> str:
        return reverse(self.edit_url_name, args=[self.calendar.pk])

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse(self.index_url_name), "label": _("Working calendars")},
            {"url": self.edit_url, "label": str(self.calendar)},
            {"url": "", "label": self.page_title},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            action_url=self.request.path,
            submit_button_label=_("Add holidays"),
            submit_button_active_label=_("Adding…"),
            installed=self.countries is not None,
            calendar=self.calendar,
            edit_url=self.edit_url,
            **kwargs,
        )


def said(filled: public_holidays.Filled) -> str:
    added = ngettext(
        "%(number)d holiday was added.", "%(number)d holidays were added.", filled.added
    ) % {"number": filled.added}
    if not filled.kept:
        return added
    kept = ngettext(
        "%(number)d was there before and stays as it is.",
        "%(number)d were there before and stay as they are.",
        filled.kept,
    ) % {"number": filled.kept}
    return gettext("%(added)s %(kept)s") % {"added": added, "kept": kept}
