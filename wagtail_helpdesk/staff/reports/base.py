"""What the reports on the knowledge base share: who reads them, their filters, sections and spreadsheets."""

from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from wagtail.admin.views.reports import ReportView

from ...knowledge.scope import Scope
from ...models import SearchLog
from ..exports import XLSX_MAX_ROWS, safe_cell
from .articles import Articles
from .filters import ScopeFilterSet
from .sections import LINES, Column, Section

#: Characters that a cell of a worksheet holds.
CELL_MAX = 32_767


class KnowledgeReportView(ReportView):
    """A page of sections. Each is exported by itself: ``?section=KEY&export=csv``, or ``xlsx``.

    ``builders`` names the methods that make the sections, by key.
    """

    model = SearchLog
    any_permission_required = ["view"]
    filterset_class = ScopeFilterSet
    template_name = "wagtail_helpdesk/staff/reports/index.html"
    results_template_name = "wagtail_helpdesk/staff/reports/_results.html"
    paginate_by = None
    show_export_buttons = False
    builders: dict[str, str] = {}
    #: The first part of the file's name, and what the page says before its sections.
    report_name = ""
    introduction: Any = ""

    def get(self, request, *args: Any, **kwargs: Any):
        # Nonsense is answered by the page, which says what is wrong, never by a spreadsheet of all.
        self.is_export = self.is_export and self.filters.is_valid()
        if self.is_export:
            return self.export(request.GET.get("section", ""))
        return super().get(request, *args, **kwargs)

    @cached_property
    def articles(self) -> Articles:
        return Articles(self.request, self.scope)

    @cached_property
    def scope(self) -> Scope:
        return self.filters.scope

    def get_filtered_queryset(self) -> list[Section]:
        if not self.filters.is_valid():
            return []
        return [getattr(self, builder)().read() for builder in self.builders.values()]

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        context["introduction"] = self.introduction
        if self.filters.is_valid():
            context["scope"] = self.scope
            context["asked"] = self.asked()
            query = self.request.GET.copy()
            for name in ("section", "export", "_w_filter_fragment"):
                query.pop(name, None)
            context["export_query"] = query.urlencode()
        else:
            form = self.filters.form
            context["problems"] = [
                _("%(field)s: %(problem)s") % {"field": form[name].label, "problem": problem}
                for name, problems in form.errors.items()
                for problem in problems
            ]
        return context

    def asked(self) -> list[str]:
        """The scope in words."""
        scope, languages = self.scope, self.filters.languages
        first, last = date_format(scope.first), date_format(scope.last)
        days = _("%(first)s to %(last)s") % {"first": first, "last": last}
        asked = [first if scope.first == scope.last else days]
        if "site" in self.filters.filters:
            asked.append(str(scope.site) if scope.site else _("All sites"))
        if "language" in self.filters.filters:
            asked.append(languages[scope.language] if scope.language else _("All languages"))
        return asked

    def language_column(self, key: str, heading: str | None = None) -> Column:
        names = self.filters.languages
        return Column(heading or _("Language"), lambda record: names.get(record[key], record[key]))

    def export(self, key: str):
        """Wagtail's own spreadsheet, of one section."""
        if key not in self.builders:
            raise Http404
        section = getattr(self, self.builders[key])()
        self.exported = {str(place): column for place, column in enumerate(section.exported)}
        self.list_export = list(self.exported)
        self.export_headings = {name: column.heading for name, column in self.exported.items()}
        self.export_filename = f"{self.report_name}-{key}-{self.scope.first}-{self.scope.last}"
        # That of the request, which is gone while the spreadsheet streams. (Its language too: sections
        # are built of words, never of lazy ones.)
        self.zone = timezone.get_current_timezone()
        records = islice(section.all_records(), XLSX_MAX_ROWS)
        return self.as_spreadsheet(records, self.request.GET["export"])

    def get_heading(self, queryset, field: str) -> str:
        return safe_cell(self.export_headings[field])

    def to_row_dict(self, item: Any) -> dict[str, Any]:
        return {name: column.value(item) for name, column in self.exported.items()}

    def preprocess_field_value(self, field: str, value: Any, export_format: str) -> Any:
        """What visitors wrote is never a formula; times have their zone, numbers stay numbers."""
        if isinstance(value, int):
            return value
        if isinstance(value, datetime):
            return value.astimezone(self.zone).isoformat(timespec="seconds")
        if self.exported[field].kind == LINES:
            value = "\n".join(map(str, value))
        return safe_cell(value)[:CELL_MAX]
