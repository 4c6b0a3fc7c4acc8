"""What every operation has in common: one transaction, one version, one event, or nothing at all."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.functional import SimpleLazyObject

from tests.tickets.verbs import CALLS, VERBS, everything, last_event, make_ready
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Ticket

every_verb = pytest.mark.parametrize("verb", VERBS)


def in_hand(ticket):
    """What the caller's object says, without what Django keeps in it."""
    return {key: value for key, value in ticket.__dict__.items() if key != "_state"}


def fields(ticket):
    return {field.attname: getattr(ticket, field.attname) for field in Ticket._meta.concrete_fields}


@every_verb
def test_success_raises_the_version_and_tells_one_event(desk, ticket, other, verb):
    make_ready(verb, ticket, desk)
    version, events = ticket.version, ticket.events.count()
    CALLS[verb](ticket, desk, other, by=desk.first_level2, seen_version=version)
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.version, stored.events.count()) == (version + 1, events + 1)
    event = last_event(ticket)
    assert (event.verb, event.by, event.at) == (verb, desk.first_level2, stored.updated_at)
    assert fields(ticket) == fields(stored)
    for name in ("level", "division", "assignee", "complaint_type", "contact"):
        assert getattr(ticket, name) == getattr(stored, name)


@every_verb
def test_who_may_not_changes_nothing(desk, ticket, other, verb):
    make_ready(verb, ticket, desk)
    before, held = everything(), in_hand(ticket)
    for user in (desk.second_level3, desk.second_leader, desk.outsider, desk.nobody):
        with pytest.raises(PermissionDenied, match=ticket.reference):
            CALLS[verb](ticket, desk, other, by=user)
    assert everything() == before
    assert in_hand(ticket) == held


@every_verb
def test_what_somebody_changed_since_is_not_overwritten(desk, ticket, other, verb):
    make_ready(verb, ticket, desk)
    seen = ticket.version
    tickets.note(Ticket.objects.get(pk=ticket.pk), by=desk.first_level1, body="They called.")
    before, held = everything(), in_hand(ticket)
    with pytest.raises(tickets.StaleTicket, match=ticket.reference) as caught:
        CALLS[verb](ticket, desk, other, by=desk.first_level2, seen_version=seen)
    assert (caught.value.verb, caught.value.ticket) == (verb, ticket)
    assert everything() == before
    assert in_hand(ticket) == held


@every_verb
@pytest.mark.parametrize("where", ["models.TicketEvent.save", "models.Ticket.save"])
def test_a_failure_in_the_middle_leaves_nothing(desk, ticket, other, verb, where, monkeypatch):
    make_ready(verb, ticket, desk)
    before, held = everything(), in_hand(ticket)

    def fail(self, *args, **kwargs):
        raise OSError("disk full")

    monkeypatch.setattr(f"wagtail_helpdesk.{where}", fail)
    with pytest.raises(OSError, match="disk full"):
        CALLS[verb](ticket, desk, other, by=desk.first_level2)
    assert everything() == before
    assert in_hand(ticket) == held


@every_verb
def test_a_request_s_lazy_user_may_act_and_a_lazy_stranger_may_not(desk, ticket, other, verb):
    make_ready(verb, ticket, desk)
    with pytest.raises(TypeError):
        CALLS[verb](ticket, desk, other, by=SimpleLazyObject(AnonymousUser))
    CALLS[verb](ticket, desk, other, by=SimpleLazyObject(lambda: desk.first_level2))
    assert last_event(ticket).by_user_id == desk.first_level2.pk


@every_verb
def test_a_ticket_that_is_gone_is_named(desk, ticket, other, verb):
    make_ready(verb, ticket, desk)
    Ticket.objects.filter(pk=ticket.pk).delete()
    with pytest.raises(Ticket.DoesNotExist, match=ticket.reference):
        CALLS[verb](ticket, desk, other, by=desk.first_level2, seen_version=1)


def test_a_refused_change_of_two_tickets_changes_neither(desk, ticket, other):
    tickets.close(other, by=desk.first_level2)
    held, held_other = in_hand(ticket), in_hand(other)
    before = everything()
    with pytest.raises(tickets.InvalidTransition):
        tickets.merge(ticket, by=desk.first_level2, into=other)
    assert everything() == before
    assert (in_hand(ticket), in_hand(other)) == (held, held_other)


def test_times_never_go_back_when_clocks_differ(desk, ticket):
    ahead = ticket.created_at.replace(year=ticket.created_at.year + 1)
    Ticket.objects.filter(pk=ticket.pk).update(updated_at=ahead)
    tickets.note(ticket, by=desk.first_level1, body="From a slower clock.")
    assert ticket.updated_at == ahead
    assert last_event(ticket).at == ahead
