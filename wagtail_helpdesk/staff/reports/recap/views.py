"""Reports › Help desk recap: a period against the one before, for leaders, managers, and everybody about themselves."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.mixins import SpreadsheetExportMixin

from ....reports.periods import KINDS, OWN, Period
from ....tallies.days import today
from ...exports import safe_cell
from ...queue.desk import Desk
from ..base import CELL_MAX
from . import figures
from .asked import DIMENSION_WORDS, KIND_WORDS, Asked, days_in_words, in_words
from .behind import is_running
from .content import Recap
from .scopes import ME, may_look
from .tables import Cell, Table


class RecapView(SpreadsheetExportMixin, WagtailAdminTemplateMixin, TemplateView):
    """``?section=KEY&export=csv``, or ``xlsx``, is one of its tables as a spreadsheet."""

    page_title = gettext_lazy("Help desk recap")
    header_icon = "history"
    template_name = "wagtail_helpdesk/staff/reports/recap/index.html"
    show_export_buttons = False

    def dispatch(self, request, *args: Any, **kwargs: Any):
        if not may_look(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.request.user)

    @cached_property
    def asked(self) -> Asked:
        return Asked(self.request.GET, self.desk)

    def get(self, request, *args: Any, **kwargs: Any):
        # Nonsense is answered by the page, which says what is wrong, never by a spreadsheet.
        if self.is_export and not self.asked.problems:
            return self.export(request.GET.get("section", ""))
        status = 422 if self.asked.problems else 200
        return self.render_to_response(self.get_context_data(**kwargs), status=status)

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        asked = self.asked
        context |= {
            "form": asked.form,
            "problems": asked.problems,
            "url": reverse("wagtail_helpdesk_admin:recap"),
        }
        if asked.problems:
            return context
        recap, tables = self._read()
        period = asked.period
        context |= {
            "tables": tables,
            "late": recap.late_now(),
            "late_label": figures.LATE_LABEL,
            "late_definition": figures.LATE_DEFINITION,
            "period": in_words(period),
            "days": days_in_words(period),
            "is_running": is_running(period),
            "is_future": period.first > today(),
            "is_behind": recap.figures.is_behind,
            "of": asked.offered[asked.of].label,
            "of_choices": [
                (name, choice.label, name == asked.of) for name, choice in asked.offered.items()
            ],
            "is_personal": asked.of == ME,
            "kinds": [self._kind(kind, period) for kind in KINDS if kind != OWN],
            "is_own": period.kind == OWN,
            "kept": {"period": OWN, "by": asked.by},
            "own_first": period.first.isoformat(),
            "own_last": period.last.isoformat(),
            "before_url": f"?{asked.query_of(period.before)}",
            "after_url": f"?{asked.query_of(period.after)}" if period.last < today() else "",
            "dimensions": [
                (label, f"?{asked.query(by=name)}#by", name == asked.by)
                for name, label in DIMENSION_WORDS.items()
            ],
            "export_query": asked.query(),
        }
        return context

    def _read(self) -> tuple[Recap, list[Table]]:
        """Once more if the timers folded in between; a second time is most unlikely."""
        recap = Recap(self.asked, self.desk)
        tables = recap.tables()
        if not recap.figures.still_true():
            recap = Recap(self.asked, self.desk)
            tables = recap.tables()
        return recap, tables

    def _kind(self, kind: str, period: Period) -> tuple[Any, str, bool]:
        day = min(period.last, today()) if period.first <= today() else period.first
        url = f"?{self.asked.query_of(Period.around(day, kind))}"
        return KIND_WORDS[kind], url, kind == period.kind

    # Export

    def export(self, key: str):
        recap = Recap(self.asked, self.desk, full=True)
        if key not in recap.builders:
            raise Http404
        table = recap.builders[key]()
        self.list_export = [str(place) for place in range(len(table.headings))]
        self.export_headings = dict(zip(self.list_export, table.headings, strict=True))
        period = self.asked.period
        self.export_filename = f"recap-{key}-{period.first}-{period.last}"
        return self.as_spreadsheet(table.rows, self.request.GET["export"])

    def get_heading(self, queryset, field: str) -> str:
        return safe_cell(self.export_headings[field])

    def to_row_dict(self, item: list[Cell]) -> dict[str, Any]:
        return dict(zip(self.list_export, (cell.exported for cell in item), strict=True))

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """What staff wrote is never a formula; numbers stay numbers."""
        if isinstance(value, int | float):
            return value
        return safe_cell(value)[:CELL_MAX]
