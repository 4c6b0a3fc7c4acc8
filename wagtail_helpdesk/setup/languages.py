"""Which languages a site really uses: Django's own ``LANGUAGES`` lists a hundred."""

from django.conf import global_settings, settings


def languages_in_use() -> list[str]:
    """The site's language codes, the default one first."""
    codes = [settings.LANGUAGE_CODE]
    if settings.LANGUAGES != global_settings.LANGUAGES:
        codes += [code for code, _name in settings.LANGUAGES]
    if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
        codes += [code for code, _name in getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", [])]
    return list(dict.fromkeys(codes))


def base_of(code: str) -> str:
    """``"id"`` for ``"id-id"``."""
    return code.lower().split("-")[0]


def bases_in_use() -> list[str]:
    return list(dict.fromkeys(base_of(code) for code in languages_in_use()))
