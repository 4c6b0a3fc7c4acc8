"""A support page under each site's front page, as a draft, in each language that has a front page."""

from typing import Any

from django.apps import apps
from wagtail.models import Locale, Site

from ..support_pages import support_page_models
from .defaults import PAGE_TITLES
from .languages import base_of
from .report import Report


def support_page_model() -> Any | None:
    """The concrete page type, or ``None`` where the optional app is not installed."""
    if not apps.is_installed("wagtail_helpdesk.pages"):
        return None
    try:
        return apps.get_model("wagtail_helpdesk_pages", "SupportPage")
    except LookupError:  # the site has swapped Wagtail's base page, and brings its own type
        return None


def make_pages(report: Report) -> None:
    """Lay out the drafts that are missing."""
    model = support_page_model()
    if model is None and support_page_models():
        report.kept.append("support pages (of a type of your own)")
        return
    if model is None:
        report.notes.append(
            "No support page was made, because “wagtail_helpdesk.pages” is not installed. "
            "Build a page type of your own with wagtail_helpdesk.public.pages.SupportPageMixin."
        )
        return
    roots: dict[int, Any] = {}
    for site in Site.objects.select_related("root_page").order_by("-is_default_site", "pk"):
        roots.setdefault(site.root_page_id, site.root_page)
    for root in roots.values():
        _make_below(root, model, report)


def _make_below(root: Any, model: Any, report: Report) -> None:
    original = _existing(root, model)
    for front in [root, *_translations(root)]:
        place = f"below “{front.title}” ({front.locale.language_code})"
        page = _existing(front, model)
        if page is not None:
            report.kept.append(f"support page {place}")
        elif not model.can_create_at(front.specific):
            report.notes.append(
                f"No support page was made {place}: pages of the type “{front.specific_class._meta.verbose_name}” "
                "admit no support page below them. See subpage_types and parent_page_types."
            )
        else:
            page = _add_draft(front, model, original)
            report.made.append(f"support page (draft) {place}")
        original = original or page


def _existing(front: Any, model: Any) -> Any | None:
    return model.objects.descendant_of(front).order_by("depth", "pk").first()


def _translations(root: Any) -> list[Any]:
    """The front pages of the site's other languages, aliases left out: they follow their original."""
    others = Locale.objects.exclude(pk=root.locale_id).order_by("pk")
    fronts = [root.get_translation_or_none(locale) for locale in others]
    return [front for front in fronts if front is not None and front.alias_of_id is None]


def _add_draft(front: Any, model: Any, original: Any | None) -> Any:
    front = front.specific
    title, slug = PAGE_TITLES.get(base_of(front.locale.language_code), PAGE_TITLES["en"])
    page = model(
        title=title,
        slug=_free_slug(front, slug),
        locale=front.locale,
        live=False,
        body=[("complaint", {}), ("lookup", {})],
    )
    if original is not None and original.get_translation_or_none(front.locale) is None:
        page.translation_key = original.translation_key
    front.add_child(instance=page)
    page.save_revision(log_action=False)
    return page


def _free_slug(front: Any, slug: str) -> str:
    taken = set(front.get_children().values_list("slug", flat=True))
    number, free = 2, slug
    while free in taken:
        number, free = number + 1, f"{slug}-{number}"
    return free
