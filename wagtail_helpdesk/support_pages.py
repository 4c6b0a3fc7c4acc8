"""Which page types of a site are support pages: ours, and whatever a host has mixed its own from.

Below visitors' and staff's entrances, since both ask.
"""

from typing import Any

from django.apps import apps


def support_page_models() -> list[Any]:
    """The concrete page classes made with ``public.pages.SupportPageMixin``."""
    return [
        model for model in apps.get_models() if getattr(model, "is_helpdesk_support_page", False)
    ]
