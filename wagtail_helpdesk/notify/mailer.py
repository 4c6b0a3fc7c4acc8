"""The site's mail backend, spoken to in the same way under every Django, and what its errors mean."""

import contextlib
import re
import smtplib
from dataclasses import dataclass
from typing import Any

from django.core import mail
from django.core.mail import EmailMessage

from ..conf import helpdesk_settings

_ADDRESS = re.compile(r"[^\s<>(),;:\"]+@[^\s<>(),;:\"]+")
ERROR_MAX_LENGTH = 300


@dataclass(frozen=True)
class Failure:
    """Why a mail didn't go out. ``text`` is for the admin's eyes, and holds no address and no text of a mail."""

    text: str
    #: Trying again is no use.
    permanent: bool = False
    #: It was the server, not this mail.
    unreachable: bool = False


class Mailer:
    """One connection for the mails of one run. Opened with the first, opened anew after an error."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> "Mailer":
        return self

    def __exit__(self, *error: object) -> None:
        self._close()

    def send(self, message: EmailMessage) -> None:
        """Hand one mail to the server. Raises what the backend raises; see ``failure_of``."""
        try:
            if self._connection is None:
                self._connection = _make_connection()
                self._connection.open()
            # Some backends answer None; only a plain 0 says that nothing was sent.
            if self._connection.send_messages([message]) == 0:
                raise smtplib.SMTPException("The mail backend sent nothing.")
        except Exception:
            self._close()
            raise

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):  # it may be the broken one
                connection.close()


def failure_of(error: Exception) -> Failure:
    """What an error of the mail backend means for the mail."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, reply = next(iter(error.recipients.values()))
            return Failure(_server_said(code, reply), permanent=_is_permanent(code))
        case smtplib.SMTPDataError():
            said = _server_said(error.smtp_code, error.smtp_error)
            return Failure(said, permanent=_is_permanent(error.smtp_code))
        case smtplib.SMTPSenderRefused():
            # A sender that isn't allowed (yet) is a matter of settings: they will be mended.
            return Failure(_server_said(error.smtp_code, error.smtp_error))
        case smtplib.SMTPResponseException():
            return Failure(_server_said(error.smtp_code, error.smtp_error), unreachable=True)
        case smtplib.SMTPServerDisconnected():
            return Failure(
                "The mail server hung up, or said nothing for too long.", unreachable=True
            )
        case smtplib.SMTPException():
            return Failure(_tidy(f"{type(error).__name__}: {error}"))
        case OSError():
            reason = error.strerror or type(error).__name__
            return Failure(_tidy(f"The mail server can't be reached: {reason}"), unreachable=True)
        case ValueError():
            # Django's refusal of a header or an address, which its text quotes.
            return Failure("A header or an address of the mail is malformed.", permanent=True)
    # Of anything else the text may be anything, a piece of the mail too.
    return Failure(f"The mail backend failed: {type(error).__name__}")


def _make_connection() -> Any:
    try:
        from django.core.mail import mailers  # Django 6.1 and later
    except ImportError:
        connection = mail.get_connection()
    else:
        connection = mailers.default
    if getattr(connection, "timeout", 0) is None:
        # Without one a server that says nothing would hold this process for ever.
        connection.timeout = helpdesk_settings.MAIL_TIMEOUT_SECONDS
    return connection


def _is_permanent(code: int) -> bool:
    return 500 <= code < 600


def _server_said(code: int, reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
    return _tidy(f"The mail server said: {code} {text}")


def _tidy(text: str) -> str:
    return " ".join(_ADDRESS.sub("…", text).split())[:ERROR_MAX_LENGTH]
