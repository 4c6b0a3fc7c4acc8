"""One form, sent many times at once, by browsers' requests and on a database that runs them at once."""

from datetime import timedelta

import pytest
from captcha.conf import settings as captcha_settings
from captcha.models import CaptchaStore
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests import factories
from tests.parallel import at_once
from tests.public.helpers import FORM, soup
from wagtail_helpdesk.models import Message, OutboxMessage, Status, Ticket

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def desk(transactional_db):
    if connection.vendor != "postgresql":
        pytest.fail('These tests need PostgreSQL: run them by "make test-postgres".')
    return factories.make_desk()


def same_browser(visitor):
    """Another connection of the same browser: its cookies, and a CSRF check as for everybody."""
    client = Client(enforce_csrf_checks=True)
    client.cookies = visitor.client.cookies
    return client


def test_twenty_clicks_are_one_ticket_and_all_see_its_reference(visitor, monkeypatch):
    monkeypatch.setattr(captcha_settings, "CAPTCHA_TEST_MODE", False)
    page = visitor.get(FORM)
    asked = CaptchaStore.objects.get(hashkey=soup(page).select_one("[name=captcha_0]")["value"])
    _action, data = visitor.form(page, FORM)
    data |= {**visitor.answers, "captcha_1": asked.response}
    clients = [same_browser(visitor) for _n in range(20)]
    answers = at_once([lambda client=client: client.post(FORM, data) for client in clients])
    ticket = Ticket.objects.get()
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, f"/support/complaint/sent/{ticket.reference}/")
    }
    assert OutboxMessage.objects.filter(kind="acknowledgement").count() == 1
    assert visitor.get(answers[0]["Location"]).status_code == 200


@pytest.mark.parametrize("days", [None, 1, 30])
def test_ten_clicks_are_one_answer(visitor, days):
    ticket = visitor.ticket()
    if days:
        solved_at = timezone.now() - timedelta(days=days)
        Ticket.objects.update(status=Status.SOLVED, solved_at=solved_at)
    address = f"/helpdesk/tickets/{ticket.reference}/"
    verb = "reopen/" if days == 1 else "reply/"
    _action, data = visitor.form(visitor.get(address), address + verb)
    data["body"] = "Still dark."
    clients = [same_browser(visitor) for _n in range(10)]
    answers = at_once(
        [lambda client=client: client.post(address + verb, data) for client in clients]
    )
    # Only an answer that starts a ticket counts as a complaint, so only then may late clicks be told to wait.
    expected = {302, 404, 429} if days == 30 else {302, 404}
    assert {answer.status_code for answer in answers} <= expected, answers
    assert 302 in {answer.status_code for answer in answers}
    if days == 30:
        assert Ticket.objects.count() == 2
    else:
        assert Message.objects.count() == 1
        assert Ticket.objects.count() == 1
