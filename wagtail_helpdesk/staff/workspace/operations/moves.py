"""The operations that decide what a ticket is and whose: triage, assign, accept."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.admin.utils import get_user_display_name

from .... import tickets
from ....models import ComplaintType, Division, Priority, SupportLevel, Verb
from ..people import colleagues
from .base import OperationForm, OperationView
from .fields import (
    ColleagueField,
    LevelField,
    levels_up_to_next,
)


class TriageForm(OperationForm):
    complaint_type = forms.ModelChoiceField(
        ComplaintType.objects.none(),
        label=pgettext_lazy("complaint type", "Type"),
        empty_label=None,
    )
    priority = forms.ChoiceField(label=gettext_lazy("Priority"), choices=Priority)
    division = forms.ModelChoiceField(
        Division.objects.all(), label=gettext_lazy("Division"), empty_label=None
    )
    level = LevelField(SupportLevel.objects.none(), label=gettext_lazy("Level"), empty_label=None)

    def __init__(self, *args, ticket, **kwargs):
        initial = {
            "complaint_type": ticket.complaint_type_id,
            "priority": ticket.priority,
            "division": ticket.division_id,
            "level": ticket.level_id,
        }
        super().__init__(*args, ticket=ticket, initial=initial, **kwargs)
        offered = ComplaintType.objects.offered_on(ticket.site)
        present = ComplaintType.objects.filter(pk=ticket.complaint_type_id)
        self.fields["complaint_type"].queryset = (offered | present.distinct()).distinct()
        self.fields["level"].queryset = levels_up_to_next(ticket, self.user, self.policy)


class TriageView(OperationView):
    verb = Verb.TRIAGE
    form_class = TriageForm
    page_title = gettext_lazy("Triage")
    explanation = gettext_lazy(
        "What is it about, how urgent is it, and whose is it? In another division or at another level "
        "it waits in the queue there; the assignee stays where they work there too."
    )

    def operate(self, data):
        return tickets.triage(self.ticket, by=self.request.user, **data)

    def get_success_message(self):
        return _("Ticket %(ticket)s is triaged.") % {"ticket": self.ticket}


class AssignForm(OperationForm):
    assignee = ColleagueField(label=gettext_lazy("Assignee"), required=False)

    def __init__(self, *args, ticket, **kwargs):
        super().__init__(*args, ticket=ticket, **kwargs)
        people = [
            person for person in colleagues([ticket.division]) if person.rank >= ticket.level.rank
        ]
        field = self.fields["assignee"]
        field.set_colleagues(people, nobody=_("Nobody: back into the queue"))
        if ticket.assignee_id:
            self.initial["assignee"] = f"{ticket.division_id}-{ticket.assignee_id}"


class AssignView(OperationView):
    verb = Verb.ASSIGN
    form_class = AssignForm
    page_title = gettext_lazy("Assign")

    def get_explanation(self):
        words = {"level": self.ticket.level, "division": self.ticket.division}
        return (
            _(
                "Whoever works at %(level)s or above in %(division)s can have this ticket. They are told by mail."
            )
            % words
        )

    def operate(self, data):
        person = data["assignee"]
        assignee = get_user_model().objects.get(pk=person.user_id) if person else None
        return tickets.assign(
            self.ticket,
            by=self.request.user,
            assignee=assignee,
            seen_version=data["seen_version"],
        )

    def get_success_message(self):
        words = {"ticket": self.ticket, "name": get_user_display_name(self.ticket.assignee)}
        if self.ticket.assignee is None:
            return _("Ticket %(ticket)s is back in the queue.") % words
        return _("Ticket %(ticket)s is assigned to %(name)s.") % words


class AcceptView(OperationView):
    verb = Verb.ACCEPT
    page_title = gettext_lazy("Accept")
    explanation = gettext_lazy("The ticket becomes yours, and colleagues see that you work on it.")

    def operate(self, data):
        return tickets.accept(self.ticket, by=self.request.user, seen_version=data["seen_version"])

    def get_success_message(self):
        return _("Ticket %(ticket)s is yours.") % {"ticket": self.ticket}
