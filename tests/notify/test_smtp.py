"""Delivery to a real SMTP server that behaves badly."""

import email
import email.policy
import socket
import threading
import time

import pytest

from tests.factories import make_ticket
from tests.notify.conftest import hang_up, row_of, say_nothing, states, use_server
from wagtail_helpdesk.notify.delivery import Delivered, deliver_due
from wagtail_helpdesk.tickets import reply

pytestmark = pytest.mark.django_db


def test_a_mail_arrives_whole(desk, ticket, smtp):
    deliver_due()
    reply(ticket, by=desk.first_level1, body="Selamat pagi 照明, the “left” one.")
    assert deliver_due() == Delivered(sent=1)
    _first, second = smtp.mails
    assert second.rcpt_tos == ["visitor@example.org"]
    assert second.mail_from == "help@example.org"
    parsed = email.message_from_bytes(second.content, policy=email.policy.default)
    assert parsed["To"] == "visitor@example.org"
    assert parsed["Message-ID"] == row_of("reply").mail_id
    assert parsed["In-Reply-To"] == row_of("acknowledgement").mail_id
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsed.get_content_type() == "multipart/alternative"
    text, html = parsed.iter_parts()
    assert "Selamat pagi 照明, the “left” one." in text.get_content()
    assert "Selamat pagi 照明, the “left” one." in html.get_content()
    assert html.get_content_type() == "text/html"


@pytest.mark.parametrize(
    ("command", "answer", "state"),
    [
        ("RCPT", "550 5.1.1 User visitor@example.org unknown", "dead"),
        ("RCPT", "451 4.7.1 Greylisted, come back later", "queued"),
        ("RCPT", "421 4.3.2 Shutting down", "queued"),
        ("MAIL", "550 5.7.1 Sender refused", "queued"),
        ("MAIL", "421 4.3.2 Shutting down", "queued"),
        ("DATA", "554 5.7.1 Looks like spam", "dead"),
        ("DATA", "452 4.3.1 Disk full", "queued"),
    ],
)
def test_refusals(ticket, smtp, command, answer, state):
    smtp.answers[command] = answer
    deliver_due()
    row = row_of("acknowledgement")
    assert (row.state, row.attempts) == (state, 1)
    assert answer[:3] in row.last_error
    assert "visitor@" not in row.last_error
    assert smtp.mails == []


def test_one_refused_recipient_does_not_stop_the_others(desk, smtp):
    async def refuse_second(server):
        refuse_second.calls += 1
        return "550 unknown" if refuse_second.calls == 2 else None

    refuse_second.calls = 0
    smtp.answers["RCPT"] = refuse_second
    for number in range(4):
        make_ticket(desk, email=f"v{number}@example.org")
    assert deliver_due() == Delivered(sent=3, dead=1)
    assert len(smtp.mails) == 3


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_a_server_that_hangs_up_gets_it_later(desk, ticket, smtp, command):
    smtp.answers[command] = hang_up
    assert deliver_due() == Delivered(postponed=1)
    assert states() == {"queued": 1}
    smtp.answers.clear()
    make_ticket(desk, email="next@example.org")
    assert deliver_due() == Delivered(sent=1)  # the first still waits


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
def test_after_a_hang_up_the_next_mail_has_a_new_line(desk, smtp, command):
    async def hang_up_once(server):
        smtp.answers.clear()
        return await hang_up(server)

    smtp.answers[command] = hang_up_once
    for number in range(3):
        make_ticket(desk, email=f"v{number}@example.org")
    assert deliver_due() == Delivered(sent=2, postponed=1)
    assert len(smtp.mails) == 2


def test_a_server_that_says_nothing_is_left_after_the_time_out(ticket, smtp, settings):
    settings.WAGTAIL_HELPDESK = {"DELIVERY": "sweep", "MAIL_TIMEOUT_SECONDS": 0.5}
    smtp.answers["DATA"] = say_nothing
    began = time.monotonic()
    assert deliver_due() == Delivered(postponed=1)
    assert time.monotonic() - began < 2.5
    assert "said nothing for too long" in row_of("acknowledgement").last_error


def test_a_server_that_half_closes(ticket, settings):
    """It greets, says no more, and shuts its side of the line."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        line, _address = listener.accept()
        line.sendall(b"220 mail.example.org\r\n")
        line.shutdown(socket.SHUT_WR)
        line.recv(1000)
        line.close()

    threading.Thread(target=serve, daemon=True).start()
    use_server(settings, listener.getsockname()[1])
    assert deliver_due() == Delivered(postponed=1)
    listener.close()
    assert "hung up" in row_of("acknowledgement").last_error


def test_a_server_that_is_not_there(desk, ticket, settings):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    use_server(settings, port)
    assert deliver_due() == Delivered(postponed=1)
    assert row_of("acknowledgement").last_error == (
        "The mail server can't be reached: Connection refused"
    )
    # The desk doesn't wait for it.
    began = time.monotonic()
    make_ticket(desk, email="next@example.org")
    assert time.monotonic() - began < 1
