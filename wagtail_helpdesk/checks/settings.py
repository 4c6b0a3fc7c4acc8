"""Is WAGTAIL_HELPDESK what it should be? A misspelt name would otherwise do nothing, in silence."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

import phonenumbers
from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.utils.module_loading import import_string

from ..conf import DEFAULTS, helpdesk_settings
from ..models import Ticket
from .tag import TAG

CHOICES = {
    "LOOKUP_SHOWS": ("status", "conversation", "link"),
    "DELIVERY": ("auto", "sweep"),
}
#: Numbers for which nought makes sense.
MAY_BE_ZERO = frozenset(
    {"TRUSTED_PROXIES", "FORM_MIN_SECONDS", "REOPEN_DAYS", "UNCLAIMED_MAX_BYTES"}
)


@register(TAG)
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    given = getattr(settings, "WAGTAIL_HELPDESK", {})
    if not isinstance(given, Mapping):
        return [_error("WAGTAIL_HELPDESK is not a dict.", "Make it one, or leave it out.", "E010")]
    unknown = [_unknown(name) for name in given if name not in DEFAULTS]
    wrong = [
        _error(f"WAGTAIL_HELPDESK[{name!r}] is {given[name]!r}. {fault}", _hint(name), "E012")
        for name in given
        if name in DEFAULTS
        for fault in _faults(name, given[name])
    ]
    return unknown + wrong or [*_contradictions()]


@register(TAG)
def check_base_template(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    name = helpdesk_settings.BASE_TEMPLATE
    try:
        get_template(name)
    except (TemplateDoesNotExist, TemplateSyntaxError, TypeError) as error:
        return [
            _error(
                f"The template {name!r}, which every public page extends, can't be loaded: {error!r}.",
                "Set WAGTAIL_HELPDESK['BASE_TEMPLATE'] to your site's base template; "
                "it needs a {% block content %}.",
                "E013",
            )
        ]
    return []


def _unknown(name: Any) -> CheckMessage:
    near = get_close_matches(str(name).upper(), DEFAULTS, n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"There are: {', '.join(DEFAULTS)}."
    return _error(
        f"There is no setting WAGTAIL_HELPDESK[{name!r}], so it does nothing.", hint, "E011"
    )


def _faults(name: str, value: Any) -> Iterator[str]:
    default = DEFAULTS[name]
    if name in CHOICES:
        if value not in CHOICES[name]:
            yield f"It must be one of {', '.join(map(repr, CHOICES[name]))}."
    elif isinstance(default, bool):
        if not isinstance(value, bool):
            yield "It must be True or False."
    elif isinstance(default, int):
        lowest = 0 if name in MAY_BE_ZERO else 1
        if isinstance(value, bool) or not isinstance(value, int) or value < lowest:
            yield f"It must be a whole number, at least {lowest}."
    elif isinstance(default, str):
        if not isinstance(value, str):
            yield "It must be a text."
        else:
            yield from _text_faults(name, value)
    elif name == "FILE_TYPES":
        if not isinstance(value, list | tuple) or not all(
            isinstance(item, str) and re.fullmatch(r"[a-z0-9]{1,10}", item) for item in value
        ):
            yield "It must be a list of extensions in small letters, without the dot."
    elif name == "THROTTLES":
        yield from _throttle_faults(value)


def _text_faults(name: str, value: str) -> Iterator[str]:
    if name == "PHONE_REGION" and value not in phonenumbers.SUPPORTED_REGIONS:
        yield "It must be a country's two letters as in ISO 3166, such as 'ID'."
    if name == "REFERENCE_PREFIX" and not re.fullmatch(r"[A-Z0-9]{1,8}", value):
        yield "It must be one to eight capital letters or digits."
    if name == "VIRUS_SCANNER" and value:
        try:
            if not callable(import_string(value)):
                yield "It is not callable."
        except ImportError as error:
            yield f"It can't be imported: {error}."


def _throttle_faults(value: Any) -> Iterator[str]:
    known = DEFAULTS["THROTTLES"]
    if not isinstance(value, Mapping):
        yield "It must be a dict."
        return
    for name, limits in value.items():
        if name not in known:
            yield f"There is no throttle {name!r}; there are {', '.join(known)}."
        elif not isinstance(limits, list | tuple) or not all(_is_limit(limit) for limit in limits):
            yield f"{name!r} must be a list of (count, seconds) pairs of whole numbers."


def _is_limit(limit: Any) -> bool:
    return (
        isinstance(limit, list | tuple)
        and len(limit) == 2
        and all(type(number) is int and number > 0 for number in limit)
    )


def _contradictions() -> Iterator[CheckMessage]:
    """Values that are fine by themselves, and wrong together."""
    ours = helpdesk_settings
    if ours.FORM_MIN_SECONDS >= ours.FORM_MAX_SECONDS:
        yield _error(
            "FORM_MIN_SECONDS is not below FORM_MAX_SECONDS: nobody can send the complaint form.",
            _hint("FORM_MIN_SECONDS"),
            "E014",
        )
    if ours.FILE_MAX_BYTES > ours.FILES_MAX_BYTES:
        yield _error(
            "One file may be bigger (FILE_MAX_BYTES) than all together (FILES_MAX_BYTES).",
            _hint("FILES_MAX_BYTES"),
            "E014",
        )
    kept = Ticket._meta.get_field("subject").max_length
    if kept < ours.SUBJECT_MAX_LENGTH:
        yield _error(
            f"SUBJECT_MAX_LENGTH is more than the {kept} characters that the database keeps.",
            _hint("SUBJECT_MAX_LENGTH"),
            "E014",
        )


def _hint(name: str) -> str:
    return f"Leave it out for the default, {DEFAULTS[name]!r}."


def _error(message: str, hint: str, number: str) -> CheckMessage:
    return Error(message, hint=hint, id=f"wagtail_helpdesk.{number}")
