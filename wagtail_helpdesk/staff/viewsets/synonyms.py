"""Words that mean the same to a search: the editors' own groups, and what they replace."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.models import Locale

from ...knowledge.language import base_of, words_of
from ...knowledge.synonyms import first_term, standard_groups, standard_languages
from ...models import Synonyms
from .base import DeskViewSet


def language_name(code: str) -> str:
    """In the reader's language; the code where nobody knows a name."""
    try:
        return get_language_info(code)["name_translated"]
    except KeyError:
        return code


def language_choices() -> list[tuple[str, str]]:
    """The languages that the site has pages in, without their regions: as a search asks for them."""
    codes = Locale.objects.order_by("pk").values_list("language_code", flat=True)
    return [(code, language_name(code)) for code in dict.fromkeys(map(base_of, codes))]


class SynonymsForm(WagtailAdminModelForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field, kept = self.fields["language"], self.instance.language
        choices = language_choices()
        if kept and kept not in dict(choices):  # of a language that the site had before
            choices.append((kept, language_name(kept)))
        field.widget.choices = choices
        field.help_text = ""
        if not kept and choices:
            self.initial.setdefault("language", choices[0][0])

    def clean_language(self) -> str:
        language = self.cleaned_data["language"]
        if language not in dict(self.fields["language"].widget.choices):
            raise ValidationError(_("Choose a language that the site has pages in."))
        return language

    def clean_words(self) -> str:
        """Each once, whatever its spelling: a search doesn't tell "Wi-Fi" from "wi fi"."""
        terms: dict[tuple[str, ...], str] = {}
        for typed in self.cleaned_data["words"].split(","):
            term = " ".join(typed.split())
            folded = tuple(words_of(term))
            if term and not folded:
                raise ValidationError(_("“%(term)s” has no letters or digits.") % {"term": term})
            if folded:
                terms.setdefault(folded, term)
        if len(terms) < 2:
            raise ValidationError(_("Enter at least two words, with a comma between them."))
        return ", ".join(terms.values())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        language, words = cleaned.get("language"), cleaned.get("words")
        if language and words:
            first = first_term(words)
            others = Synonyms.objects.filter(language=language).exclude(pk=self.instance.pk)
            for other in others.values_list("words", flat=True):
                if first_term(other) == first:
                    refusal = _("There is a group that begins with this word: “%(words)s”.")
                    self.add_error("words", refusal % {"words": other})
                    break
        return cleaned


class StandardGroupsPanel(HelpPanel):
    """What comes along for a language, to read: folded away until somebody wants to see it."""

    def __init__(self, language: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("heading", lazy(self._heading, str)())
        kwargs.setdefault("classname", "collapsed")
        super().__init__(template="wagtail_helpdesk/staff/synonyms/standard.html", **kwargs)
        self.language = language

    def _heading(self) -> str:
        return _("Standard groups: %(language)s") % {"language": language_name(self.language)}

    def clone_kwargs(self) -> dict[str, Any]:
        kwargs = super().clone_kwargs()
        del kwargs["template"]
        return {**kwargs, "language": self.language}

    class BoundPanel(HelpPanel.BoundPanel):
        def get_context_data(self, parent_context=None):
            context = super().get_context_data(parent_context)
            context["groups"] = standard_groups(self.panel.language)
            return context


class SynonymsFilterSet(WagtailFilterSet):
    language = django_filters.ChoiceFilter(
        label=gettext_lazy("Language"),
        choices=language_choices,
        empty_label=gettext_lazy("All"),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Synonyms
        fields: list[str] = []


def replaced(synonyms: Synonyms) -> str:
    """The standard group that these words stand in for."""
    first = first_term(synonyms.words)
    for group in standard_groups(synonyms.language):
        if tuple(words_of(group[0])) == first:
            return ", ".join(group)
    return ""


class SynonymsViewSet(DeskViewSet):
    model = Synonyms
    icon = "list-ul"
    menu_label = gettext_lazy("Synonyms")
    search_fields = ["words"]
    filterset_class = SynonymsFilterSet
    edit_handler = ObjectList(
        [
            FieldPanel("language", widget=forms.Select),
            FieldPanel("words"),
            *map(StandardGroupsPanel, standard_languages()),
        ],
        base_form_class=SynonymsForm,
    )
    list_display = [
        "__str__",
        Column(
            "language",
            label=gettext_lazy("Language"),
            accessor=lambda synonyms: language_name(synonyms.language),
        ),
        Column("replaces", label=gettext_lazy("Replaces"), accessor=replaced),
    ]


synonyms = SynonymsViewSet("wagtail_helpdesk_synonyms", url_prefix="helpdesk/synonyms")
