"""Did we help you? One answer for a ticket, from who asked."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.invariants import check_books
from tests.tickets.verbs import STATUSES, everything, last_event, mail, put
from wagtail_helpdesk import signals, tickets
from wagtail_helpdesk.models import Rule, Satisfaction, Ticket


@pytest.fixture
def solved(desk, ticket):
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    return ticket


@pytest.mark.parametrize("helped", [True, False])
def test_with_a_comment(solved, helped):
    posted, version = mail(solved), solved.version
    given = tickets.rate(solved, by=solved.contact, helped=helped, comment=" Thank\x00 you \n")
    assert (given.helped, given.comment) == (helped, "Thank you")
    assert given.answered_at == given.changed_at == solved.updated_at
    event = last_event(solved)
    assert (event.verb, event.by, event.data) == (
        "rate",
        solved.contact,
        {"helped": [None, helped]},
    )
    assert (solved.version, solved.status) == (version + 1, "solved")
    assert mail(solved) == posted
    check_books(solved)


def test_it_is_changed_and_stays_one(solved):
    first = tickets.rate(solved, by=solved.contact, helped=False, comment="Still dark.")
    second = tickets.rate(solved, by=solved.contact, helped=True, comment="It was the bulb.")
    assert Satisfaction.objects.get() == second
    assert (second.helped, second.comment) == (True, "It was the bulb.")
    assert second.answered_at == first.answered_at < second.changed_at
    assert last_event(solved).data == {"helped": [False, True]}


def test_without_a_word_about_the_comment_it_stays(solved):
    tickets.rate(solved, by=solved.contact, helped=False, comment="Still dark.")
    assert tickets.rate(solved, by=solved.contact, helped=True).comment == "Still dark."
    assert tickets.rate(solved, by=solved.contact, helped=True, comment="").comment == ""


def test_the_same_answer_twice_is_one(solved):
    tickets.rate(solved, by=solved.contact, helped=True, comment="Fine.")
    before = everything()
    old_form = Ticket.objects.get(pk=solved.pk)
    again = tickets.rate(old_form, by=solved.contact, helped=True, comment="Fine.")
    assert again == Satisfaction.objects.get()
    assert everything() == before
    assert old_form.version == solved.version


@pytest.mark.parametrize("status", STATUSES)
def test_only_while_it_is_solved(desk, ticket, status):
    put(ticket, status, by=desk.manager)
    before = everything()
    if status == "solved":
        tickets.rate(ticket, by=ticket.contact, helped=True)
        return
    with pytest.raises(tickets.InvalidTransition, match=ticket.reference):
        tickets.rate(ticket, by=ticket.contact, helped=True)
    assert everything() == before


def test_it_outlives_a_reopening_and_is_changed_after_the_next_solving(desk, solved):
    tickets.rate(solved, by=solved.contact, helped=False, comment="Still dark.")
    tickets.reopen(solved, by=solved.contact)
    assert Satisfaction.objects.get().helped is False
    tickets.solve(solved, by=desk.first_level1, outcome="fixed")
    tickets.rate(solved, by=solved.contact, helped=True)
    assert Satisfaction.objects.get().helped is True
    check_books(solved)


@pytest.mark.parametrize("who", ["first_level1", "first_leader", "manager", "superuser", "rule", "other"])  # fmt: skip
def test_nobody_else_can_know(desk, solved, other, who):
    by = {"rule": Rule("auto_close"), "other": other.contact}.get(who) or getattr(desk, who)
    before = everything()
    with pytest.raises(PermissionDenied, match="rate"):
        tickets.rate(solved, by=by, helped=True)
    assert everything() == before


def test_a_comment_that_is_too_long_is_not_cut(solved):
    with pytest.raises(ValidationError) as refused:
        tickets.rate(solved, by=solved.contact, helped=True, comment="a" * 1001)
    assert "comment" in refused.value.error_dict
    assert not Satisfaction.objects.exists()
    assert tickets.rate(solved, by=solved.contact, helped=True, comment="a" * 1000)


def test_an_old_page_is_stale(desk, solved):
    with pytest.raises(tickets.StaleTicket):
        tickets.rate(solved, by=solved.contact, helped=True, seen_version=solved.version - 1)


def test_one_signal_on_commit(solved, django_capture_on_commit_callbacks):
    heard = []

    def receiver(sender, signal, **kwargs):
        heard.append(kwargs)

    signals.rate.connect(receiver)
    try:
        with django_capture_on_commit_callbacks() as waiting:
            given = tickets.rate(solved, by=solved.contact, helped=True)
            tickets.rate(solved, by=solved.contact, helped=True)
        assert heard == []
        for callback in waiting:
            callback()
    finally:
        signals.rate.disconnect(receiver)
    assert heard == [{"ticket": solved, "by": solved.contact, "satisfaction": given}]
