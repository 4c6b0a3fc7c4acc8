"""HTML for what a page holds by the dozen."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from django.utils.safestring import SafeString

OPTION = '<option value="{value}"{selected}>{label}</option>'
SELECTED, NOTHING = SafeString(" selected"), SafeString()


def written(pattern: str, **values: Any) -> SafeString:
    """``pattern`` with ``values`` in it, each escaped unless it is safe already.

    What ``format_html`` does, at a fifth of its cost: rows, options and messages are most of a page.
    """
    return SafeString(
        pattern.format_map(
            {
                name: value if isinstance(value, SafeString) else escape(str(value))
                for name, value in values.items()
            }
        )
    )


def joined(parts: Iterable[SafeString]) -> SafeString:
    """Several of them in a row."""
    return SafeString("".join(parts))


class Escaped(dict):
    """``names`` by key, each escaped when it is first asked for; empty for a key that isn't there."""

    def __init__(self, names: Mapping[Any, Any]) -> None:
        self.names = names

    def __missing__(self, key: Any) -> SafeString:
        self[key] = name = SafeString(escape(str(self.names.get(key, ""))))
        return name


def options(choices: Iterable[tuple[Any, Any]], chosen: Any) -> SafeString:
    """What a select offers."""
    chosen = str(chosen or "")
    return joined(
        written(
            OPTION,
            value=value,
            selected=SELECTED if str(value) == chosen else NOTHING,
            label=label,
        )
        for value, label in choices
    )
