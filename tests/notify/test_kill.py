"""A deliverer that is killed, for real, at every step: no mail is lost, and few are sent twice."""

import os
import signal
import threading
import time
from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from tests.factories import make_ticket
from tests.notify.conftest import states
from wagtail_helpdesk.models import OutboxMessage
from wagtail_helpdesk.notify import delivery, mails, queue
from wagtail_helpdesk.notify.delivery import deliver_due
from wagtail_helpdesk.notify.mailer import Mailer

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork"),
    # The child touches nothing that a thread of its parent might hold.
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
    pytest.mark.skipif(
        "TEST_DB_SUFFIX" not in os.environ and "DATABASE_URL" not in os.environ,
        reason="a database in memory is gone in another process",
    ),
]


def kill_before(module, name):
    """Die of SIGKILL when ``name`` is called."""
    setattr(module, name, lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL))


def kill_after(module, name):
    real = getattr(module, name)

    def call_and_die(*args, **kwargs):
        real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(module, name, call_and_die)


POINTS = {
    "before the claim": (lambda: kill_before(queue, "claim_next"), 0),
    "after the claim": (lambda: kill_after(queue, "claim_next"), 0),
    "before it is written": (lambda: kill_before(mails, "compose"), 0),
    "before it is sent": (lambda: kill_before(Mailer, "send"), 0),
    "after the server's answer": (lambda: kill_after(Mailer, "send"), 1),
    "before the mark": (lambda: kill_before(queue, "mark_sent"), 1),
    "after the mark": (lambda: kill_after(queue, "mark_sent"), 0),
    "at the end": (lambda: kill_before(delivery, "_count"), 0),
}


@pytest.mark.parametrize("point", POINTS)
def test_nothing_is_lost(desk, smtp, point):
    die, sent_twice = POINTS[point]
    for number in range(3):
        make_ticket(desk, email=f"v{number}@example.org")
    connections.close_all()
    child = os.fork()
    if child == 0:
        die()
        deliver_due()
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL

    deliver_due()
    with time_machine.travel(timezone.now() + queue.LEASE + timedelta(seconds=5)):
        deliver_due()
    assert states() == {"sent": 3}
    ids = [_message_id(one.content) for one in smtp.mails]
    assert set(ids) == set(OutboxMessage.objects.values_list("mail_id", flat=True))
    assert len(ids) == 3 + sent_twice


def _message_id(content):
    [line] = [line for line in content.splitlines() if line.lower().startswith(b"message-id:")]
    return line.split(b":", 1)[1].strip().decode()


def test_sigterm_lets_the_mail_in_hand_finish(desk, smtp):
    async def slow(server):
        import asyncio

        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.sleep(0.3)

    smtp.answers["DATA"] = slow
    for number in range(3):
        make_ticket(desk, email=f"v{number}@example.org")
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    guard = threading.Timer(20, lambda: os.kill(os.getpid(), signal.SIGINT))
    guard.start()
    try:
        began = time.monotonic()
        call_command("deliver_helpdesk_mail", "--loop", "60", verbosity=0)
        assert time.monotonic() - began < 10
    finally:
        guard.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)
    assert states() == {"queued": 2, "sent": 1}
