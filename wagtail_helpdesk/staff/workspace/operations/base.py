"""How every operation's page works."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from ....models import Verb
from ..attempts import INVALID, REFUSED, Attempt
from ..base import FragmentPage
from ..going_on import GoingOnMixin
from ..offers import possible_verbs, why_not
from ..timeline import Timeline


class OperationForm(forms.Form):
    """Abstract: the fields that an operation asks for. Nothing else of a POST reaches the operation."""

    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def __init__(self, *args, ticket, user, visible, policy, **kwargs):
        self.ticket = ticket
        self.user = user
        self.visible = visible
        self.policy = policy
        kwargs["initial"] = {"seen_version": ticket.version, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)

    def as_of(self, version: int) -> None:
        """Take the ticket's present version as seen: the reader is shown what is new, with this form."""
        self.data = self.data.copy()
        self.data["seen_version"] = version


class OperationView(GoingOnMixin, FragmentPage):
    """Abstract: GET shows the form, POST does the operation and leads back to the ticket, or to the next.

    Asked for by script (``X-Requested-With``), GET answers with the form alone, for a dialog.
    Whatever is refused is said above the form, with what was entered kept.
    """

    verb = ""
    form_class: type[OperationForm] = OperationForm
    template_name = "wagtail_helpdesk/staff/workspace/operation.html"
    fragment_template_name = "wagtail_helpdesk/staff/workspace/_operation.html"
    form_template_name = "wagtail_helpdesk/staff/workspace/_operation_fields.html"
    #: Said above the form: what the operation does.
    explanation = ""
    submit_label = ""

    def operate(self, data: dict[str, Any]) -> Any:
        """Call the operation with the form's cleaned data."""
        raise NotImplementedError

    def get_success_message(self) -> str:
        raise NotImplementedError

    def get_explanation(self) -> str:
        return str(self.explanation)

    def get(self, request, *args, **kwargs):
        refusal = self.get_refusal()
        if refusal:
            return self.back_to_ticket(refusal)
        return self.show(self.get_form())

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        if self.verb not in self.verbs:
            form.is_valid()
            form.errors.clear()
            form.add_error(None, _("You may not do this with this ticket, or no longer."))
            return self.show(form, status=REFUSED)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        self.keep_place()
        attempt = Attempt.of(form, self.verb, lambda: self.operate(form.cleaned_data))
        if attempt.succeeded:
            messages.success(request, self.get_success_message())
            return self.get_success_response(attempt.result)
        self.look_up()
        if attempt.is_stale:
            attempt.fresh = self.ticket.version - form.cleaned_data["seen_version"]
            form.as_of(self.ticket.version)
        return self.show(form, attempt=attempt, status=attempt.status)

    def get_success_response(self, result: Any) -> HttpResponse:
        return self.go_on()

    def get_form(self, data=None) -> OperationForm:
        return self.form_class(
            data,
            ticket=self.ticket,
            user=self.request.user,
            visible=self.visible,
            policy=self.policy,
        )

    def get_refusal(self) -> str:
        """Why the form isn't shown at all; empty when it is."""
        if self.verb not in self.verbs:
            return _("You may not do this with this ticket, or no longer.")
        timeline = Timeline(self.ticket)
        possible = possible_verbs(
            self.ticket,
            user=self.request.user,
            steps=timeline.steps,
            visits=timeline.visits.values(),
        )
        if self.verb not in possible:
            return why_not(self.ticket, self.verb)
        return ""

    def show(self, form, *, attempt: Attempt | None = None, status: int = 200) -> HttpResponse:
        self.attempt = attempt
        return super().show(form=form, status=status)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        is_stale = self.attempt is not None and self.attempt.is_stale
        context.update(
            verb=Verb(self.verb),
            explanation=self.get_explanation(),
            submit_label=self.submit_label or self.get_page_title(),
            is_allowed=self.verb in self.verbs,
            action_url=f"{self.request.path}{self.view_query}",
            news=(
                Timeline(self.ticket, fresh=self.attempt.fresh).fresh_entries if is_stale else None
            ),
            form_template=self.form_template_name,
        )
        return context
