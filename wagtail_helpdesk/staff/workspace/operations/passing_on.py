"""The operations that pass a ticket on: escalate and hand back."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.utils import get_user_display_name

from .... import tickets
from ....models import Division, SupportLevel, Verb
from ....tickets.hand_back import returns_to, step_to_undo
from ..people import colleagues, staffed_places, who_receives
from .base import OperationForm, OperationView
from .fields import (
    ColleagueField,
    DataSelect,
    LevelField,
    NoteField,
    ReasonField,
    levels_up_to_next,
)


class EscalateForm(OperationForm):
    to_level = LevelField(
        SupportLevel.objects.none(),
        label=gettext_lazy("To level"),
        empty_label=None,
        widget=DataSelect,
    )
    division = forms.ModelChoiceField(
        Division.objects.none(), label=gettext_lazy("Division"), empty_label=None
    )
    assignee = ColleagueField(
        label=gettext_lazy("Assignee"),
        required=False,
        help_text=gettext_lazy("Leave it to the queue unless somebody is expecting it."),
    )
    reason = ReasonField()
    note = NoteField(
        help_text=gettext_lazy("What was tried, and what is needed? Only staff read it.")
    )

    def __init__(self, *args, ticket, **kwargs):
        super().__init__(*args, ticket=ticket, **kwargs)
        self.divisions = list(Division.objects.select_related("leader"))
        reachable = levels_up_to_next(ticket, self.user, self.policy)
        self.levels = [level for level in reachable if level.rank >= ticket.level.rank]
        self._offer_levels()
        self.fields["division"].queryset = Division.objects.all()
        self.initial["division"] = ticket.division_id
        self.fields["assignee"].set_colleagues(
            colleagues(self.divisions), nobody=_("Nobody: whoever accepts it there")
        )
        for name, target in (
            ("to_level", "level"),
            ("division", "division"),
            ("assignee", "assignee"),
        ):
            self.fields[name].widget.attrs.update(
                {"data-wh-escalation-target": target, "data-action": "wh-escalation#update"}
            )

    @cached_property
    def outcomes(self) -> list[tuple[str, str, bool]]:
        """For each choice of division and level: its key, what it leads to, and if it is chosen now."""
        staffed = staffed_places()
        chosen = f"{self['division'].value()}:{self['to_level'].value()}"
        found = []
        for division in self.divisions:
            for level in self.levels:
                key = f"{division.pk}:{level.pk}"
                stays = (division.pk, level.pk) == (self.ticket.division_id, self.ticket.level_id)
                sentence = (
                    _("It is there already: choose another level or another division.")
                    if stays
                    else who_receives(division, level, staffed)
                )
                found.append((key, sentence, key == chosen))
        return found

    def clean(self):
        data = super().clean()
        person, level, division = (data.get(name) for name in ("assignee", "to_level", "division"))
        if not (person and level and division):
            return data
        if person.division_id != division.pk or person.rank < level.rank:
            self.add_error("assignee", _("This person doesn't work at that level there."))
        return data

    def _offer_levels(self) -> None:
        field = self.fields["to_level"]
        field.queryset = SupportLevel.objects.filter(pk__in=[level.pk for level in self.levels])
        field.widget.option_data = {str(level.pk): {"rank": level.rank} for level in self.levels}
        above = [level for level in self.levels if level.rank > self.ticket.level.rank]
        self.initial["to_level"] = (above or self.levels)[0].pk if self.levels else None


class EscalateView(OperationView):
    verb = Verb.ESCALATE
    form_class = EscalateForm
    page_title = gettext_lazy("Escalate")
    form_template_name = "wagtail_helpdesk/staff/workspace/_escalate_fields.html"

    def operate(self, data):
        person = data["assignee"]
        assignee = get_user_model().objects.get(pk=person.user_id) if person else None
        return tickets.escalate(self.ticket, by=self.request.user, **{**data, "assignee": assignee})

    def get_success_message(self):
        words = {
            "ticket": self.ticket,
            "level": self.ticket.level,
            "division": self.ticket.division,
        }
        return _("Ticket %(ticket)s is escalated to %(level)s in %(division)s.") % words


class HandBackForm(OperationForm):
    reason = ReasonField()
    note = NoteField()


class HandBackView(OperationView):
    verb = Verb.HAND_BACK
    form_class = HandBackForm
    page_title = gettext_lazy("Hand back")

    def get_explanation(self):
        step = step_to_undo(self.ticket)
        if step is None:
            return ""
        words = {"level": step.from_level, "division": step.from_division}
        person = returns_to(step)
        if person is None:
            return _("It goes back into the queue of %(level)s in %(division)s.") % words
        words["name"] = get_user_display_name(person)
        return _("It goes back to %(name)s, %(level)s in %(division)s.") % words

    def operate(self, data):
        return tickets.hand_back(self.ticket, by=self.request.user, **data)

    def get_success_message(self):
        words = {
            "ticket": self.ticket,
            "level": self.ticket.level,
            "division": self.ticket.division,
        }
        return _("Ticket %(ticket)s is handed back to %(level)s in %(division)s.") % words
