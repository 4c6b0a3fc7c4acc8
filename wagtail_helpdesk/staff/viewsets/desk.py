"""How the company divides the work: divisions with their members, types, levels, reasons."""

from django import forms
from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views import generic

from ...models import ComplaintType, Division, EscalationReason, SupportLevel
from .base import DeskViewSet
from .choosers import colleague_chooser

NAMES_HEADING = _("Names for requesters")
NAMES_HELP = _("What requesters read, in each language. Without one they read the name above.")


def flag(name: str, label: str) -> Column:
    """Says the word where it is so, and nothing where not: a red cross for "not retired" alarms."""
    return Column(name, label=label, accessor=lambda record: label if getattr(record, name) else "")


class DivisionIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet:
        divisions = super().get_base_queryset().select_related("leader")
        return divisions.annotate(member_count=Count("members"))


class DivisionViewSet(DeskViewSet):
    model = Division
    icon = "wagtail_helpdesk-division"
    menu_label = _("Divisions and members")
    index_view_class = DivisionIndexView
    ordering = "name"  # the count of members groups, which drops the model's own
    panels = [
        FieldPanel("name"),
        FieldPanel("leader", widget=colleague_chooser.labelled_widget),
        FieldPanel("sla_policy"),
        InlinePanel(
            "members",
            [
                FieldPanel("user", widget=colleague_chooser.labelled_widget),
                FieldPanel("level"),
            ],
            heading=_("Members"),
            label=_("Member"),
            help_text=_("A level in a division where nobody works falls to the leader."),
        ),
        InlinePanel(
            "names",
            [FieldPanel("language"), FieldPanel("name")],
            heading=NAMES_HEADING,
            label=_("Name"),
            help_text=NAMES_HELP,
        ),
    ]
    list_display = [
        "__str__",
        Column(
            "leader",
            label=_("Leader"),
            accessor=lambda division: (
                get_user_display_name(division.leader) if division.leader else ""
            ),
        ),
        Column("members", label=_("Members"), accessor="member_count"),
    ]


class ComplaintTypeIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("division", "level")


class ComplaintTypeViewSet(DeskViewSet):
    model = ComplaintType
    icon = "tag"
    index_view_class = ComplaintTypeIndexView
    panels = [
        FieldPanel("name"),
        MultiFieldPanel(
            [
                FieldPanel("division"),
                FieldRowPanel([FieldPanel("level"), FieldPanel("priority")]),
            ],
            heading=_("What it decides"),
        ),
        FieldPanel("answer_time"),
        FieldPanel("sla_policy"),
        FieldPanel("sites", widget=forms.CheckboxSelectMultiple),
        FieldRowPanel([FieldPanel("sort_order"), FieldPanel("retired")]),
        InlinePanel(
            "names",
            [FieldPanel("language"), FieldPanel("name"), FieldPanel("answer_time")],
            heading=NAMES_HEADING,
            label=_("Name"),
            help_text=NAMES_HELP,
        ),
    ]
    list_display = [
        "__str__",
        Column("division", label=_("Division")),
        Column("level", label=_("First level")),
        Column("priority", label=_("Priority"), accessor="get_priority_display"),
        flag("retired", _("Retired")),
    ]
    instead_of_deleting = _("Retire it instead: it is no longer offered, and its tickets stay.")


class SupportLevelViewSet(DeskViewSet):
    model = SupportLevel
    icon = "wagtail_helpdesk-level"
    menu_label = _("Levels")
    panels = [
        FieldRowPanel([FieldPanel("rank"), FieldPanel("name")]),
        FieldPanel("on_site"),
        FieldPanel("restricted"),
        InlinePanel(
            "names",
            [FieldPanel("language"), FieldPanel("name")],
            heading=NAMES_HEADING,
            label=_("Name"),
            help_text=NAMES_HELP,
        ),
    ]
    list_display = [
        "__str__",
        Column("rank", label=_("Rank")),
        flag("on_site", _("Visits")),
        flag("restricted", _("Restricted")),
    ]


class EscalationReasonViewSet(DeskViewSet):
    model = EscalationReason
    icon = "wagtail_helpdesk-reason"
    panels = [
        FieldPanel("name"),
        FieldPanel("code"),
        FieldRowPanel([FieldPanel("sort_order"), FieldPanel("retired")]),
    ]
    list_display = [
        "__str__",
        Column("code", label=_("Code")),
        flag("retired", _("Retired")),
    ]
    instead_of_deleting = _("Retire it instead: it is no longer offered, and the history keeps it.")


divisions = DivisionViewSet("wagtail_helpdesk_divisions", url_prefix="helpdesk/divisions")
complaint_types = ComplaintTypeViewSet("wagtail_helpdesk_types", url_prefix="helpdesk/types")
levels = SupportLevelViewSet("wagtail_helpdesk_levels", url_prefix="helpdesk/levels")
reasons = EscalationReasonViewSet("wagtail_helpdesk_reasons", url_prefix="helpdesk/reasons")
