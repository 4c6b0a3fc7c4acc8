"""Wagtail's fields of the header, written in one go: its own templates take longer than the rest of the page.

What is written is Wagtail's markup (``wagtailadmin/shared/headers/_filters.html`` and its
``formattedfield``); a test compares the two.
"""

from functools import lru_cache

from django.forms import BaseForm, BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from wagtail.admin.templatetags.wagtailadmin_tags import fieldtype, formattedfield, widgettype

from ..markup import joined, written

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
<label class="w-field__label{label_class}"{label_attrs}>
{label}
</label>
<div class="w-field w-field--{field_type} w-field--{widget_type}" data-field data-contentpath="{name}">
<div class="w-field__errors" data-field-errors></div>
<div class="w-field__help" data-field-help></div>
<div class="w-field__input" data-field-input>
{icon}
{widget}
</div>
</div>
</div>"""
SR_ONLY = SafeString(" w-sr-only")
FIELD_ICON = SafeString(
    '<svg class="icon icon-search w-field__icon" aria-hidden="true"><use href="#icon-search"></use></svg>'
)
NOTHING = SafeString()
LABEL_ATTRS = ' for="{key}" id="{key}-label"'


class FilterMenu:
    """Its first page, ``toggles``, a button for each field; and ``submenus``, a page for each."""

    def __init__(self, form: BaseForm) -> None:
        self.fields = [(field, str(field.label)) for field in form]

    def toggles(self) -> SafeString:
        return joined([_toggle(field.auto_id, label) for field, label in self.fields])

    def submenus(self) -> SafeString:
        back = _("Back")
        return joined(
            [
                _submenu(field.auto_id, back, _formatted(field, label))
                for field, label in self.fields
            ]
        )


@lru_cache(maxsize=100)
def _toggle(key: str, label: str) -> SafeString:
    return written(TOGGLE, key=key, label=label)


@lru_cache(maxsize=1_000)
def _submenu(key: str, back: str, field: SafeString) -> SafeString:
    return written(SUBMENU, key=key, back=back, field=field)


def search_field(form: BaseForm) -> SafeString:
    """The box that tickets are searched with."""
    return _formatted(form["q"], str(form["q"].label), label_class=SR_ONLY, icon=FIELD_ICON)


def _formatted(
    field: BoundField, label: str, *, label_class: SafeString = NOTHING, icon: SafeString = NOTHING
) -> SafeString:
    """Wagtail's ``formattedfield``; where there is more to say than usual, by itself."""
    if field.errors or field.help_text or field.field.required:
        return render_to_string("wagtailadmin/shared/formatted_field.html", formattedfield(field))
    return _written(
        field.id_for_label,
        field.name,
        label,
        (fieldtype(field), widgettype(field)),
        field.as_widget(),
        label_class,
        icon,
    )


@lru_cache(maxsize=1_000)
def _written(
    key: str,
    name: str,
    label: str,
    types: tuple[str, str],
    widget: SafeString,
    label_class: SafeString,
    icon: SafeString,
) -> SafeString:
    return written(
        FIELD,
        label_class=label_class,
        label_attrs=written(LABEL_ATTRS, key=key) if key else NOTHING,
        label=label,
        field_type=types[0],
        widget_type=types[1],
        name=name,
        icon=icon,
        widget=widget,
    )
