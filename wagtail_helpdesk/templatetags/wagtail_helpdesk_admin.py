"""For our templates in the admin."""

from typing import Any

from django import template

from ..staff.viewsets.base import refusal_of, uses_of

register = template.Library()


@register.simple_tag
def deletion_refusal(instance: Any) -> str:
    """Why ``instance`` can't be deleted, in a sentence; empty where it can."""
    uses = uses_of(instance)
    return refusal_of(instance, uses) if uses else ""
