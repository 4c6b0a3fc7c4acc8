"""What a requester reads about by when, in pages and mails."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone, translation

from tests.factories import make_policy, make_ticket, promise
from tests.public.conftest import helpdesk, support, visitor  # noqa: F401
from tests.public.helpers import text_of
from wagtail_helpdesk.clocks.words import in_words, promised
from wagtail_helpdesk.notify.delivery import deliver_due
from wagtail_helpdesk.tickets import reply, solve

#: A Monday in Jakarta, seven hours ahead.
NINE = datetime(2026, 3, 2, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def clock():
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def policy(desk, clock):
    policy = make_policy(desk, zone="Asia/Jakarta")
    promise(desk, policy)
    return policy


def test_a_moment_is_said_with_its_weekday_and_zone():
    with timezone.override("UTC"):
        assert in_words(NINE) == "Monday, March 2, 2026, 9 a.m. (WIB)"
        with translation.override("id"):
            assert in_words(NINE) == "Senin, 2 Maret 2026, pukul 9.00 (WIB)"


def test_first_an_answer_is_promised_then_a_solution(desk, policy, clock):
    ticket = make_ticket(desk)
    assert promised(ticket).due == in_words(NINE + HOUR)
    reply(ticket, by=desk.first_level1, body="We look at it.")
    said = promised(ticket)
    assert (said.answered, said.due, said.late) == (True, in_words(NINE + 8 * HOUR), False)
    clock.shift(9 * HOUR)
    assert promised(ticket).late
    reply(ticket, by=desk.first_level1, body="Which type?", status="pending")
    assert promised(ticket) is None
    solve(ticket, by=desk.first_level1, outcome="fixed")
    assert promised(ticket) is None


def test_at_night_it_says_when_we_work_again(desk, policy, clock):
    clock.shift(12 * HOUR)
    said = promised(make_ticket(desk))
    tomorrow = NINE + 24 * HOUR
    assert (said.opens, said.due) == (in_words(tomorrow), in_words(tomorrow + HOUR))


def test_the_type_s_own_words_are_read_where_nothing_is_promised(desk, clock):
    assert promised(make_ticket(desk)) is None


def test_confirmation_status_and_mail_say_it(visitor, desk, policy, clock):  # noqa: F811
    when = "Monday, March 2, 2026, 10 a.m. (WIB)"
    sent = visitor.complain()
    page = visitor.get(sent["Location"])
    assert f"Answered by {when}" in text_of(page)
    assert "within two working days" not in text_of(page)
    from wagtail_helpdesk.models import Ticket

    ticket = Ticket.objects.get()
    status = visitor.look_up(ticket.reference, follow=True)
    assert f"Answered by {when}" in text_of(status)
    deliver_due()
    letter = mail.outbox[-1]
    assert f"Answered by: {when}" in letter.body
    assert when in letter.alternatives[0][0]
    clock.shift(2 * HOUR)
    status = visitor.look_up(ticket.reference, follow=True)
    assert "longer than we promised" in text_of(status)


def test_a_reply_says_by_when_it_shall_be_solved(desk, policy):
    ticket = make_ticket(desk)
    reply(ticket, by=desk.first_level1, body="We look at it.")
    deliver_due()
    assert "Solved by: Monday, March 2, 2026, 5 p.m. (WIB)" in mail.outbox[-1].body
