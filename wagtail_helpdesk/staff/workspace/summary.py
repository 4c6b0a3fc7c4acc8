"""All errors of a form at its top, as links to the fields: nobody has to look for them."""

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS


class SummaryMixin(forms.Form):
    """Adds ``problems`` for ``_error_summary.html``."""

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Every error once, as (id of the field, message), in the order of the fields."""
        return [
            (self._id_of(name), message)
            for name in [NON_FIELD_ERRORS, *self.fields]
            for message in self.errors.get(name, [])
        ]

    def _id_of(self, name: str) -> str:
        """What a link can lead to; empty for the form as a whole and for hidden fields."""
        if name not in self.fields or self[name].is_hidden:
            return ""
        # A group of buttons has no id of its own: its first one takes the focus.
        return self[name].id_for_label or f"{self[name].auto_id}_0"
