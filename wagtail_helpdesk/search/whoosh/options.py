"""The backend's options, as given under ``WAGTAILSEARCH_BACKENDS``."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model

#: What Wagtail reads itself, and what belongs to other backends: changing ``BACKEND`` back and
#: forth must not take more than changing ``BACKEND``.
OTHERS = {"AUTO_UPDATE", "ATOMIC_REBUILD", "SEARCH_CONFIG", "INDEX", "URLS", "TIMEOUT", "OPTIONS"}
OURS = {"PATH", "STEMMING", "LANGUAGES", "MODELS", "FALLBACK", "WRITE_TIMEOUT"}


@dataclass(frozen=True)
class Options:
    #: Directory of the index; made when the index is built.
    path: str
    #: Whether "restarting" finds "restarts" too.
    stemming: bool = True
    #: Languages that are stemmed: code of the locale to code of the stemmer. None: all there are.
    languages: tuple[tuple[str, str], ...] | None = None
    #: Labels of the models that are indexed, with their descendants. None: all.
    models: tuple[str, ...] | None = None
    #: Another of the site's backends, asked when the index can't be. Empty: the plain database.
    fallback: str = ""
    #: Seconds a writer waits for another before it leaves its work to the next one.
    write_timeout: float = 5.0

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> "Options":
        path = params.get("PATH")
        if not path or not isinstance(path, str | os.PathLike):
            raise ImproperlyConfigured(
                'The search backend "wagtail_helpdesk.search.whoosh" needs a PATH: '
                "the directory in which its index lies."
            )
        languages, models = params.get("LANGUAGES"), params.get("MODELS")
        if isinstance(languages, Mapping):
            pairs = tuple(sorted(languages.items()))
        else:
            pairs = None if languages is None else tuple((code, code) for code in languages)
        return cls(
            path=os.path.realpath(path),
            stemming=bool(params.get("STEMMING", True)),
            languages=pairs,
            models=None if models is None else tuple(sorted(models)),
            fallback=params.get("FALLBACK", ""),
            write_timeout=float(params.get("WRITE_TIMEOUT", 5.0)),
        )

    def covers(self, model: type[Model]) -> bool:
        """Whether objects of this model are indexed."""
        return covers(self.models, model)

    def may_hold(self, model: type[Model]) -> bool:
        """Whether the index may hold objects of this model: it or a descendant is indexed."""
        return may_hold(self.models, model)


def covers(labels: tuple[str, ...] | None, model: type[Model]) -> bool:
    return labels is None or issubclass(model, _models(labels))


def may_hold(labels: tuple[str, ...] | None, model: type[Model]) -> bool:
    if covers(labels, model):
        return True
    return any(issubclass(wanted, model) for wanted in _models(labels or ()))


def _models(labels: tuple[str, ...]) -> tuple[type[Model], ...]:
    try:
        return tuple(apps.get_model(label) for label in labels)
    except (LookupError, ValueError) as error:
        raise ImproperlyConfigured(
            f"MODELS of the search backend names a model that is not there: {error}"
        ) from error
