"""Wagtail's filter menu, written in one go: its own templates take longer than the rest of the page.

What is written is Wagtail's markup (``wagtailadmin/shared/headers/_filters.html``); a test compares the two.
"""

from collections.abc import Iterable

from django.forms import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin.templatetags.wagtailadmin_tags import fieldtype, formattedfield, widgettype

from .markup import joined, written

TOGGLE = """<button class="w-drilldown__toggle" type="button" aria-expanded="false" \
aria-controls="drilldown-{key}" data-w-drilldown-target="toggle" data-action="click->w-drilldown#open">
{label}
<div class="w-flex w-items-center w-gap-2">
<span class="w-drilldown__count" data-w-drilldown-target="count" data-count-name="{key}" hidden></span>
<svg class="icon icon-arrow-right icon" aria-hidden="true"><use href="#icon-arrow-right"></use></svg>
</div>
</button>"""
SUBMENU = """<div class="w-drilldown__submenu" id="drilldown-{key}" hidden tabindex="-1">
<button class="w-drilldown__back" type="button" aria-label="{back}" data-action="click->w-drilldown#close">
<svg class="icon icon-arrow-left icon" aria-hidden="true"><use href="#icon-arrow-left"></use></svg>
</button>
{field}
</div>"""
FIELD = """<div class="w-field__wrapper" data-field-wrapper>
<label class="w-field__label"{label_attrs}>
{label}
</label>
<div class="w-field w-field--{field_type} w-field--{widget_type}" data-field data-contentpath="{name}">
<div class="w-field__errors" data-field-errors></div>
<div class="w-field__help" data-field-help></div>
<div class="w-field__input" data-field-input>
{widget}
</div>
</div>
</div>"""
LABEL_ATTRS = ' for="{key}" id="{key}-label"'


def toggles(fields: Iterable[BoundField]) -> SafeString:
    """The menu's first page: a button for each field."""
    return joined([written(TOGGLE, key=field.auto_id, label=field.label) for field in fields])


def submenus(fields: Iterable[BoundField]) -> SafeString:
    """A page for each field."""
    back = _("Back")
    return joined(
        [
            written(SUBMENU, key=field.auto_id, back=back, field=_formatted(field))
            for field in fields
        ]
    )


def _formatted(field: BoundField) -> SafeString:
    """Wagtail's ``formattedfield``; where there is more to say than usual, by itself."""
    if field.errors or field.help_text or field.field.required:
        return render_to_string("wagtailadmin/shared/formatted_field.html", formattedfield(field))
    key = field.id_for_label
    return written(
        FIELD,
        label_attrs=written(LABEL_ATTRS, key=key) if key else SafeString(),
        label=field.label,
        field_type=fieldtype(field),
        widget_type=widgettype(field),
        name=field.name,
        widget=field.as_widget(),
    )
