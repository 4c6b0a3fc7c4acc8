"""What the viewsets of the desk's own lists share: addresses, and a deletion that says why not."""

from typing import Any

from django.db.models import PROTECT, RESTRICT, Model, ProtectedError, RestrictedError
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet

from ...models import Ticket
from ..counting import Count, capped_counts


class DeskDeleteView(generic.DeleteView):
    """Refuses, with a count and a way out, to delete what other records are kept for."""

    #: What to do in place of deleting; a sentence.
    instead_of_deleting = ""

    def dispatch(self, request, *args: Any, **kwargs: Any):
        # Whoever may not delete is told only that.
        if not self.user_has_permission("delete"):
            return super().dispatch(request, *args, **kwargs)
        uses = uses_of(self.object)
        return self.refuse(uses) if uses else super().dispatch(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except (ProtectedError, RestrictedError):  # something has come to use it this moment
            return self.refuse(uses_of(self.object))

    def refuse(self, uses: dict[type[Model], Count]):
        message = refusal_of(self.object, uses)
        messages.error(self.request, f"{message} {self.instead_of_deleting}".strip())
        return redirect(self.index_url_name)


def refusal_of(instance: Model, uses: dict[type[Model], Count]) -> str:
    """What to tell somebody who would delete ``instance``."""
    return _("“%(object)s” can't be deleted, because it is in use: %(uses)s.") % {
        "object": instance,
        "uses": _(", ").join(
            f"{capfirst(model._meta.verbose_name_plural)}: {count}" for model, count in uses.items()
        ),
    }


def uses_of(instance: Model) -> dict[type[Model], Count]:
    """Which records forbid that ``instance`` is deleted, and how many of each, in one query.

    Django's own collector loads every protected row to say so, and there may be a million.
    """
    found = {}
    for relation in instance._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and not relation.concrete and relation.is_relation):
            continue
        if getattr(relation, "on_delete", None) in (PROTECT, RESTRICT):
            rows = relation.related_model._base_manager.filter(**{relation.field.name: instance})
            found[f"{relation.related_model._meta.label}.{relation.field.name}"] = rows
    counts = capped_counts(found)
    uses: dict[type[Model], Count] = {}
    for key, rows in found.items():
        if counts[key] and (rows.model not in uses or counts[key].number > uses[rows.model].number):
            uses[rows.model] = counts[key]
    if Ticket in uses:  # its history says nothing more to who reads this
        uses = {model: count for model, count in uses.items() if not hasattr(model, "ticket")}
    return uses


class DeskViewSet(ModelViewSet):
    """One of the desk's lists, under ``helpdesk/``. Nothing to copy, and no usage view.

    The reference index knows nothing of tickets, so a usage count would say 0 of what all
    tickets use. Deletion counts for itself.
    """

    copy_view_enabled = False
    add_to_reference_index = False
    delete_view_class = DeskDeleteView
    instead_of_deleting = ""
    search_backend_name = None

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_common_view_kwargs(**{**kwargs, "usage_url_name": None})

    def get_delete_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_delete_view_kwargs(
            instead_of_deleting=self.instead_of_deleting, **kwargs
        )

    def get_urlpatterns(self):
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "usage"]
