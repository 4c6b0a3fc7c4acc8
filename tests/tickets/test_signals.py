"""One signal per operation: after the commit, and only then."""

import pytest
from django.db import transaction

from tests.factories import make_ticket
from tests.tickets.verbs import CALLS, VERBS, last_event, make_ready
from wagtail_helpdesk import signals
from wagtail_helpdesk.models import Message, Ticket, TicketWords, Verb

EXTRA = {
    "escalate": {"step"},
    "hand_back": {"step"},
    "reply": {"message"},
    "note": {"message"},
    "merge": {"into"},
    "link": {"link"},
    "tick": {"checklist", "step", "done"},
    "plan_visit": {"visit"},
    "report_visit": {"visit"},
    "call_off_visit": {"visit"},
}


@pytest.fixture
def heard():
    """What every signal said: (verb, what came with it)."""
    said, receivers = [], []
    for verb in Verb.values:

        def receiver(sender, signal, verb=verb, **kwargs):
            assert sender is Ticket
            assert Ticket.objects.get(pk=kwargs["ticket"].pk).version == kwargs["ticket"].version
            said.append((verb, kwargs))

        receivers.append((getattr(signals, verb), receiver))
        getattr(signals, verb).connect(receiver, weak=False)
    yield said
    for signal, receiver in receivers:
        assert signal.disconnect(receiver)


@pytest.mark.parametrize("verb", VERBS)
def test_one_signal_on_commit(desk, ticket, other, verb, heard, django_capture_on_commit_callbacks):
    make_ready(verb, ticket, desk)
    with django_capture_on_commit_callbacks() as waiting:
        CALLS[verb](ticket, desk, other, by=desk.first_level2)
    assert heard == []
    for callback in waiting:
        callback()
    [(said, kwargs)] = heard
    assert said == verb
    assert (kwargs["ticket"], kwargs["by"]) == (ticket, desk.first_level2)
    assert kwargs.keys() - {"ticket", "by"} == EXTRA.get(verb, set())


def test_submitting_signals_whoever_recorded_it(desk, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ticket = make_ticket(desk)
        recorded = make_ticket(desk, recorded_by=desk.first_level1, channel="letter")
    assert [(verb, kwargs["ticket"], kwargs["by"]) for verb, kwargs in heard] == [
        ("submit", ticket, ticket.contact),
        ("submit", recorded, desk.first_level1),
    ]


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_follows_a_rollback(
    desk, ticket, other, verb, heard, django_capture_on_commit_callbacks
):
    make_ready(verb, ticket, desk)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        CALLS[verb](ticket, desk, other, by=desk.first_level2)
        transaction.set_rollback(True)
    assert heard == []


def test_a_receiver_that_fails_undoes_nothing(
    desk, ticket, caplog, django_capture_on_commit_callbacks
):
    def broken(**kwargs):
        raise RuntimeError("a host's bug")

    signals.note.connect(broken)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            CALLS["note"](ticket, desk, None, by=desk.first_level1)
    finally:
        signals.note.disconnect(broken)
    assert last_event(ticket).verb == "note"
    assert Message.objects.filter(ticket=ticket).count() == 1
    assert "a host's bug" in caplog.text


def test_a_search_text_that_can_not_be_written_costs_nothing(
    desk, ticket, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    def fail(*args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(TicketWords.objects, "keep", fail)
    with django_capture_on_commit_callbacks(execute=True):
        CALLS["note"](ticket, desk, None, by=desk.first_level1)
    assert last_event(ticket).verb == "note"
    assert "disk full" in caplog.text
