"""By which way a reader came to an article: carried along in the address, signed.

Readers have no session, and reading sets no cookie. The address names a row of a search or a suggestion,
which names nobody; with it the desk learns which answers are opened, and after which somebody still wrote.
"""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from django.core import signing
from django.http import HttpRequest

SALT = "wagtail_helpdesk.trail"
NAME = "via"
#: Seconds after which an address says no more where a reader came from: it was kept or passed on.
MAX_AGE = 24 * 3600
MAX_LENGTH = 100

Kind = Literal["search", "suggestion"]
_KINDS: dict[str, Kind] = {"s": "search", "o": "suggestion"}


@dataclass(frozen=True)
class Trail:
    """The search or the suggestion (by key) that led here."""

    kind: Kind
    key: int

    @classmethod
    def read(cls, text: str) -> "Trail | None":
        """``None`` for what is too old, or not signed by us."""
        signer = signing.TimestampSigner(salt=SALT, sep=".")
        try:
            value = signer.unsign(text[:MAX_LENGTH], max_age=MAX_AGE)
        except signing.BadSignature:
            return None
        return cls(_KINDS[value[0]], int(value[1:]))

    @classmethod
    def of(cls, request: HttpRequest) -> "Trail | None":
        """The trail in the address of ``request``."""
        text = request.GET.get(NAME, "")
        return cls.read(text) if text else None

    def __str__(self) -> str:
        letter = next(letter for letter, kind in _KINDS.items() if kind == self.kind)
        return signing.TimestampSigner(salt=SALT, sep=".").sign(f"{letter}{self.key}")

    @property
    def query(self) -> dict[str, str]:
        """What an address carries."""
        return {NAME: str(self)}

    def on(self, address: str) -> str:
        """``address`` with the trail."""
        return f"{address}?{urlencode(self.query)}"
