"""Filling and publishing the support pages, and the site's settings for its desk."""

from typing import Any

from wagtail.models import Site

from ...models import HelpdeskSettings
from ..languages import base_of
from ..pages import support_page_model


def publish_support_pages(site: Site, texts: dict[str, Any]) -> None:
    """Fill in and publish the drafts below ``site`` that nobody has edited since they were laid out."""
    model = support_page_model()
    if model is None:
        return
    for front in site.root_page.get_translations(inclusive=True):
        text = texts.get(base_of(front.locale.language_code))
        page = model.objects.descendant_of(front).first()
        if text is None or page is None or page.live or page.revisions.count() > 1:
            continue
        page.title = text["title"]
        page.introduction = text["introduction"]
        page.body = [{"type": block["type"], "value": block["value"]} for block in text["body"]]
        page.show_in_menus = True
        page.save_revision().publish()


def set_desk(site: Site) -> None:
    """How the desk signs, where nobody has said so yet."""
    settings, _made = HelpdeskSettings.objects.get_or_create(site=site)
    if not settings.desk_name:
        settings.desk_name = "Serayu Link"
        settings.show_staff_names = True
        settings.save()
