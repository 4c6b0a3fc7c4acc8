"""Procedures, with their revisions; and canned replies."""

from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.snippets.views.snippets import IndexView as SnippetIndexView
from wagtail.snippets.views.snippets import SnippetViewSet

from ...models import CannedReply, Procedure
from ...models.placeholders import PLACEHOLDERS
from ...models.procedures import MAX_STEPS
from .base import DeskDeleteView, DeskViewSet
from .desk import flag


class ProcedureIndexView(SnippetIndexView):
    def get_base_queryset(self) -> QuerySet:
        procedures = super().get_base_queryset().select_related("complaint_type", "level")
        return procedures.annotate(step_count=Count("steps"))


class ProcedureViewSet(SnippetViewSet):
    """A snippet for its revisions; among the desk's own lists, and chosen nowhere."""

    model = Procedure
    icon = "tasks"
    menu_item_is_registered = True
    admin_url_namespace = "wagtail_helpdesk_procedures"
    base_url_path = "helpdesk/procedures"
    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class = ProcedureIndexView
    delete_view_class = DeskDeleteView
    search_backend_name = None
    search_fields = ["name"]
    # The count of steps groups, which drops the model's own.
    ordering = ["complaint_type__sort_order", "complaint_type__name", "level__rank", "pk"]
    list_filter = ["complaint_type", "level", "retired"]
    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("complaint_type"), FieldPanel("level")]),
        InlinePanel(
            "steps",
            [FieldPanel("text"), FieldPanel("explanation"), FieldPanel("required")],
            heading=_("Steps"),
            label=_("Step"),
            help_text=_(
                "In the order in which they are done. A ticket keeps the steps that it began with; "
                "what you change here holds for tickets that begin after it."
            ),
            min_num=1,
            max_num=MAX_STEPS,
        ),
        FieldPanel("retired"),
    ]
    list_display = [
        "__str__",
        Column("complaint_type", label=_("Complaint type")),
        Column(
            "level",
            label=_("Level"),
            accessor=lambda procedure: procedure.level or _("every other level"),
        ),
        Column("steps", label=_("Steps"), accessor="step_count"),
        flag("retired", _("Retired")),
    ]

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{**kwargs, "usage_url_name": None})

    def get_delete_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_delete_view_kwargs(
            instead_of_deleting=_("Retire it instead: tickets that follow it keep it."), **kwargs
        )

    def get_urlpatterns(self) -> list[Any]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "usage"]

    def register_chooser_viewset(self) -> None:
        """None: its views would show procedures to everybody in the admin."""

    def register_snippet_model(self) -> None:
        """Its permissions are offered with the desk's own, and its menu entry is there."""


class CannedReplyIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("division", "complaint_type")


class PlaceholdersPanel(HelpPanel):
    """What may stand in the text, with what it becomes."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("heading", _("Placeholders"))
        super().__init__(template="wagtail_helpdesk/staff/replies/placeholders.html", **kwargs)

    def clone_kwargs(self) -> dict[str, Any]:
        kwargs = super().clone_kwargs()
        del kwargs["template"]
        return kwargs

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            context["placeholders"] = [
                (f"{{{{ {name} }}}}", meaning) for name, meaning in PLACEHOLDERS.items()
            ]
            return context


class CannedReplyViewSet(DeskViewSet):
    model = CannedReply
    icon = "openquote"
    index_view_class = CannedReplyIndexView
    search_fields = ["title", "body"]
    list_filter = ["division", "complaint_type", "language"]
    panels = [
        FieldPanel("title"),
        FieldPanel("body"),
        PlaceholdersPanel(),
        FieldRowPanel([FieldPanel("division"), FieldPanel("complaint_type")]),
        FieldPanel("language"),
    ]
    list_display = [
        "__str__",
        Column("division", label=_("Division"), accessor=lambda reply: reply.division or _("All")),
        Column(
            "complaint_type",
            label=_("Complaint type"),
            accessor=lambda reply: reply.complaint_type or _("All"),
        ),
        Column(
            "language",
            label=_("Language"),
            accessor=lambda reply: reply.get_language_display() if reply.language else _("All"),
        ),
        Column("used", label=_("Used"), sort_key="used"),
    ]


procedures = ProcedureViewSet()
canned_replies = CannedReplyViewSet("wagtail_helpdesk_replies", url_prefix="helpdesk/replies")
