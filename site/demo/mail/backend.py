import secrets
import time

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


class EmailBackend(BaseEmailBackend):
    """Writes each message into a file of its own, instead of sending it."""

    def send_messages(self, email_messages):
        folder = settings.DEMO_MAIL_ROOT
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            # Names sort by time; a file appears whole, because it is renamed into place.
            name = f"{time.time_ns():020d}-{secrets.token_hex(4)}"
            unfinished = folder / f"{name}.part"
            unfinished.write_bytes(message.message().as_bytes())
            unfinished.rename(folder / f"{name}.eml")
        return len(email_messages)
