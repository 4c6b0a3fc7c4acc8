"""The outbox as a queue: claiming, leases, back-off, dead letters."""

import itertools
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend as LocmemBackend
from django.core.management import call_command
from django.db import OperationalError
from django.utils import timezone

from tests.factories import make_ticket
from tests.notify.conftest import row_of, states, use_backend
from wagtail_helpdesk.models import Heartbeat, OutboxMessage
from wagtail_helpdesk.notify import mails, queue
from wagtail_helpdesk.notify.delivery import Delivered, deliver_due

pytestmark = pytest.mark.django_db

BROKEN = "tests.notify.test_delivery.BrokenBackend"


class BrokenBackend(BaseEmailBackend):
    error = ConnectionRefusedError(111, "Connection refused")
    calls = 0

    def send_messages(self, messages):
        type(self).calls += 1
        raise self.error


@pytest.fixture
def broken(settings):
    use_backend(settings, BROKEN)
    BrokenBackend.calls = 0
    BrokenBackend.error = ConnectionRefusedError(111, "Connection refused")
    return BrokenBackend


def test_due_mail_is_sent_once(ticket):
    assert deliver_due() == Delivered(sent=1)
    assert deliver_due() == Delivered()
    row = row_of("acknowledgement")
    assert (row.state, row.attempts, row.leased_until, row.last_error) == ("sent", 1, None, "")
    assert row.sent_at is not None
    assert len(mail.outbox) == 1


def test_what_is_due_later_waits(ticket):
    OutboxMessage.objects.update(next_try_at=timezone.now() + timedelta(seconds=60))
    assert deliver_due().total == 0
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert deliver_due().sent == 1


def test_a_limit_is_kept(desk):
    for number in range(3):
        make_ticket(desk, email=f"v{number}@example.org")
    assert deliver_due(limit=2).sent == 2
    assert states() == {"queued": 1, "sent": 2}


def test_a_run_can_be_stopped_between_two_mails(desk):
    for number in range(3):
        make_ticket(desk, email=f"v{number}@example.org")
    assert deliver_due(should_stop=lambda: len(mail.outbox) >= 1).sent == 1
    assert states() == {"queued": 2, "sent": 1}


def test_a_server_that_is_down_postpones(ticket, broken):
    before = timezone.now()
    assert deliver_due() == Delivered(postponed=1)
    row = row_of("acknowledgement")
    assert (row.state, row.attempts, row.leased_until) == ("queued", 1, None)
    assert row.last_error == "The mail server can't be reached: Connection refused"
    wait = row.next_try_at - before
    assert timedelta(seconds=84) < wait < timedelta(seconds=90)


def test_a_server_that_is_down_is_not_asked_for_every_mail(desk, broken):
    for number in range(10):
        make_ticket(desk, email=f"v{number}@example.org")
    assert deliver_due().postponed == 2
    assert broken.calls == 2
    assert OutboxMessage.objects.filter(attempts=0).count() == 8


def test_one_bad_mail_does_not_stop_the_others(desk, settings):
    use_backend(settings, "tests.notify.test_delivery.ChoosyBackend")
    for number in range(6):
        make_ticket(desk, email=f"v{number}@example.org")
    assert deliver_due() == Delivered(sent=5, postponed=1)


class ChoosyBackend(LocmemBackend):
    def send_messages(self, messages):
        if messages[0].to == ["v1@example.org"]:
            raise RuntimeError("SECRET BODY")
        return super().send_messages(messages)


def test_after_the_last_attempt_it_is_given_up(ticket, broken, settings):
    waits = []
    now = timezone.now()
    for attempt in range(1, 13):
        with time_machine.travel(now, tick=False):
            deliver_due()
            row = row_of("acknowledgement")
            assert row.attempts == attempt
            if row.state == "queued":
                waits.append(row.next_try_at - now)
                now = row.next_try_at
    assert row.state == "dead"
    assert len(waits) == 11
    assert all(later == 2 * earlier for earlier, later in itertools.pairwise(waits))
    assert timedelta(hours=47) < sum(waits, timedelta()) < timedelta(hours=49)
    with time_machine.travel(now + timedelta(days=30)):
        assert deliver_due().total == 0


def test_no_wait_is_longer_than_two_days():
    assert queue.backoff(60) == timedelta(hours=48)


def test_errors_are_kept_without_addresses_and_without_what_might_be_text(ticket, broken):
    broken.error = RuntimeError("visitor@example.org SECRET BODY")
    deliver_due()
    assert row_of("acknowledgement").last_error == "The mail backend failed: RuntimeError"


