"""The reference that people read aloud: ``HD-7K3QM-9XW2R``.

Ten Crockford base-32 characters in two groups: 50 random bits, no order in them. Look-up ignores
case, spaces and hyphens, and reads O as 0, I and L as 1, as Crockford's alphabet intends
(https://www.crockford.com/base32.html).
"""

import re
import secrets

from .conf import helpdesk_settings

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LOOKALIKES = str.maketrans("OIL", "011")
_DROPPED = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")


def new_reference() -> str:
    prefix = helpdesk_settings.REFERENCE_PREFIX
    code = "".join(secrets.choice(ALPHABET) for _ in range(10))
    return f"{prefix}-{code[:5]}-{code[5:]}"


def normalise_reference(text: str) -> str | None:
    """What a person typed, as it is stored; ``None`` when it can't be a reference."""
    prefix = helpdesk_settings.REFERENCE_PREFIX.upper()
    code = _DROPPED.sub("", text[:100]).upper()
    if len(code) == len(prefix) + 10 and code.startswith(prefix):
        code = code[len(prefix) :]
    code = code.translate(_LOOKALIKES)
    if len(code) != 10 or any(character not in ALPHABET for character in code):
        return None
    return f"{helpdesk_settings.REFERENCE_PREFIX}-{code[:5]}-{code[5:]}"
