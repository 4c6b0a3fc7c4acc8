"""HTML for what a page of the queue holds by the dozen."""

from html import escape
from typing import Any

from django.utils.safestring import SafeString


def written(pattern: str, **values: Any) -> SafeString:
    """``pattern`` with ``values`` in it, each escaped unless it is safe already.

    What ``format_html`` does, at a fifth of its cost: rows and options are most of the page.
    """
    return SafeString(
        pattern.format_map(
            {
                name: value if isinstance(value, SafeString) else escape(str(value))
                for name, value in values.items()
            }
        )
    )


def joined(parts: list[SafeString]) -> SafeString:
    """Several of them in a row."""
    return SafeString("".join(parts))