def test_a_template_that_is_broken_is_tried_again(ticket, settings, tmp_path, caplog):
    folder = tmp_path / "wagtail_helpdesk" / "mail"
    folder.mkdir(parents=True)
    (folder / "acknowledgement.txt").write_text("{% nonsense %}")
    whole = settings.TEMPLATES
    settings.TEMPLATES = [{**whole[0], "DIRS": [str(tmp_path)]}]
    assert deliver_due() == Delivered(postponed=1)
    assert "could not be written: TemplateSyntaxError" in row_of("acknowledgement").last_error
    settings.TEMPLATES = whole
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert deliver_due() == Delivered(sent=1)


def test_given_up_mail_can_be_sent_again(ticket):
    OutboxMessage.objects.update(state="dead", attempts=12)
    assert queue.send_again(OutboxMessage.objects.all()) == 1
    assert deliver_due().sent == 1


# --- Leases -----------------------------------------------------------------------------------


def test_who_dies_with_a_mail_in_hand_loses_it_when_the_lease_ends(ticket, monkeypatch):
    class Killed(BaseException):
        pass

    def die(row):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mails, "compose", die)
        with pytest.raises(Killed):
            deliver_due()
    assert states() == {"sending": 1}
    assert deliver_due().total == 0
    with time_machine.travel(timezone.now() + queue.LEASE + timedelta(seconds=1)):
        assert deliver_due() == Delivered(sent=1)
    row = row_of("acknowledgement")
    assert row.attempts == 2
    assert mail.outbox[0].extra_headers["Message-ID"] == row.mail_id


def test_after_a_kill_between_server_and_mark_the_message_id_is_the_same(ticket, monkeypatch):
    class Killed(BaseException):
        pass

    def die(row):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(queue, "mark_sent", die)
        with pytest.raises(Killed):
            deliver_due()
    with time_machine.travel(timezone.now() + queue.LEASE + timedelta(seconds=1)):
        deliver_due()
    assert len(mail.outbox) == 2
    assert len({one.extra_headers["Message-ID"] for one in mail.outbox}) == 1


def test_a_mail_that_kills_its_senders_comes_to_an_end(ticket):
    OutboxMessage.objects.update(
        state="sending", attempts=12, leased_until=timezone.now() - timedelta(seconds=1)
    )
    assert deliver_due().total == 0
    row = row_of("acknowledgement")
    assert (row.state, row.leased_until) == ("dead", None)
    assert "ended before it was done" in row.last_error


def test_a_lease_that_ran_out_does_not_overwrite_the_next_ones_state(ticket):
    slow = queue.claim_next()
    OutboxMessage.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert queue.release_expired() == 1
    quick = queue.claim_next()
    queue.mark_failed(slow, queue.Failure("too slow"))
    assert states() == {"sending": 1}
    queue.mark_sent(quick)
    assert states() == {"sent": 1}


def test_a_claimed_mail_is_nobody_elses(ticket):
    assert queue.claim_next() is not None
    assert queue.claim_next() is None


def test_a_database_that_fails_leaves_the_mail_to_the_lease(ticket, monkeypatch):
    def fail(row):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(mails, "compose", fail)
    with pytest.raises(OperationalError):
        deliver_due()
    assert states() == {"sending": 1}


# --- The command ------------------------------------------------------------------------------


def test_the_command_delivers_and_leaves_a_sign_of_life(ticket, capsys):
    call_command("deliver_helpdesk_mail")
    assert capsys.readouterr().out == "1 sent, 0 postponed, 0 given up, 0 cancelled.\n"
    assert states() == {"sent": 1}
    first = Heartbeat.objects.get(name="deliver").at
    call_command("deliver_helpdesk_mail", verbosity=0)
    assert Heartbeat.objects.get(name="deliver").at > first
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("mails_in_the_way", [0, 500])
def test_sql_per_mail_does_not_grow(desk, django_assert_max_num_queries, mails_in_the_way):
    deliver_due()
    ticket = make_ticket(desk)
    OutboxMessage.objects.bulk_create(
        OutboxMessage(
            kind="reply",
            ticket=ticket,
            to_contact=ticket.contact,
            mail_id=f"<{number}@example.org>",
            state="sent",
            next_try_at=timezone.now(),
        )
        for number in range(mails_in_the_way)
    )
    with django_assert_max_num_queries(15):
        assert deliver_due().sent == 1
    with django_assert_max_num_queries(5):
        assert deliver_due().total == 0
