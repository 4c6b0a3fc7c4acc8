"""A desk without tickets: how the first one comes in."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from wagtail.permissions import policy_registry

from ...support_pages import support_page_models


@dataclass(frozen=True)
class FirstSteps:
    """``url`` is where visitors find the form, or where the draft of it waits to be published."""

    is_live: bool
    url: str


def first_steps(user: Any) -> FirstSteps | None:
    """``None`` where there is no support page that ``user`` may publish or visitors could find."""
    drafts = []
    for model in support_page_models():
        live = model.objects.live().order_by("path").first()
        if live is not None and live.full_url:
            return FirstSteps(is_live=True, url=live.full_url)
        drafts += model.objects.filter(live=False).order_by("path")[:1]
    for page in drafts:
        policy = policy_registry.get(page)
        if policy.user_has_permission_for_instance(user, "change", page):
            return FirstSteps(is_live=False, url=reverse("wagtailadmin_pages:edit", args=[page.pk]))
    return None
