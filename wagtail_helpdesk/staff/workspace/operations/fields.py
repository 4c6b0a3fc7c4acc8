"""Fields that more than one operation asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ....models import EscalationReason, SupportLevel
from ....references import normalise_reference
from ..people import Colleague
from ..texts import PlainTextField, needed


class ReasonField(forms.ModelChoiceField):
    """The reasons that are in use, by code."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Reason"))
        kwargs.setdefault("error_messages", needed(_("Select a reason.")))
        reasons = EscalationReason.objects.filter(retired=False)
        super().__init__(queryset=reasons, to_field_name="code", **kwargs)


class NoteField(PlainTextField):
    """What colleagues should know; measured and cleaned by the operation."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Note for colleagues"))
        kwargs.setdefault("help_text", _("Only staff read it."))
        kwargs.setdefault("error_messages", {"required": _("Enter a note for colleagues.")})
        super().__init__(**kwargs)


class DataSelect(forms.Select):
    """A select whose options carry ``data-…`` attributes: ``option_data`` is a dict by value."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.option_data: dict[str, dict[str, object]] = {}

    def create_option(self, name, value, label, selected, index, subindex=None, attrs=None):
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        for key, datum in self.option_data.get(str(value), {}).items():
            option["attrs"][f"data-wh-{key}"] = datum
        return option


class ColleagueField(forms.ChoiceField):
    """Picks one of ``colleagues`` by key; cleans to the key, or ``None`` for nobody."""

    widget = DataSelect

    def set_colleagues(self, colleagues: list[Colleague], *, nobody: str) -> None:
        by_key = {f"{person.division_id}-{person.user_id}": person for person in colleagues}
        self.people = by_key
        self.choices = [("", nobody), *((key, person.name) for key, person in by_key.items())]
        self.widget.option_data = {
            key: {"division": person.division_id, "rank": person.rank}
            for key, person in by_key.items()
        }

    def clean(self, value) -> Colleague | None:
        key = super().clean(value)
        return self.people[key] if key else None


class OtherTicketMixin(forms.Form):
    """Names another ticket: by its reference, or picked from the requester's others."""

    reference = forms.CharField(
        label=_("Reference of the other ticket"), required=False, max_length=40
    )
    other = forms.ChoiceField(
        label=_("Or one of the requester's other tickets"),
        required=False,
        widget=forms.RadioSelect,
    )

    #: The verb that the user must be allowed on the other ticket, beside reading it.
    OTHERS = 10

    def offer_others(self) -> None:
        others = self.visible.filter(contact=self.ticket.contact_id).exclude(pk=self.ticket.pk)
        others = others.order_by("-created_at", "-pk")[: self.OTHERS]
        self.fields["other"].choices = [
            (
                str(ticket.pk),
                f"{ticket.reference} · {ticket.subject} · {ticket.get_status_display()}",
            )
            for ticket in others
        ]
        if not self.fields["other"].choices:
            del self.fields["other"]

    def clean(self):
        data = super().clean()
        typed, picked = data.get("reference", "").strip(), data.get("other")
        if typed and picked:
            self.add_error("reference", _("Either enter a reference or pick a ticket, not both."))
        elif typed:
            found = self.visible.filter(reference=normalise_reference(typed) or "-").first()
            if found is None:
                self.add_error("reference", _("You can see no ticket with this reference."))
            data["other_ticket"] = found
        elif picked:
            data["other_ticket"] = self.visible.get(pk=picked)
        elif not self.errors:
            self.add_error("reference", _("Enter the reference of the other ticket."))
        return data


class LevelField(forms.ModelChoiceField):
    def label_from_instance(self, level: SupportLevel) -> str:
        return level.display_name


def levels_up_to_next(ticket, user, policy):
    """The levels that ``user`` may send ``ticket`` to: up to the next one, or all for a leader."""
    levels = SupportLevel.objects.all()
    if policy.may_skip_levels(user, ticket):
        return levels
    above = levels.filter(rank__gt=ticket.level.rank).order_by("rank").first()
    return levels if above is None else levels.filter(rank__lte=above.rank)
