"""Assign, escalate and close many tickets at once."""

from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin.widgets import AdminAutoHeightTextInput

from ... import tickets as operations
from ...conf import helpdesk_settings
from ...models import Division, DivisionMember, EscalationReason, Status, SupportLevel, Ticket
from ..queue.desk import NOBODY, named_users
from ..queue.filters import NONE
from .base import TicketBulkAction


class AssignForm(forms.Form):
    assignee = forms.ChoiceField(
        label=gettext_lazy("Assignee"),
        help_text=gettext_lazy(
            "A ticket outside this person's division or above their level is left as it is."
        ),
    )

    def __init__(self, *args: Any, candidates: dict[int, str], user_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [(user_id, _("Me"))] if user_id in candidates else []
        others = [(key, name) for key, name in candidates.items() if key != user_id]
        self.fields["assignee"].choices = [("", "---------"), *mine, *others, (NONE, NOBODY)]


class AssignTickets(TicketBulkAction):
    verb = action_type = "assign"
    display_name = gettext_lazy("Assign")
    aria_label = gettext_lazy("Assign the selected tickets")
    template_name = "wagtail_helpdesk/staff/bulk/assign.html"
    action_priority = 10
    form_class = AssignForm

    def objection(self, ticket: Ticket) -> str:
        return _("It is closed.") if ticket.status == Status.CLOSED else ""

    @cached_property
    def candidates(self) -> dict[int, Any]:
        """Who works in the divisions of these tickets."""
        divisions = {ticket.division_id for ticket in self.selection.actionable}
        members = DivisionMember.objects.filter(division__in=divisions, user__is_active=True)
        users = [member.user for member in members.select_related("user")]
        led = Division.objects.filter(pk__in=divisions, leader__is_active=True)
        users += [division.leader for division in led.select_related("leader")]
        return {user.pk: user for user in users}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {
            **super().get_form_kwargs(),
            "candidates": named_users(self.candidates.values()),
            "user_id": self.request.user.pk,
        }

    def operate(self, ticket: Ticket, *, seen_version: int | None) -> None:
        chosen = self.cleaned_form.cleaned_data["assignee"]
        assignee = None if chosen == NONE else self.candidates[int(chosen)]
        operations.assign(
            ticket, by=self.request.user, assignee=assignee, seen_version=seen_version
        )

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        chosen = self.cleaned_form.cleaned_data["assignee"]
        names = dict(self.cleaned_form.fields["assignee"].choices)
        return ngettext(
            "%(number)d ticket was assigned. Assignee: %(name)s",
            "%(number)d tickets were assigned. Assignee: %(name)s",
            num_parent_objects,
        ) % {
            "number": num_parent_objects,
            "name": NOBODY if chosen == NONE else names[int(chosen)],
        }


class EscalateForm(forms.Form):
    reason = forms.ModelChoiceField(
        label=gettext_lazy("Reason"), queryset=EscalationReason.objects.none()
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        help_text=gettext_lazy(
            "What was tried, and what is needed. Only staff read it; it is added to each ticket."
        ),
        widget=AdminAutoHeightTextInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].queryset = EscalationReason.objects.filter(retired=False)
        self.fields["note"].max_length = helpdesk_settings.STAFF_BODY_MAX_LENGTH


class EscalateTickets(TicketBulkAction):
    verb = action_type = "escalate"
    display_name = gettext_lazy("Escalate")
    aria_label = gettext_lazy("Escalate the selected tickets one level up")
    template_name = "wagtail_helpdesk/staff/bulk/escalate.html"
    action_priority = 20
    form_class = EscalateForm

    @cached_property
    def highest_rank(self) -> int:
        return SupportLevel.objects.order_by("-rank").values_list("rank", flat=True).first() or 0

    def objection(self, ticket: Ticket) -> str:
        if not ticket.is_live:
            return _("It is no longer open.")
        if ticket.level.rank >= self.highest_rank:
            return _("It is at the highest level.")
        return ""

    def operate(self, ticket: Ticket, *, seen_version: int | None) -> None:
        operations.escalate(
            ticket,
            by=self.request.user,
            reason=self.cleaned_form.cleaned_data["reason"],
            note=self.cleaned_form.cleaned_data["note"],
            seen_version=seen_version,
        )

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(number)d ticket was escalated.",
            "%(number)d tickets were escalated.",
            num_parent_objects,
        ) % {"number": num_parent_objects}


class CloseTickets(TicketBulkAction):
    verb = action_type = "close"
    display_name = gettext_lazy("Close")
    aria_label = gettext_lazy("Close the selected tickets")
    template_name = "wagtail_helpdesk/staff/bulk/close.html"
    action_priority = 30

    def objection(self, ticket: Ticket) -> str:
        return _("It is closed already.") if ticket.status == Status.CLOSED else ""

    def operate(self, ticket: Ticket, *, seen_version: int | None) -> None:
        operations.close(ticket, by=self.request.user, seen_version=seen_version)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(number)d ticket was closed.", "%(number)d tickets were closed.", num_parent_objects
        ) % {"number": num_parent_objects}
