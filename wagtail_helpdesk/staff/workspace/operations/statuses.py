"""The operations that decide what is expected next: wait, solve, close, reopen."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .... import tickets
from ....models import Outcome, Status, Verb
from ....tickets.checklists import checklists_of
from ..texts import PlainTextField, needed
from .base import OperationForm, OperationView
from .fields import NoteField
from .lessons import LessonForm, LessonMixin


class WaitForm(OperationForm):
    status = forms.ChoiceField(
        label=gettext_lazy("Wait for"),
        choices=[
            (Status.PENDING, gettext_lazy("The requester")),
            (Status.ON_HOLD, gettext_lazy("A third party")),
        ],
        widget=forms.RadioSelect,
        initial=Status.PENDING,
    )
    until = forms.DateTimeField(
        label=gettext_lazy("Until at the latest"),
        required=False,
        help_text=gettext_lazy("Then the ticket opens again by itself. Empty: no limit."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
    )


class WaitView(OperationView):
    verb = Verb.WAIT
    form_class = WaitForm
    page_title = gettext_lazy("Wait")
    explanation = gettext_lazy("While it waits, the time doesn't count against whoever has it.")

    def operate(self, data):
        return tickets.wait(self.ticket, by=self.request.user, **data)

    def get_success_message(self):
        words = {"ticket": self.ticket, "status": self.ticket.get_status_display()}
        return _("Ticket %(ticket)s is set to “%(status)s”.") % words


class SolveForm(LessonForm):
    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        choices=[("", "---------"), *Outcome.choices],
        error_messages=needed(gettext_lazy("Select an outcome.")),
    )
    solution = forms.CharField(
        label=gettext_lazy("Solution in one line"),
        error_messages={"required": gettext_lazy("Enter the solution in one line.")},
        help_text=gettext_lazy("For colleagues and the recap: what was it, and what helped?"),
    )
    body = PlainTextField(
        label=gettext_lazy("Last reply to the requester"),
        required=False,
        help_text=gettext_lazy(
            "The requester reads it. Without it they are told only that the ticket is solved."
        ),
    )

    field_order = ["outcome", "solution", "body", "lesson"]


class SolveView(LessonMixin, OperationView):
    verb = Verb.SOLVE
    form_class = SolveForm
    page_title = gettext_lazy("Solve")
    form_template_name = "wagtail_helpdesk/staff/workspace/_solve_fields.html"
    explanation = gettext_lazy(
        "The requester is told by mail, and can reopen the ticket by answering."
    )

    def operate(self, data):
        return tickets.solve(self.ticket, by=self.request.user, **self.take_lesson(data))

    def get_success_message(self):
        return _("Ticket %(ticket)s is solved.") % {"ticket": self.ticket}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        checklist = checklists_of(self.ticket).current
        context["open_steps"] = checklist.open_required if checklist else []
        return context


class CloseView(LessonMixin, OperationView):
    verb = Verb.CLOSE
    form_class = LessonForm
    page_title = gettext_lazy("Close")

    def get_explanation(self):
        if self.ticket.status == Status.SOLVED:
            return _("Nothing more is expected. The requester is not told.")
        return _(
            "The ticket has not been solved. Closing ends it without an outcome, and the requester is not told."
        )

    def operate(self, data):
        return tickets.close(self.ticket, by=self.request.user, **self.take_lesson(data))

    def get_success_message(self):
        return _("Ticket %(ticket)s is closed.") % {"ticket": self.ticket}


class ReopenForm(OperationForm):
    body = NoteField(label=gettext_lazy("Private note: why?"), required=False)


class ReopenView(OperationView):
    verb = Verb.REOPEN
    form_class = ReopenForm
    page_title = gettext_lazy("Reopen")
    explanation = gettext_lazy(
        "It opens again with the same level, division and assignee. The requester is told by mail."
    )

    def operate(self, data):
        return tickets.reopen(self.ticket, by=self.request.user, **data)

    def get_success_message(self):
        return _("Ticket %(ticket)s is open again.") % {"ticket": self.ticket}
