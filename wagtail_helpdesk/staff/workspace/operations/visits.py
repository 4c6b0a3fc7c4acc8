"""The operations on visits: plan one, say what came of it, call it off."""

from datetime import date, datetime, time

from django import forms
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.utils import get_user_display_name

from .... import tickets
from ....clocks.words import window_in_words
from ....models import Verb, Visit, VisitOutcome
from ..people import colleagues
from ..texts import PlainTextField, needed
from .base import OperationForm, OperationView
from .fields import ColleagueField

#: In a query, says that the page of visits is where one comes from, and wants to go on.
FROM_VISITS = "visits"
TIME = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class WindowMixin(forms.Form):
    """A day, and from when to when, by the site's clocks, whoever looks and from wherever.

    Cleans to ``starts`` and ``ends`` with their time zone.
    """

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": gettext_lazy("Enter the day."),
            "invalid": gettext_lazy("Enter a day, as in 2026-11-24."),
        },
    )
    starts = forms.TimeField(
        label=pgettext_lazy("a time", "From"),
        widget=TIME,
        error_messages={
            "required": gettext_lazy("Enter from when."),
            "invalid": gettext_lazy("Enter a time, as in 14:30."),
        },
    )
    ends = forms.TimeField(
        label=pgettext_lazy("a time", "To"),
        widget=TIME,
        error_messages={
            "required": gettext_lazy("Enter until when."),
            "invalid": gettext_lazy("Enter a time, as in 14:30."),
        },
    )
    engineer = ColleagueField(
        label=gettext_lazy("Engineer"),
        error_messages=needed(gettext_lazy("Select who goes there.")),
    )
    despite_overlap = forms.BooleanField(
        label=gettext_lazy("Plan it although they have another visit then"), required=False
    )

    def offer_engineers(self) -> None:
        """Whoever may have the ticket where it is; the operation asks once more."""
        ticket = self.ticket
        people = [
            person for person in colleagues([ticket.division]) if person.rank >= ticket.level.rank
        ]
        self.fields["engineer"].set_colleagues(people, nobody="---------")
        zone = timezone.get_default_timezone()
        self.fields["starts"].help_text = _("By the clocks of the site: %(zone)s.") % {
            "zone": f"{timezone.localtime(timezone=zone).tzname()}, {zone}"
        }

    def engineer_key(self, user_id: int | None) -> str:
        return f"{self.ticket.division_id}-{user_id}"

    @property
    def warns_of_overlap(self) -> bool:
        """Whether there is something to plan in spite of: before, nobody is asked."""
        return bool(self["despite_overlap"].errors or self["despite_overlap"].value())

    def clean(self):
        data = super().clean()
        day = data.get("day")
        for name in ("starts", "ends"):
            at = data.pop(name, None)
            if day is None or at is None:
                continue
            try:
                data[name] = on_the_site(day, at)
            except ValidationError as error:
                self.add_error(name, error)
        person = data.get("engineer")
        if person is not None:
            data["engineer"] = get_user_model().objects.get(pk=person.user_id)
        return data


