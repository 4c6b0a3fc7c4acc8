"""What every page asks for and hardly ever changes is kept in the site's cache, as Wagtail keeps the paths of its sites.

Whoever keeps something forgets it when it changes. A process whose cache the others don't share learns of
that within a minute. Nothing about a ticket or a person is kept here.
"""

from collections.abc import Iterable

from django.conf import settings
from django.core.cache import cache
from django.db import transaction

SECONDS = 60


def languages() -> list[str]:
    """All that may be active, none included."""
    return ["", *(code for code, _name in settings.LANGUAGES)]


def forget(keys: Iterable[str]) -> None:
    """Now, for this transaction; and after it, since others have read the old state until then."""
    gone = list(keys)
    cache.delete_many(gone)
    transaction.on_commit(lambda: cache.delete_many(gone))
