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


def codes_for_names() -> dict[str, str]:
    """language without region -> the code under which a name is kept.

    That is one of ``LANGUAGES``, since others can't be chosen in the admin: ``"en"`` where it is
    among them (it serves ``"en-us"`` too), else the site's own, such as ``"en-gb"``.
    """
    allowed = dict(settings.LANGUAGES)
    codes: dict[str, str] = {}
    for code in languages_in_use():
        base = base_of(code)
        if base in allowed:
            codes[base] = base
        elif code in allowed:
            codes.setdefault(base, code)
    return codes
