"""Steps of a procedure: which one holds, in which version, who ticked what, and what holds up solving."""

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from wagtail.models import Revision

from tests.factories import make_procedure, make_ticket, set_steps
from tests.invariants import check_books
from tests.tickets.verbs import STATUSES, everything, last_event, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import ComplaintType, FollowedProcedure, Procedure, Rule, StepTick
from wagtail_helpdesk.tickets.checklists import checklists_of


def key_of(ticket, text):
    return next(step.key for step in checklists_of(ticket).current.steps if step.text == text)


def texts(ticket):
    return [step.text for step in checklists_of(ticket).current.steps]


def done(ticket):
    return [step.text for step in checklists_of(ticket).current.steps if step.is_done]


@pytest.fixture
def procedure(desk):
    return make_procedure(desk, "Look at the bulb!", "Ask since when", "Change the fuse!")


def test_a_step_is_ticked_by_somebody_at_a_time(desk, ticket, procedure):
    step = key_of(ticket, "Ask since when")
    tickets.tick(ticket, by=desk.first_level1, step=step)
    [row] = StepTick.objects.all()
    assert (row.step, row.by_user, row.at) == (step, desk.first_level1, ticket.updated_at)
    assert row.followed.revision == procedure.latest_revision
    event = last_event(ticket)
    assert event.data == {"procedure": procedure.pk, "step": step, "done": True}
    assert done(ticket) == ["Ask since when"]
    check_books(ticket)


def test_the_tick_can_be_taken_off_and_the_events_keep_both(desk, ticket, procedure):
    step = key_of(ticket, "Ask since when")
    tickets.tick(ticket, by=desk.first_level1, step=step)
    tickets.tick(ticket, by=desk.first_level2, step=step, done=False)
    assert not StepTick.objects.exists() and done(ticket) == []
    told = ticket.events.filter(verb="tick").values_list("by_user", "data__done")
    assert list(told) == [(desk.first_level1.pk, True), (desk.first_level2.pk, False)]
    assert FollowedProcedure.objects.count() == 1


@pytest.mark.parametrize("is_done", [True, False])
def test_nothing_to_change_is_said(desk, ticket, procedure, is_done):
    step = key_of(ticket, "Ask since when")
    if is_done:
        tickets.tick(ticket, by=desk.first_level1, step=step)
    before = everything()
    with pytest.raises(tickets.InvalidTransition):
        tickets.tick(ticket, by=desk.first_level2, step=step, done=is_done)
    assert everything() == before


@pytest.mark.parametrize("status", STATUSES)
def test_in_which_status(desk, ticket, status):
    put(ticket, status, by=desk.first_level1)
    make_procedure(desk)
    step = key_of(ticket, "Ask since when")
    if status in ("solved", "closed"):
        with pytest.raises(tickets.InvalidTransition, match="reopen"):
            tickets.tick(ticket, by=desk.first_level1, step=step)
    else:
        tickets.tick(ticket, by=desk.first_level1, step=step)
        assert ticket.status == status


def test_neither_the_requester_nor_who_only_reads(desk, ticket, procedure):
    step = key_of(ticket, "Ask since when")
    tickets.triage(ticket, by=desk.first_leader, level=desk.level2)
    for by in (ticket.contact, desk.first_level1, desk.second_leader, desk.outsider):
        with pytest.raises(PermissionDenied):
            tickets.tick(ticket, by=by, step=step)
    assert not FollowedProcedure.objects.exists()


@pytest.mark.parametrize("step", [0, 987_654_321])
def test_a_step_of_another_procedure_is_none_of_it(desk, ticket, procedure, step):
    foreign = make_procedure(desk, "Theirs", division=desk.second)
    step = step or foreign.steps.get().pk
    with pytest.raises(tickets.InvalidTransition, match="no such step"):
        tickets.tick(ticket, by=desk.first_level1, step=step)


def test_without_a_procedure_there_is_nothing_to_tick(desk, ticket):
    assert checklists_of(ticket).current is None
    with pytest.raises(tickets.InvalidTransition):
        tickets.tick(ticket, by=desk.first_level1, step=1)
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")


# --- Versions -----------------------------------------------------------------------------------


def test_later_edits_change_nothing_for_who_has_begun(desk, ticket, procedure):
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "Look at the bulb"))
    set_steps(procedure, "Something else!")
    procedure.name = "Renamed"
    procedure.save()
    procedure.save_revision()
    assert texts(ticket) == ["Look at the bulb", "Ask since when", "Change the fuse"]
    assert checklists_of(ticket).current.name == "Dark lamps"
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "Change the fuse"))
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")
    another = make_ticket(desk)
    assert texts(another) == ["Something else"]


def test_what_was_read_of_another_version_ticks_nothing(desk, ticket, procedure):
    read = checklists_of(ticket).current
    set_steps(procedure, "Something else!")
    procedure.save_revision()
    before = everything()
    with pytest.raises(tickets.InvalidTransition, match="has changed"):
        tickets.tick(ticket, by=desk.first_level1, step=read.steps[0].key, version=read.version)
    assert everything() == before


