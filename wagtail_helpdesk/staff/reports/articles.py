"""Where a report leads to: the page that visitors read, its editor, and the place to write another."""

from dataclasses import replace
from functools import cached_property
from typing import Any

import swapper
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from ...knowledge.articles import knowledge_base_models
from ...knowledge.scope import Scope
from .sections import Action


class Articles:
    """The pages that the rows of a report are about, read once. ``user`` sees what they may do with them."""

    def __init__(self, request, scope: Scope) -> None:
        self.request, self.scope = request, scope
        self.page_model: Any = swapper.load_model("wagtailcore", "Page")
        self._urls: dict[int, str] = {}
        self._editable: set[int] = set()

    def read(self, keys: list[int]) -> None:
        pages = self.page_model.objects.filter(pk__in=keys)
        for page in pages:
            self._urls[page.pk] = (page.get_url(self.request) or "") if page.live else ""
        policy = policy_registry.get_by_type(self.page_model)
        changeable = policy.instances_user_has_permission_for(self.request.user, "change")
        self._editable |= set(changeable.filter(pk__in=keys).values_list("pk", flat=True))

    def url(self, key: int) -> str:
        """Where visitors read it, or, where they can't, the editor; empty for who may not edit."""
        return self._urls.get(key) or self._edit_url(key)

    def edit_action(self, key: int, title: str) -> list[Action]:
        url = self._edit_url(key)
        label = _("Edit “%(title)s”") % {"title": title}
        return [Action(_("Edit"), label, url)] if url else []

    def write_action(self, about: str, language: str = "") -> list[Action]:
        """For who may add pages to a knowledge base: the one in ``language``, or any."""
        url = self._places.get(language) or next(iter(self._places.values()), "")
        label = _("Write an article about “%(subject)s”") % {"subject": about}
        return [Action(_("Write an article"), label, url)] if url else []

    def _edit_url(self, key: int) -> str:
        return reverse("wagtailadmin_pages:edit", args=[key]) if key in self._editable else ""

    @cached_property
    def _places(self) -> dict[str, str]:
        """language -> the explorer at its knowledge base, in the admin."""
        models = knowledge_base_models()
        if not models:
            return {}
        policy = policy_registry.get_by_type(self.page_model)
        pages = policy.instances_user_has_permission_for(self.request.user, "add").type(*models)
        pages = pages.filter(replace(self.scope, language="").of_pages())
        places: dict[str, str] = {}
        for page in pages.order_by("path").select_related("locale"):
            url = reverse("wagtailadmin_explore", args=[page.pk])
            places.setdefault(page.locale.language_code, url)
        return places
