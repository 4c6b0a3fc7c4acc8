"""What a form carries with it, signed: when it was shown, which form it is, that its captcha is solved."""

import hashlib
import secrets
import time
from dataclasses import dataclass, replace

from django.core import signing

SALT = "wagtail_helpdesk.form"
PROOF_SALT = "wagtail_helpdesk.captcha"
#: Seconds for which a solved captcha need not be solved again.
PROOF_SECONDS = 30 * 60
MAX_LENGTH = 300


@dataclass(frozen=True)
class FormToken:
    """One form in one browser. ``shown_at`` is in seconds since 1970."""

    nonce: str
    shown_at: float

    @classmethod
    def new(cls) -> "FormToken":
        return cls(nonce=secrets.token_urlsafe(16), shown_at=time.time())

    @classmethod
    def read(cls, text: str) -> "FormToken | None":
        """``None`` for whatever we have not signed ourselves."""
        try:
            nonce, shown_at = signing.loads(text[:MAX_LENGTH], salt=SALT)
        except (signing.BadSignature, TypeError, ValueError):
            return None
        return cls(nonce=nonce, shown_at=shown_at)

    def __str__(self) -> str:
        return signing.dumps([self.nonce, round(self.shown_at, 3)], salt=SALT)

    def shown_again(self) -> "FormToken":
        """The same form, shown now."""
        return replace(self, shown_at=time.time())

    @property
    def age(self) -> float:
        """Seconds since the form was shown."""
        return time.time() - self.shown_at

    def key(self, visitor: str) -> str:
        """The idempotency key: what another browser sends with the same nonce is another form."""
        return hashlib.sha256(f"{visitor}:{self.nonce}".encode()).hexdigest()


def captcha_proof(key: str) -> str:
    """A proof that the captcha of the form with this idempotency key was solved."""
    return signing.TimestampSigner(salt=PROOF_SALT).sign(key)


def is_captcha_proof(proof: str, key: str) -> bool:
    signer = signing.TimestampSigner(salt=PROOF_SALT)
    try:
        return signer.unsign(proof[:MAX_LENGTH], max_age=PROOF_SECONDS) == key
    except signing.BadSignature:
        return False
