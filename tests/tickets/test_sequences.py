"""Any sequence of operations leaves the books consistent; what is refused changes nothing."""

import datetime

import pytest
import time_machine
from django.core import serializers
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_policy, make_ticket, promise
from tests.invariants import check_books
from wagtail_helpdesk import tickets
from wagtail_helpdesk.clocks.recompute import FIELDS, recompute
from wagtail_helpdesk.models import Holding, OutboxMessage, Rule, Ticket

REFUSALS = (PermissionDenied, ValidationError, tickets.InvalidTransition, tickets.StaleTicket)
STAFF = ["first_level1", "first_level2", "first_level3", "first_leader", "second_level1", "second_level2",
         "manager", "outsider"]  # fmt: skip
# The powerful more often: a sequence of refusals proves little.
ACTORS = [*STAFF, *["manager", "first_leader", "contact"] * 4, "rule"]

actors = st.sampled_from(ACTORS)
people = st.sampled_from(STAFF)
ranks = st.sampled_from([None, 1, 2, 3])
divisions = st.sampled_from([None, "first", "second"])
texts = st.sampled_from(["Some words.", "x" * 200, ""])
statuses = st.sampled_from([None, "new", "open", "pending", "on_hold", "solved", "closed", "lost"])
reasons = st.sampled_from(
    ["needs-deeper-knowledge", "wrong-division", "needs-deeper-knowledge", "because"]
)

moves = st.one_of(
    st.tuples(st.just("accept"), actors, st.fixed_dictionaries({})),
    st.tuples(st.just("assign"), actors, st.fixed_dictionaries({"assignee": st.none() | people})),
    st.tuples(
        st.just("triage"),
        actors,
        st.fixed_dictionaries(
            {
                "priority": st.sampled_from([None, "low", "urgent", "soon"]),
                "division": divisions,
                "level": ranks,
            }
        ),
    ),
    st.tuples(
        st.just("escalate"),
        actors,
        st.fixed_dictionaries(
            {
                "reason": reasons,
                "note": texts,
                "to_level": ranks,
                "division": divisions,
                "assignee": st.none() | people,
            }
        ),
    ),
    st.tuples(
        st.just("hand_back"), actors, st.fixed_dictionaries({"reason": reasons, "note": texts})
    ),
    st.tuples(st.just("reply"), actors, st.fixed_dictionaries({"body": texts, "status": statuses})),
    st.tuples(st.just("note"), actors, st.fixed_dictionaries({"body": texts})),
    st.tuples(st.just("wait"), actors, st.fixed_dictionaries({"status": statuses})),
    st.tuples(
        st.just("solve"),
        actors,
        st.fixed_dictionaries(
            {"outcome": st.sampled_from(["fixed", "answered", "magic"]), "body": texts}
        ),
    ),
    st.tuples(st.just("close"), actors, st.fixed_dictionaries({})),
    st.tuples(st.just("reopen"), actors, st.fixed_dictionaries({"body": texts})),
    st.tuples(
        st.just("merge"),
        actors,
        st.fixed_dictionaries({"into": st.sampled_from(["other", "other", "itself"])}),
    ),
    st.tuples(
        st.just("link"), actors, st.fixed_dictionaries({"to": st.sampled_from(["other", "itself"])})
    ),
)
pauses = st.sampled_from([0, 1, 59, 3600, 86_400, 20 * 86_400])


@given(plan=st.lists(st.tuples(moves, pauses), min_size=4, max_size=24))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_sequence_keeps_the_books(desk, plan):
    with (
        transaction.atomic(),
        time_machine.travel(
            datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC), tick=False
        ) as clock,
    ):
        ticket, other = make_ticket(desk), make_ticket(desk, email="another@example.org")
        for (verb, who, arguments), pause in plan:
            clock.shift(datetime.timedelta(seconds=pause))
            play(desk, ticket, other, verb, who, arguments)
            check_books(ticket)
        for each in Ticket.objects.all():
            check_books(each)
        transaction.set_rollback(True)


@given(plan=st.lists(st.tuples(moves, pauses), min_size=4, max_size=24))
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_what_was_promised_step_by_step_is_what_the_history_says(desk, plan):
    """The due times that operations keep, and the seconds of holdings, against the slow calculation."""
    with (
        transaction.atomic(),
        time_machine.travel(
            datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC), tick=False
        ) as clock,
    ):
        promise(desk, make_policy(desk))
        ticket, other = make_ticket(desk), make_ticket(desk, email="another@example.org")
        for (verb, who, arguments), pause in plan:
            clock.shift(datetime.timedelta(seconds=pause))
            play(desk, ticket, other, verb, who, arguments)
            kept, holdings = promises_of(ticket)
            recompute([Ticket.objects.get(pk=ticket.pk)])
            assert promises_of(ticket) == (kept, holdings)
        transaction.set_rollback(True)


def promises_of(ticket):
    row = Ticket.objects.get(pk=ticket.pk)
    holdings = Holding.objects.filter(ticket=ticket).order_by("pk")
    return {name: getattr(row, name) for name in FIELDS if name != "promised_at"}, list(
        holdings.values_list("started_at", "ended_at", "working_seconds", "waiting_seconds")
    )


def play(desk, ticket, other, verb, who, arguments):
    by = {"contact": ticket.contact, "rule": Rule("test")}.get(who) or getattr(desk, who)
    named = {"other": other, "itself": ticket}
    for key, value in arguments.items():
        if key in ("into", "to"):
            arguments = {**arguments, key: named[value]}
        elif key in ("division", "assignee") and value:
            arguments = {**arguments, key: getattr(desk, value)}
        elif key in ("level", "to_level") and value:
            arguments = {**arguments, key: desk.levels[value - 1]}
    before, in_hand = everything(), dict(ticket.__dict__)
    try:
        with transaction.atomic():
            getattr(tickets, verb)(ticket, by=by, **arguments)
    except REFUSALS:
        assert everything() == before
        assert {**ticket.__dict__, "_state": None} == {**in_hand, "_state": None}
    else:
        assert Ticket.objects.get(pk=ticket.pk).version == ticket.version


def everything():
    """All that an operation may write, as one comparable text."""
    rows = []
    for model in (
        Ticket,
        OutboxMessage,
        *[rel.related_model for rel in Ticket._meta.related_objects],
    ):
        rows += list(model._base_manager.order_by("pk"))
    return serializers.serialize("json", rows)


def test_nothing_is_done_by_nobody(desk, ticket):
    for by in (None, "level1", type(desk.nobody)()):
        with pytest.raises(TypeError):
            tickets.close(ticket, by=by)
