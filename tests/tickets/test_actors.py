"""Who may do what, shown by doing it: every operation by everybody, on a ticket that went up to Level 2."""

from functools import partial

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from tests.factories import make_ticket, make_user
from tests.tickets.verbs import CALLS, OF_VISITS, REASON, VERBS, last_event, make_ready
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import (
    Channel,
    Contact,
    Division,
    DivisionMember,
    Rule,
    Ticket,
    TicketEvent,
)
from wagtail_helpdesk.models.actors import actor_fields

ALL = set(VERBS)
MAY = {
    "first_level2": ALL,  # at its level
    "first_level3": ALL,  # above
    "first_leader": ALL,
    "manager": ALL,
    "superuser": ALL,
    "assignee": ALL,  # who left the division and still has it
    "first_level1": {"note"},  # below, and a former holder
    "colleague": {"note"},  # below, and never had it
    "former_holder": {"note"},  # of another division by now
    "second_level3": set(),
    "second_leader": set(),
    "outsider": set(),
    "nobody": set(),
    "retired": set(),  # a leader whose account was switched off
    "contact": {"reply", "solve", "close", "reopen"},  # and "rate": test_rate.py
    "foreign_contact": set(),
    "rule": ALL - {"accept"},
}


@pytest.fixture
def cast(desk, ticket, other):
    """``desk`` with everybody of ``MAY``, and the ticket where they meet it."""
    for name in ("colleague", "assignee", "former_holder"):
        user = make_user(name, groups=[desk.agents])
        level = desk.level2 if name == "assignee" else desk.level1
        DivisionMember.objects.create(division=desk.first, user=user, level=level)
        setattr(desk, name, user)
    make_ready("tick", ticket, desk)
    tickets.accept(ticket, by=desk.former_holder)
    tickets.assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
    tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note="Too deep.")
    DivisionMember.objects.filter(user=desk.former_holder).update(division=desk.second)
    for each in (ticket, other):
        tickets.assign(each, by=desk.first_leader, assignee=desk.assignee)
    DivisionMember.objects.filter(user=desk.assignee).delete()
    desk.retired = make_user("retired", groups=[desk.managers], is_active=False)
    desk.contact, desk.foreign_contact, desk.rule = ticket.contact, other.contact, Rule("test")
    return desk


@pytest.mark.parametrize("who", MAY)
def test_every_operation_by_everybody(cast, ticket, other, who):
    by, done = getattr(cast, who), set()
    for verb in VERBS:
        with transaction.atomic():
            if verb == "accept" and who != "assignee":  # only its assignee accepts one that has one
                tickets.assign(ticket, by=cast.manager, assignee=None)
            if verb in OF_VISITS:
                make_ready(verb, ticket, cast)
            if verb == "reopen":
                tickets.solve(ticket, by=cast.manager, outcome="fixed")
            fresh, target = (Ticket.objects.get(pk=each.pk) for each in (ticket, other))
            error = refusal(partial(CALLS[verb], fresh, cast, target, by=by))
            if error is None:
                done.add(verb)
                assert last_event(ticket).by == by
            elif (who, verb) == ("rule", "accept"):
                assert isinstance(error, tickets.InvalidTransition)
            else:
                assert isinstance(error, PermissionDenied)
                assert ticket.reference in str(error)
                assert verb in str(error)
            transaction.set_rollback(True)
    assert done == MAY[who]


def refusal(call):
    """What ``call`` raised, or ``None``; the transaction around it goes on."""
    try:
        with transaction.atomic():
            call()
    except (PermissionDenied, tickets.InvalidTransition) as error:
        return error
    return None


@pytest.mark.parametrize("by", [None, "level1", 7, AnonymousUser(), Channel.WEB])
def test_nobody_and_nothing_acts(db, by):
    with pytest.raises(TypeError, match="staff user, a contact or a rule"):
        actor_fields(by)


def test_an_unsaved_contact_is_nobody_s(desk, ticket):
    twin = Contact(name="A. Visitor", email=ticket.contact.email)
    with pytest.raises(PermissionDenied):
        tickets.close(ticket, by=twin)


def test_one_who_is_also_a_requester_acts_as_one_of_the_two(desk, ticket):
    ticket.contact.user = desk.nobody
    ticket.contact.save()
    with pytest.raises(PermissionDenied):
        tickets.close(ticket, by=desk.nobody)
    tickets.close(ticket, by=ticket.contact)
    assert last_event(ticket).by == ticket.contact


@pytest.mark.parametrize("actors", [{}, {"by_rule": "a", "user": True}, {"contact": True, "user": True}])  # fmt: skip
def test_the_database_knows_one_actor(desk, ticket, actors):
    columns = {"by_rule": actors.get("by_rule", "")}
    columns["by_user"] = desk.manager if actors.get("user") else None
    columns["by_contact"] = ticket.contact if actors.get("contact") else None
    with pytest.raises(IntegrityError), transaction.atomic():
        TicketEvent.objects.create(ticket=ticket, verb="note", at=ticket.created_at, **columns)


def test_an_old_form_acts_no_more_once_the_ticket_has_gone_up(desk, ticket):
    old_form = Ticket.objects.get(pk=ticket.pk)
    tickets.escalate(ticket, by=desk.first_level1, reason=REASON, note="Too deep.")
    for verb in ("reply", "solve", "escalate", "assign", "triage", "close"):
        with pytest.raises(PermissionDenied):
            CALLS[verb](old_form, desk, None, by=desk.first_level1)


def test_both_tickets_of_a_merge_must_be_in_reach(desk, ticket):
    foreign = make_ticket(desk, division=desk.second)
    for one, two in ((ticket, foreign), (foreign, ticket)):
        with pytest.raises(PermissionDenied, match=foreign.reference):
            tickets.merge(one, by=desk.first_leader, into=two)
    with pytest.raises(PermissionDenied, match=foreign.reference):
        tickets.link(ticket, by=desk.first_leader, to=foreign)


def test_a_level_that_is_skipped_needs_a_leader_of_this_division(desk, ticket):
    tickets.accept(ticket, by=desk.first_level3)
    with pytest.raises(tickets.InvalidTransition, match="leader"):
        tickets.escalate(
            ticket, by=desk.first_level3, reason=REASON, note="On site.", to_level=desk.level3
        )
    Division.objects.filter(pk=desk.second.pk).update(leader=desk.first_level3)
    with pytest.raises(tickets.InvalidTransition, match="leader"):
        tickets.triage(ticket, by=desk.first_level3, level=desk.level3)
    for by in (desk.first_leader, desk.manager, Rule("at risk")):
        with transaction.atomic():
            tickets.escalate(
                Ticket.objects.get(pk=ticket.pk),
                by=by,
                reason=REASON,
                note="On site.",
                to_level=desk.level3,
            )
            transaction.set_rollback(True)


def test_recording_for_a_caller_is_a_permission_of_its_own(desk):
    with pytest.raises(PermissionDenied):
        make_ticket(desk, recorded_by=desk.nobody, channel="telephone")
    assert not Ticket.objects.exists()
    ticket = make_ticket(desk, recorded_by=desk.second_level1, channel="telephone")
    assert (ticket.recorded_by, last_event(ticket).by) == (desk.second_level1, desk.second_level1)
    with pytest.raises(ValidationError):
        make_ticket(desk, recorded_by=desk.second_level1, channel="pigeon")
