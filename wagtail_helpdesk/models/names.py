"""A name per language, in rows of its own.

The things a visitor reads about (complaint types, divisions, levels) carry a staff-facing ``name``
and any number of translations. Wagtail's ``TranslatableMixin`` would make a second record per
language, and split every report.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _


def language_choices() -> list[tuple[str, str]]:
    return [(code, name) for code, name in settings.LANGUAGES]


class NameInLanguage(models.Model):
    """Abstract: one translation of a name. Subclasses add the parent (``related_name="names"``)."""

    language = models.CharField(_("language"), max_length=20, choices=language_choices)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class NamedMixin(models.Model):
    """Abstract: a ``name``, and what it is called in another language."""

    name = models.CharField(_("name"), max_length=100)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The name for staff. The names that we ship are in the catalogue; others pass through."""
        return gettext(self.name) if self.name else ""

    def translation(self, language: str | None = None):
        """The ``names`` row for a language (default: the active one) or its base, or ``None``."""
        language = (language or get_language() or "").lower()
        rows = {row.language.lower(): row for row in self.names.all()}
        return rows.get(language) or rows.get(language.split("-")[0])

    def name_in(self, language: str | None = None) -> str:
        """The name for a reader of ``language``; the staff's name where there is no translation."""
        row = self.translation(language)
        return row.name if row else self.display_name
