"""An inline panel whose rows have a form, and a formset, of our own."""

from typing import Any

from wagtail.admin.panels import InlinePanel


class FormInlinePanel(InlinePanel):
    def __init__(self, *args: Any, form: Any = None, formset: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form, self.formset = form, formset

    def clone_kwargs(self) -> dict[str, Any]:
        return {**super().clone_kwargs(), "form": self.form, "formset": self.formset}

    def get_form_options(self) -> dict[str, Any]:
        options = super().get_form_options()
        own = {"form": self.form, "formset": self.formset}
        options["formsets"][self.relation_name].update(
            {name: value for name, value in own.items() if value is not None}
        )
        return options
