"""Accounts that the desk's history names can't be deleted: Wagtail's users say so, and fail no more."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin import messages

from .viewsets.base import uses_of

#: Accounts that one refusal names.
NAMED = 5


def before_delete_user(request: Any, user: Any) -> HttpResponse | None:
    """Send back to the account, where it can be switched off. Wagtail has asked who may delete."""
    if not _refuse(request, [user]):
        return None
    return redirect("wagtailusers_users:edit", user.pk)


def before_bulk_action(
    request: Any, action_type: str, objects: Iterable[Any], action: Any
) -> HttpResponse | None:
    """The same for a selection: nobody is deleted where somebody can't be."""
    is_ours = action_type == "delete" and getattr(action, "model", None) is get_user_model()
    if not is_ours or not _refuse(request, objects):
        return None
    return redirect(action.next_url)


def _refuse(request: Any, users: Iterable[Any]) -> bool:
    """Say for each account what keeps it; whether there was any."""
    kept = [(user, uses) for user in users if (uses := uses_of(user))]
    for user, uses in kept[:NAMED]:
        message = _("“%(object)s” can't be deleted, because it is in use: %(uses)s.") % {
            "object": user,
            "uses": _(", ").join(
                f"{capfirst(model._meta.verbose_name_plural)}: {count}"
                for model, count in uses.items()
            ),
        }
        instead = _("Switch the account off instead: what they wrote keeps its author.")
        messages.error(request, f"{message} {instead}")
    return bool(kept)
