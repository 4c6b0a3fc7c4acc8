"""The operations that name a second ticket: merge and link."""

from django import forms
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from .... import tickets
from ....models import Relation, Verb
from .base import OperationForm, OperationView
from .fields import OtherTicketMixin


class MergeForm(OtherTicketMixin, OperationForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_others()


class MergeView(OperationView):
    verb = Verb.MERGE
    form_class = MergeForm
    page_title = gettext_lazy("Merge")
    explanation = gettext_lazy(
        "This ticket is closed as a duplicate, and the work goes on in the other one. No text moves: "
        "their requesters don't read each other. The requester of this ticket is told by mail."
    )

    def operate(self, data):
        tickets.merge(
            self.ticket,
            by=self.request.user,
            into=data["other_ticket"],
            seen_version=data["seen_version"],
        )
        return data["other_ticket"]

    def get_success_response(self, result):
        return redirect("wagtail_helpdesk_admin:ticket", result.pk)

    def get_success_message(self):
        return _("Ticket %(ticket)s is merged into this one.") % {"ticket": self.ticket}


class LinkForm(OtherTicketMixin, OperationForm):
    relation = forms.ChoiceField(
        label=gettext_lazy("This ticket is"), choices=Relation, initial=Relation.RELATED
    )

    field_order = ["relation", "reference", "other"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_others()


class LinkView(OperationView):
    verb = Verb.LINK
    form_class = LinkForm
    page_title = pgettext_lazy("ticket action", "Link")
    explanation = gettext_lazy("Both stay as they are, and each shows the other.")

    def operate(self, data):
        return tickets.link(
            self.ticket,
            by=self.request.user,
            to=data["other_ticket"],
            relation=data["relation"],
            seen_version=data["seen_version"],
        )

    def get_success_message(self):
        return _("The tickets are linked.")
