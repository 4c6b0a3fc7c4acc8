"""It wasn't solved after all."""

import datetime

import pytest
import time_machine

from tests.factories import make_ticket
from tests.invariants import check_books
from tests.tickets.verbs import STATUSES, everything, last_event, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.links import make_token, read_token
from wagtail_helpdesk.models import Message, Relation, Ticket

DAY = 86_400
START = datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)


@pytest.mark.parametrize("by", ["first_level1", "contact"])
@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status, by):
    actor = ticket.contact if by == "contact" else desk.first_level1
    put(ticket, status, by=desk.first_level1)
    before = everything()
    if status not in ("solved", "closed"):
        with pytest.raises(tickets.InvalidTransition, match="open"):
            tickets.reopen(ticket, by=actor)
        assert everything() == before
    else:
        assert tickets.reopen(ticket, by=actor) is ticket
        assert (ticket.status, ticket.solved_at, ticket.closed_at, ticket.waiting_since) == (
            "open", None, None, None,
        )  # fmt: skip
        assert ticket.outcome == ""
        check_books(ticket)


def test_it_comes_back_to_who_had_it(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    put(ticket, "closed", by=desk.first_level1)
    told = len(mail(ticket))
    tickets.reopen(ticket, by=ticket.contact, body="Dark again.")
    assert (ticket.level, ticket.division, ticket.assignee) == (
        desk.level1, desk.first, desk.first_level1,
    )  # fmt: skip
    message = Message.objects.get()
    assert (message.kind, message.by) == ("reply", ticket.contact)
    # Their links are void now, so the requester gets a new one.
    assert mail(ticket)[told:] == [
        ("reopened", ticket.contact),
        ("answered", desk.first_level1),
    ]
    assert ticket.outbox.get(kind="answered").message == message


@pytest.mark.parametrize("status", ["solved", "closed"])
@pytest.mark.parametrize("how", ["reopen", "reply"])
def test_into_the_queue_if_who_had_it_has_left(desk, ticket, status, how):
    tickets.accept(ticket, by=desk.first_level1)
    put(ticket, status, by=desk.first_level1)
    desk.first_level1.is_active = False
    desk.first_level1.save()
    getattr(tickets, how)(ticket, by=ticket.contact, body="Dark again.")
    assert (ticket.status, ticket.assignee) == ("open", None)
    check_books(ticket)
    tickets.accept(ticket, by=desk.first_level2)


def test_staff_say_why_in_a_note_and_the_requester_is_told(desk, ticket):
    put(ticket, "solved", by=desk.first_level1)
    tickets.reopen(ticket, by=desk.first_level2, body="The wire was too thin.")
    assert Message.objects.get().kind == "note"
    assert mail(ticket)[-1] == ("reopened", ticket.contact)
    assert ticket.outbox.get(kind="reopened").message is None


@pytest.mark.parametrize("body", ["", " \n", "\u200b"])
def test_without_a_word(desk, ticket, body):
    put(ticket, "solved", by=desk.first_level1)
    tickets.reopen(ticket, by=ticket.contact, body=body)
    assert not Message.objects.exists()
    assert last_event(ticket).by == ticket.contact


def test_the_links_that_were_mailed_end_with_it(desk, ticket):
    token = make_token(ticket)
    put(ticket, "closed", by=desk.first_level1)
    assert read_token(token) == ticket
    tickets.reopen(ticket, by=ticket.contact)
    assert read_token(token) is None


@pytest.mark.parametrize(("seconds", "reopens"), [(3 * DAY, True), (3 * DAY + 1, False)])
def test_after_the_window_it_goes_on_in_a_new_ticket(desk, settings, seconds, reopens):
    settings.WAGTAIL_HELPDESK = {"REOPEN_DAYS": 3}
    with time_machine.travel(START, tick=False) as clock:
        body = "A long letter. " * 1000  # staff wrote it down: longer than a visitor may write
        ticket = make_ticket(desk, body=body, recorded_by=desk.first_level1, channel="letter")
        put(ticket, "solved", by=desk.first_level1)
        clock.shift(seconds)
        result = tickets.reopen(ticket, by=ticket.contact, body=" \u200b")
    if reopens:
        assert result is ticket
    else:
        assert (result.body, result.status, ticket.status) == (ticket.body, "new", "solved")
        assert result.links_from.get().relation == Relation.FOLLOW_UP


def test_staff_reopen_however_late(desk):
    with time_machine.travel(START, tick=False) as clock:
        ticket = make_ticket(desk)
        put(ticket, "closed", by=desk.first_level1)
        clock.shift(365 * DAY)
        tickets.reopen(ticket, by=desk.first_level1)
    assert ticket.status == "open"
    assert Ticket.objects.count() == 1


def test_a_duplicate_that_is_reopened_is_none_any_more(desk, ticket, other):
    tickets.merge(ticket, by=desk.first_level1, into=other)
    tickets.reopen(ticket, by=desk.first_level1)
    assert (ticket.status, ticket.outcome) == ("open", "")