def on_the_site(day: date, at: time) -> datetime:
    """That moment by the site's clocks. Raises ``ValidationError`` where they skip it, or show it twice."""
    zone = timezone.get_default_timezone()
    local = datetime.combine(day, at)
    first, second = (local.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise ValidationError(
            _("On this day the clocks are changed then: choose an hour earlier or later.")
        )
    return first


class PlanVisitForm(WindowMixin, OperationForm):
    place = PlainTextField(
        label=gettext_lazy("Place"),
        rows=3,
        error_messages={"required": gettext_lazy("Enter where to go.")},
        help_text=gettext_lazy("The requester reads it."),
    )
    contact_person = forms.CharField(
        label=gettext_lazy("Who is there"), required=False, max_length=200
    )
    contact_phone = forms.CharField(
        label=gettext_lazy("Their telephone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )

    field_order = [
        "day", "starts", "ends", "engineer", "despite_overlap", "place", "contact_person",
        "contact_phone",
    ]  # fmt: skip

    def __init__(self, *args, ticket, **kwargs):
        super().__init__(*args, ticket=ticket, **kwargs)
        self.offer_engineers()
        before = ticket.visits.order_by("pk").last()
        self.initial.setdefault("engineer", self.engineer_key(ticket.assignee_id))
        self.initial.setdefault("place", before.place if before else "")
        self.initial.setdefault(
            "contact_person", before.contact_person if before else ticket.contact.name
        )
        self.initial.setdefault(
            "contact_phone", before.contact_phone if before else ticket.contact.phone
        )


class PlanVisitView(OperationView):
    verb = Verb.PLAN_VISIT
    form_class = PlanVisitForm
    page_title = gettext_lazy("Plan a visit")
    form_template_name = "wagtail_helpdesk/staff/workspace/_visit_fields.html"

    def get_explanation(self):
        if self.ticket.contact.email:
            return _("The requester is told by mail, with a file for their calendar.")
        return _("There is no address to mail it to: tell the requester by telephone.")

    def operate(self, data):
        data.pop("day")
        return tickets.plan_visit(self.ticket, by=self.request.user, **data)

    def get_success_message(self):
        return _("The visit for ticket %(ticket)s is planned.") % {"ticket": self.ticket}


class OneVisitForm(OperationForm):
    """Abstract: about one of the ticket's open visits, which is asked for only where there are several."""

    visit = forms.ModelChoiceField(
        Visit.objects.none(),
        label=gettext_lazy("Visit"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages=needed(
            gettext_lazy("Choose the visit. One that isn't listed was reported or called off.")
        ),
    )

    def __init__(self, *args, ticket, **kwargs):
        super().__init__(*args, ticket=ticket, **kwargs)
        field = self.fields["visit"]
        field.queryset = ticket.visits.open().select_related("engineer").order_by("starts_at", "pk")
        field.label_from_instance = in_one_line
        self.open_visits = list(field.queryset)
        if len(self.open_visits) == 1:
            self.initial["visit"] = self.open_visits[0].pk

    @property
    def only_visit(self) -> str:
        return in_one_line(self.open_visits[0]) if len(self.open_visits) == 1 else ""


def in_one_line(visit: Visit) -> str:
    return _("%(window)s, %(engineer)s") % {
        "window": window_in_words(visit.starts_at, visit.ends_at),
        "engineer": get_user_display_name(visit.engineer),
    }


class OneVisitView(OperationView):
    """Abstract: the address may name the visit and what to enter, and where to go on."""

    form_class: type[OneVisitForm] = OneVisitForm

    def get_form(self, data=None):
        form = super().get_form(data)
        for name in ("visit", "outcome"):
            if name in form.fields and name in self.request.GET:
                form.initial[name] = self.request.GET[name]
        return form

    @property
    def comes_from_visits(self) -> bool:
        return self.request.GET.get("from") == FROM_VISITS

    def get_success_response(self, result):
        if self.comes_from_visits:
            return redirect("wagtail_helpdesk_admin:visits")
        return super().get_success_response(result)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if self.comes_from_visits:
            context["action_url"] = f"{self.request.path}?from={FROM_VISITS}"
        return context


class ReportVisitForm(WindowMixin, OneVisitForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"),
        choices=VisitOutcome,
        widget=forms.RadioSelect(attrs={"data-action": "wh-visit#update"}),
        error_messages=needed(gettext_lazy("Say what came of the visit.")),
    )
    findings = PlainTextField(
        label=gettext_lazy("Findings"),
        required=False,
        help_text=gettext_lazy(
            "What was it, and what was done? Needed when the visit is done. Only staff read them."
        ),
    )

    field_order = ["visit", "outcome", "findings", "day", "starts", "ends", "engineer"]
    MOVING = ("day", "starts", "ends", "engineer")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_engineers()
        asked = self.data.get("outcome") if self.is_bound else None
        if asked != VisitOutcome.MOVED:
            # What stands in fields that don't count can't be wrong.
            for name in self.MOVING:
                self.fields[name].required = False
        if len(self.open_visits) == 1:
            key = self.engineer_key(self.open_visits[0].engineer_id)
            self.initial.setdefault("engineer", key)

    def clean(self):
        data = super().clean()
        if data.get("outcome") != VisitOutcome.MOVED:
            for name in self.MOVING:
                self.errors.pop(name, None)
        return data


class ReportVisitView(OneVisitView):
    verb = Verb.REPORT_VISIT
    form_class = ReportVisitForm
    page_title = gettext_lazy("Report on the visit")
    explanation = gettext_lazy("The requester is told by mail, and asked to confirm a visit.")
    form_template_name = "wagtail_helpdesk/staff/workspace/_report_visit_fields.html"

    def operate(self, data):
        data.pop("day", None)
        if data["outcome"] != VisitOutcome.MOVED:
            data = {name: data[name] for name in ("visit", "outcome", "findings", "seen_version")}
        return tickets.report_visit(self.ticket, by=self.request.user, **data)

    def get_success_message(self):
        return _("What came of the visit is recorded in ticket %(ticket)s.") % {
            "ticket": self.ticket
        }


class CallOffVisitView(OneVisitView):
    verb = Verb.CALL_OFF_VISIT
    page_title = gettext_lazy("Call the visit off")
    explanation = gettext_lazy(
        "Nobody goes there. The requester is told by mail. For another time, report the visit as moved."
    )
    form_template_name = "wagtail_helpdesk/staff/workspace/_one_visit_field.html"

    def operate(self, data):
        return tickets.call_off_visit(
            self.ticket,
            by=self.request.user,
            visit=data["visit"],
            seen_version=data["seen_version"],
        )

    def get_success_message(self):
        return _("The visit for ticket %(ticket)s is called off.") % {"ticket": self.ticket}
