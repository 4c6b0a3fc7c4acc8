"""Parts of the page frame. They also work where no page is in the context, such as error pages
and the views of an app, because any template may extend ``base.html``."""

from django import template
from django.apps import apps
from django.conf import settings
from django.urls import translate_url
from django.utils import translation
from wagtail.models import Locale, Site

register = template.Library()


def _home(context):
    """The front page in the language of the request, or None on a site without one."""
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    return site.root_page.localized if site else None


@register.simple_tag(takes_context=True)
def site_menu(context):
    home = _home(context)
    return home.get_children().live().in_menu() if home else []


@register.simple_tag(takes_context=True)
def page_at(context, slug):
    """The live page directly below the front page that has this slug, or None."""
    home = _home(context)
    return home.get_children().live().filter(slug=slug).first() if home else None


@register.simple_tag(takes_context=True)
def language_choices(context):
    """``(code, own name, is current, next)`` per language, for Django's ``set_language`` view.

    That view runs in the default language and translates ``next`` from there, so ``next`` is this
    page's address in the default language; where the page has no twin, the front page's.
    """
    request = context.get("request")
    current = translation.get_language()
    here = translate_url(request.get_full_path(), settings.LANGUAGE_CODE) if request else "/"
    return [
        (
            code,
            translation.get_language_info(code)["name_local"],
            code == current,
            "/" if code != current and _lacks_twin(context.get("page"), code) else here,
        )
        for code, _name in settings.LANGUAGES
    ]


def _lacks_twin(page, code):
    if page is None or not getattr(page, "pk", None):
        return False
    locale = Locale.objects.filter(language_code=code).first()
    twin = page.get_translation_or_none(locale) if locale else None
    return twin is None or not twin.live


@register.simple_tag
def demo_mail_is_on():
    return apps.is_installed("demo.mail")