def test_a_procedure_that_was_made_without_a_revision_gets_one(desk, ticket):
    procedure = make_procedure(desk, revise=False)
    assert checklists_of(ticket).current.version is None
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "Ask since when"))
    procedure.refresh_from_db()
    assert checklists_of(ticket).current.version == procedure.latest_revision_id


def test_a_version_that_is_followed_is_not_purged_nor_its_procedure_deleted(
    desk, ticket, procedure
):
    kept = procedure.latest_revision_id
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "Ask since when"))
    procedure.save_revision()
    procedure.save_revision()
    call_command("purge_revisions", verbosity=0)
    assert Revision.objects.filter(pk=kept).exists()
    assert procedure.revisions.count() == 2  # that one, and the latest
    with pytest.raises(ProtectedError):
        procedure.delete()


# --- Which one holds ----------------------------------------------------------------------------


def test_that_of_the_level_comes_before_that_of_all(desk, ticket):
    make_procedure(desk, "For all")
    make_procedure(desk, "For Level 2", level=desk.level2)
    assert texts(ticket) == ["For all"]
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "For all"))
    tickets.escalate(ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Up.")
    assert texts(ticket) == ["For Level 2"]
    [earlier] = checklists_of(ticket).earlier
    assert [step.is_done for step in earlier.steps] == [True]
    tickets.hand_back(ticket, by=desk.first_level2, reason="wrong-division", note="Back.")
    assert done(ticket) == ["For all"]


def test_what_was_left_open_below_holds_up_nobody_above(desk, ticket):
    make_procedure(desk, "Look!", "Ask!", level=desk.level1)
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "Look"))
    tickets.escalate(ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Up.")
    assert checklists_of(ticket).current is None
    tickets.solve(ticket, by=desk.first_level2, outcome="fixed")


def test_another_type_has_its_own(desk, ticket, procedure):
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "Look at the bulb"))
    other = ComplaintType.objects.create(name="Bells", division=desk.first, level=desk.level1)
    tickets.triage(ticket, by=desk.first_level1, complaint_type=other)
    assert checklists_of(ticket).current is None
    tickets.triage(ticket, by=desk.first_level1, complaint_type=desk.types["First"])
    assert done(ticket) == ["Look at the bulb"]


def test_a_retired_one_holds_for_who_has_begun_it_only(desk, ticket, procedure):
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "Look at the bulb"))
    Procedure.objects.filter(pk=procedure.pk).update(retired=True)
    make_procedure(desk, "The new way!")
    assert done(ticket) == ["Look at the bulb"]
    assert texts(make_ticket(desk)) == ["The new way"]


def test_one_in_use_for_each_type_and_level(desk):
    for level in (None, desk.level1):
        make_procedure(desk, level=level)
        with pytest.raises(IntegrityError), transaction.atomic():
            make_procedure(desk, level=level)


def test_costs_one_query_or_two(desk, ticket, procedure, django_assert_num_queries):
    for number in range(20):
        type_ = ComplaintType.objects.create(
            name=f"Type {number}", division=desk.first, level=desk.level1
        )
        Procedure.objects.create(name="Another", complaint_type=type_)
    with django_assert_num_queries(1):
        checklists_of(ticket)
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "Look at the bulb"))
    with django_assert_num_queries(2):
        checklists_of(ticket)


# --- Solving ------------------------------------------------------------------------------------


def test_open_required_steps_hold_up_staff_and_are_named(desk, ticket, procedure):
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "Look at the bulb"))
    for by in (desk.first_level1, desk.first_leader, desk.manager):
        before = everything()
        with pytest.raises(tickets.InvalidTransition) as refused:
            tickets.solve(ticket, by=by, outcome="fixed")
        assert "Change the fuse" in str(refused.value)
        assert "Look at the bulb" not in str(refused.value)
        assert "Ask since when" not in str(refused.value)
        assert everything() == before
    tickets.tick(ticket, by=desk.first_level1, step=key_of(ticket, "Change the fuse"))
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed")


def test_a_procedure_that_nobody_has_begun_holds_up_too(desk, ticket, procedure):
    with pytest.raises(tickets.InvalidTransition, match="Look at the bulb; Change the fuse"):
        tickets.solve(ticket, by=desk.first_level1, outcome="fixed")


def test_the_requester_and_rules_are_not_held_up(desk, ticket, procedure):
    tickets.solve(ticket, by=ticket.contact, outcome="answered")
    another = make_ticket(desk)
    tickets.solve(another, by=Rule("test"), outcome="no_answer")
    assert (ticket.status, another.status) == ("solved", "solved")


def test_closing_and_merging_are_not_held_up(desk, ticket, other, procedure):
    tickets.close(ticket, by=desk.first_level1)
    tickets.merge(other, by=desk.first_level1, into=make_ticket(desk))
    assert (ticket.status, other.status) == ("closed", "closed")
