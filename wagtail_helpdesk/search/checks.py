"""System checks of the search backend, with the tag ``wagtail_helpdesk_search``.

None of them asks the database. What only keeps search from being quick or complete is a warning:
an error would stop the very commands that mend it. Numbers never change their meaning.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.core.exceptions import ImproperlyConfigured
from modelsearch.conf import get_app_config

from .whoosh.backend import WhooshSearchBackend
from .whoosh.directory import Directory
from .whoosh.options import OTHERS, OURS
from .whoosh.stemming import stemmer_name
from .whoosh.upkeep import directories, look, rebuild_command, unknown_models, whoosh_backends

TAG = "wagtail_helpdesk_search"
#: More segments than this slow every search down; the timers should have merged them.
MANY_SEGMENTS = 100


@register(TAG)
def check_search(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    try:
        backends = list(whoosh_backends())
    except ImproperlyConfigured as error:
        return [Error(str(error), id="wagtail_helpdesk_search.E001")]
    messages: list[CheckMessage] = []
    for name, backend in backends:
        messages += _check_options(name, backend)
        if not any(message.is_serious() for message in messages):
            for directory in directories(backend):
                messages += _check_directory(name, directory)
    return messages


def _check_options(name: str, backend: WhooshSearchBackend) -> Iterator[CheckMessage]:
    options = backend.options
    given = get_app_config().get_search_backend_config()[name]
    for option in sorted(set(given) - OURS - OTHERS - {"BACKEND"}):
        yield Warning(
            f'The search backend "{name}" has no option {option}.',
            hint=f"Its options are {', '.join(sorted(OURS))}.",
            id="wagtail_helpdesk_search.W002",
        )
    for label in unknown_models(backend):
        yield Error(
            f'MODELS of the search backend "{name}" names {label}, which is no indexed model.',
            hint='Write labels of models that are Indexed, such as "wagtailcore.Page".',
            id="wagtail_helpdesk_search.E003",
        )
    if options.fallback and options.fallback not in get_app_config().get_search_backend_config():
        yield Warning(
            f'FALLBACK of the search backend "{name}" names "{options.fallback}", which is not '
            "among the site's search backends.",
            id="wagtail_helpdesk_search.W004",
        )
    if options.stemming:
        yield from _check_stemmers(name, backend)


def _check_stemmers(name: str, backend: WhooshSearchBackend) -> Iterator[CheckMessage]:
    languages = backend.options.languages
    wanted = [code for _, code in languages] if languages is not None else _site_languages()
    for code in wanted:
        if code.startswith("id") and stemmer_name(code) != "sastrawi":
            yield Warning(
                f'The search backend "{name}" stems Indonesian without PySastrawi, or not at all.',
                hint="pip install wagtail-helpdesk[indonesian], then rebuild the index.",
                id="wagtail_helpdesk_search.W005",
            )
        elif languages is not None and not stemmer_name(code):
            yield Warning(
                f'There is no stemmer for "{code}", which LANGUAGES of the search backend '
                f'"{name}" names.',
                hint="Its words are found as they are written. Or name a language that has one.",
                id="wagtail_helpdesk_search.W006",
            )


def _site_languages() -> list[str]:
    return [code for code, _ in getattr(settings, "WAGTAIL_CONTENT_LANGUAGES", settings.LANGUAGES)]


def _check_directory(name: str, directory: Directory) -> Iterator[CheckMessage]:
    if directory.is_foreign():
        yield Error(
            f'PATH of the search backend "{name}", {directory.base}, holds something else.',
            hint="Give it an empty directory, or one that does not exist yet, of its own.",
            id="wagtail_helpdesk_search.E007",
        )
        return
    state = look(directory)
    rebuild = rebuild_command(name)
    if not state.is_writable:
        yield Warning(
            f"The search index in {directory} can't be written to; search asks the database "
            "once something has changed.",
            hint="Let the user that runs the site write there.",
            id="wagtail_helpdesk_search.W008",
        )
    if state.trouble:
        yield Warning(
            f"Search asks the database instead of its index: {state.trouble}.",
            hint=f"Run: {rebuild}",
            id="wagtail_helpdesk_search.W009",
        )
    elif state.is_stale:
        yield Warning(
            f"The search index in {directory} was made with other options than those of now.",
            hint=f"Run: {rebuild}",
            id="wagtail_helpdesk_search.W010",
        )
    if state.waiting > 1 or state.segments > MANY_SEGMENTS:
        yield Warning(
            f"The search index in {directory} needs tending: {state.waiting} changes wait to be "
            f"written, and it lies in {state.segments} pieces.",
            hint="Run manage.py tend_helpdesk_search every few minutes.",
            id="wagtail_helpdesk_search.W011",
        )
