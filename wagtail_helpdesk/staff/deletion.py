"""What tickets and their history refer to can't be deleted: Wagtail's own views say so, and fail no more.

Users and pages have hooks for it. Sites have none: Wagtail's view asks for a template, which we have, and for
the action that deletes.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.actions.delete import DeleteAction, DeletePermissionError
from wagtail.admin import messages
from wagtail.models import AbstractPage, Site

from .viewsets.base import refusal_of, uses_of

#: Accounts, or sites, that one refusal names.
NAMED = 5


class SiteDelete(DeleteAction):
    """Refuses while there are tickets of the site. Asked by Wagtail's admin it reads as a missing permission,
    so the page before it says why; see ``templates/wagtailsites/confirm_delete.html``.
    """

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        uses = uses_of(self.instance)
        if uses:
            raise DeletePermissionError(refusal_of(self.instance, uses))
        return super().execute(*args, **kwargs)


def register_actions(registry: Any) -> None:
    registry.register(Site, SiteDelete)


def before_delete_user(request: Any, user: Any) -> HttpResponse | None:
    """Send back to the account, where it can be switched off. Wagtail has asked who may delete."""
    if not _refuse_users(request, [user]):
        return None
    return redirect("wagtailusers_users:edit", user.pk)


def before_delete_page(request: Any, page: Any) -> HttpResponse | None:
    """A site goes with its root page, and so with every page above that."""
    if not _refuse_pages(request, [page]):
        return None
    return redirect("wagtailadmin_explore", page.pk)


def before_bulk_action(
    request: Any, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """The same for a selection: nothing is deleted where something can't be."""
    model = getattr(action, "model", None)
    if action_type != "delete" or model is None:
        return None
    if model is get_user_model():
        refused = _refuse_users(request, objects)
    elif issubclass(model, AbstractPage):
        refused = _refuse_pages(request, objects)
    else:
        return None
    return redirect(action.next_url) if refused else None


def _refuse_users(request: Any, users: Iterable[Any]) -> bool:
    instead = _("Switch the account off instead: what they wrote keeps its author.")
    return _refuse(request, users, instead)


def _refuse_pages(request: Any, pages: Iterable[Any]) -> bool:
    sites = {
        site.pk: site
        for page in pages
        for site in Site.objects.filter(root_page__in=page.get_descendants(inclusive=True))
    }
    return _refuse(request, sites.values(), _("Give the site another root page first."))


def _refuse(request: Any, instances: Iterable[Any], instead: str) -> bool:
    """Say for each what keeps it; whether there was any."""
    kept = [(instance, uses) for instance in instances if (uses := uses_of(instance))]
    for instance, uses in kept[:NAMED]:
        messages.error(request, f"{refusal_of(instance, uses)} {instead}")
    return bool(kept)
