"""The checklist on a ticket's page, and ticking its steps: by a form, or by the script that sends it."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.utils import get_user_display_name

from ... import tickets
from ...models import Verb
from ...tickets.checklists import Checklist, Checklists, checklists_of
from ..shortcuts import has_shortcuts
from .attempts import INVALID, REFUSED, Attempt
from .base import FragmentPage

#: The largest key that a database takes.
MAX_KEY = 2**63 - 1


@dataclass(frozen=True)
class ShownStep:
    """A step with the name of who ticked it."""

    key: int
    text: str
    explanation: str
    required: bool
    is_done: bool
    who: str
    at: datetime | None


@dataclass(frozen=True)
class ShownChecklist:
    name: str
    version: int | None
    steps: list[ShownStep]
    done: int
    open_required: int
    may_tick: bool = False


def show_checklists(
    checklists: Checklists, *, names: dict[int, str], may_tick: bool, is_live: bool
) -> tuple[ShownChecklist | None, list[ShownChecklist]]:
    """The one to work with, if any, and those of before. A ticket that is done shows only what was begun."""
    current = checklists.current
    if current is not None and current.followed is None and not is_live:
        current = None
    return (
        _shown(current, names, may_tick and is_live) if current else None,
        [_shown(checklist, names, may_tick=False) for checklist in checklists.earlier],
    )


def _shown(checklist: Checklist, names: dict[int, str], may_tick: bool) -> ShownChecklist:
    return ShownChecklist(
        name=checklist.name,
        version=checklist.version,
        steps=[
            ShownStep(
                key=step.key,
                text=step.text,
                explanation=step.explanation,
                required=step.required,
                is_done=step.is_done,
                who=names.get(step.ticked_by, "") if step.ticked_by else "",
                at=step.ticked_at,
            )
            for step in checklist.steps
        ],
        done=checklist.done,
        open_required=len(checklist.open_required),
        may_tick=may_tick,
    )


class TickForm(forms.Form):
    """``tick`` or ``untick``, as the button says, is the step's key."""

    tick = forms.IntegerField(required=False, min_value=1, max_value=MAX_KEY)
    untick = forms.IntegerField(required=False, min_value=1, max_value=MAX_KEY)
    version = forms.IntegerField(required=False, min_value=1, max_value=MAX_KEY)

    def clean(self):
        data = super().clean()
        if (data.get("tick") is None) == (data.get("untick") is None):
            raise forms.ValidationError(_("Choose a step."))
        return data


class TickView(FragmentPage):
    """POST ticks a step; GET shows the checklist alone. The script asks for the fragment in either case."""

    verb = Verb.TICK
    page_title = gettext_lazy("Procedure")
    template_name = "wagtail_helpdesk/staff/workspace/procedure.html"
    fragment_template_name = "wagtail_helpdesk/staff/workspace/_procedure.html"

    @property
    def is_asked_by_script(self) -> bool:
        return self.request.headers.get("X-Requested-With") == "XMLHttpRequest"

    def get_template_names(self) -> list[str]:
        return [self.fragment_template_name if self.is_asked_by_script else self.template_name]

    def get(self, request, *args, **kwargs):
        return self.show()

    def post(self, request, *args, **kwargs):
        form = TickForm(request.POST)
        if self.verb not in self.verbs:
            form.errors.clear()
            return self.refuse(_("You may not do this with this ticket, or no longer."), REFUSED)
        if not form.is_valid():
            return self.refuse(_("Choose a step."), INVALID)
        data = form.cleaned_data
        done = data["tick"] is not None
        attempt = Attempt.of(
            form,
            self.verb,
            lambda: tickets.tick(
                self.ticket,
                by=request.user,
                step=data["tick"] if done else data["untick"],
                done=done,
                version=data["version"],
            ),
        )
        if not attempt.succeeded:
            self.look_up()
            return self.refuse(" ".join(form.non_field_errors()), attempt.status)
        return self.show() if self.is_asked_by_script else self.back_to_ticket(anchor="procedure")

    def refuse(self, refusal: str, status: int) -> HttpResponse:
        if self.is_asked_by_script:
            return self.show(status=status, refusal=refusal)
        messages.error(self.request, refusal)
        return self.show(status=status)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        checklists = checklists_of(self.ticket)
        keys = {step.ticked_by for each in checklists for step in each.steps} - {None}
        users = get_user_model().objects.in_bulk(keys)
        names = {key: get_user_display_name(user) for key, user in users.items()}
        may_tick = self.verb in self.verbs
        context["is_asked_by_script"] = self.is_asked_by_script
        context["has_shortcuts"] = has_shortcuts(self.request.user)
        context["procedure"], context["earlier_procedures"] = show_checklists(
            checklists, names=names, may_tick=may_tick, is_live=self.ticket.is_live
        )
        return context
