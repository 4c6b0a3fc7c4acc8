"""What the tests of mail share: what lies in the outbox, and a mail server that does as it is told."""

import asyncio
import socket

import django
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from wagtail_helpdesk.models import OutboxMessage, OutboxState


def states():
    """How many rows are in each state, without those that are none."""
    found = OutboxMessage.objects.order_by().values_list("state", flat=True)
    return {state: list(found).count(state) for state in OutboxState.values if state in found}


def row_of(kind):
    return OutboxMessage.objects.filter(kind=kind).latest("pk")


class Handler:
    """Keeps what it is sent. ``answers`` maps a command to what the server says to it, or does."""

    def __init__(self):
        self.mails = []
        self.answers = {}

    async def _answer(self, command, server):
        answer = self.answers.get(command)
        if callable(answer):
            answer = await answer(server)
        return answer

    async def handle_MAIL(self, server, session, envelope, address, options):
        answer = await self._answer("MAIL", server)
        if answer is None:
            envelope.mail_from = address
        return answer or "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = await self._answer("RCPT", server)
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server, session, envelope):
        answer = await self._answer("DATA", server)
        if answer is None:
            self.mails.append(envelope)
        return answer or "250 OK"


async def hang_up(server):
    """Half an answer, and the line is dead."""
    server.transport.close()
    await asyncio.sleep(0)
    return "250 OK"


async def say_nothing(server):
    await asyncio.sleep(3)
    return "250 OK"


class QuietController(Controller):
    def factory(self):
        return SMTP(self.handler, hostname="mail.example.org", enable_SMTPUTF8=False)


@pytest.fixture
def smtp(settings):
    """A real SMTP server on this machine, and settings that send mail there."""
    handler = Handler()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    controller = QuietController(handler, hostname="127.0.0.1", port=port)
    controller.start()
    use_server(settings, port)
    yield handler
    controller.stop()


def use_server(settings, port):
    if django.VERSION >= (6, 1):
        settings.MAILERS = {
            "default": {
                "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "OPTIONS": {"host": "127.0.0.1", "port": port},
            }
        }
    else:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def use_backend(settings, path):
    if django.VERSION >= (6, 1):
        settings.MAILERS = {"default": {"BACKEND": path}}
    else:
        settings.EMAIL_BACKEND = path
