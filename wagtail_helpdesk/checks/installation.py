"""Is everything there that the help desk is built on?"""

from collections.abc import Iterator
from typing import Any

import swapper
from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.middleware.locale import LocaleMiddleware
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from ..setup.languages import languages_in_use
from .tag import TAG

#: app -> what happens without it
NEEDED_APPS = {
    "captcha": "The complaint form asks visitors to solve a captcha, which is kept in that app's table.",
    "wagtail.contrib.settings": "The help desk's settings per site make the admin's home page fail without it.",
    "wagtail.contrib.routable_page": "Form, confirmation and look-up are routes of the support page.",
    "wagtail.snippets": "The lists of procedures are shown with that app's templates.",
}


@register(TAG)
def check_apps(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        Error(
            f"“{name}” is not in INSTALLED_APPS. {consequence}",
            hint=f"Add “{name}” to INSTALLED_APPS and run migrate.",
            id="wagtail_helpdesk.E001",
        )
        for name, consequence in NEEDED_APPS.items()
        if not apps.is_installed(name)
    ]


@register(TAG)
def check_page_model(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not apps.is_installed("wagtail_helpdesk.pages") or not swapper.is_swapped(
        "wagtailcore", "Page"
    ):
        return []
    return [
        Error(
            "This site has a base page of its own (WAGTAIL_PAGE_MODEL), and the page types of "
            "“wagtail_helpdesk.pages” are built on Wagtail's.",
            hint="Take it out of INSTALLED_APPS, and make a page type with "
            "wagtail_helpdesk.public.pages.SupportPageMixin before your base page.",
            id="wagtail_helpdesk.E006",
        )
    ]


@register(TAG)
def check_urls(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if not getattr(settings, "ROOT_URLCONF", None) or not apps.is_installed("captcha"):
        return []
    try:
        if not _reverses("wagtail_helpdesk:open_link", token="x"):  # noqa: S106
            return [
                Error(
                    "The help desk's addresses are not in the project's URLs. Links in mails can't be made.",
                    hint='Add path("helpdesk/", include("wagtail_helpdesk.urls")) above Wagtail\'s own urls.',
                    id="wagtail_helpdesk.E002",
                )
            ]
        if not _reverses("captcha-image", key="x"):
            return [
                Error(
                    "The captcha's addresses lie inside a namespace, so its pictures can't be found.",
                    hint='Include "wagtail_helpdesk.urls" without app_name and without namespace.',
                    id="wagtail_helpdesk.E003",
                )
            ]
    except Exception:  # a URLconf that can't be imported is reported by Django's own check
        return []
    return []


@register(TAG)
def check_languages(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if len(languages_in_use()) < 2 or not settings.USE_I18N or any(_is_locale(settings.MIDDLEWARE)):
        return []
    return [
        Warning(
            "The site has several languages, but no LocaleMiddleware: "
            "every visitor reads the help desk in the default one.",
            hint="Add “django.middleware.locale.LocaleMiddleware” to MIDDLEWARE, after the sessions'.",
            id="wagtail_helpdesk.W004",
        )
    ]


@register(TAG)
def check_postgres(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    engines = [str(database.get("ENGINE", "")) for database in settings.DATABASES.values()]
    uses = any("postgresql" in engine or "postgis" in engine for engine in engines)
    if not uses or apps.is_installed("django.contrib.postgres"):
        return []
    return [
        Warning(
            "The database is PostgreSQL, but “django.contrib.postgres” is not in INSTALLED_APPS. "
            "Wagtail's search falls back to a plain comparison of words there.",
            hint="Add “django.contrib.postgres” to INSTALLED_APPS.",
            id="wagtail_helpdesk.W005",
        )
    ]


def _reverses(name: str, **kwargs: str) -> bool:
    try:
        reverse(name, kwargs=kwargs)
    except NoReverseMatch:
        return False
    return True


def _is_locale(middleware: list[str]) -> Iterator[bool]:
    for path in middleware:
        try:
            found = import_string(path)
        except ImportError:  # Django says so when it loads them
            continue
        yield isinstance(found, type) and issubclass(found, LocaleMiddleware)
