"""What came of a visit."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import make_ticket
from tests.invariants import check_books
from tests.tickets.verbs import everything, last_event, mail, plan
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import SupportLevel, Visit


@pytest.fixture
def visit(desk, ticket):
    SupportLevel.objects.update(on_site=True)
    return plan(ticket, desk, by=desk.manager, hours=0)


def report(ticket, desk, visit, outcome, **kw):
    return tickets.report_visit(ticket, by=desk.first_level3, visit=visit, outcome=outcome, **kw)


@pytest.mark.parametrize(
    ("outcome", "findings", "kind"),
    [
        ("done", " A mouse.\r\nNew cable. ", "visit_done"),
        ("not_at_home", "", "visit_missed"),
        ("not_at_home", "The dog was.", "visit_missed"),
    ],
)
def test_done_and_nobody_at_home(desk, ticket, visit, outcome, findings, kind):
    result = report(ticket, desk, visit, outcome, findings=findings)
    stored = Visit.objects.get()
    assert result == stored == visit
    assert (stored.outcome, stored.reported_by) == (outcome, desk.first_level3)
    assert visit.outcome == outcome  # the caller's object too
    assert stored.findings == findings.strip().replace("\r\n", "\n")
    assert stored.reported_at == ticket.updated_at
    assert not stored.is_open
    assert last_event(ticket).data == {"visit": visit.pk, "outcome": outcome}
    assert mail(ticket)[-1] == (kind, ticket.contact)
    check_books(ticket)


@pytest.mark.parametrize("findings", ["", " \u200b", "x" * 5_001])
def test_done_needs_findings(desk, ticket, visit, findings):
    before = everything()
    with pytest.raises(ValidationError) as caught:
        report(ticket, desk, visit, "done", findings=findings)
    assert caught.value.message_dict.keys() == {"findings"}
    assert everything() == before


@pytest.mark.parametrize("outcome", ["", "forgotten", None])
def test_an_outcome_is_one_of_three(desk, ticket, visit, outcome):
    with pytest.raises(ValidationError) as caught:
        report(ticket, desk, visit, outcome, findings="x")
    assert caught.value.message_dict.keys() == {"outcome"}


def test_moving_makes_the_next_version_of_the_same_appointment(desk, ticket, visit):
    tomorrow = timezone.now() + timedelta(days=1)
    new = report(ticket, desk, visit, "moved", starts=tomorrow, ends=tomorrow + timedelta(hours=1))
    assert new != visit
    assert (new.uid, new.sequence, new.is_open) == (visit.uid, visit.sequence + 1, True)
    for name in ("engineer", "place", "contact_person", "contact_phone"):
        assert getattr(new, name) == getattr(visit, name)
    assert (visit.outcome, visit.is_open) == ("moved", False)
    assert last_event(ticket).data == {
        "visit": visit.pk,
        "outcome": "moved",
        "moved_to": new.pk,
    }
    assert mail(ticket)[-1] == ("visit_moved", ticket.contact)
    assert ticket.outbox.get(kind="visit_moved").visit == new
    check_books(ticket)
    again = report(
        ticket, desk, new, "moved", starts=tomorrow, ends=tomorrow + timedelta(hours=2),
        engineer=desk.first_leader, place="Somewhere else",
    )  # fmt: skip
    assert (again.uid, again.sequence, again.engineer) == (visit.uid, 2, desk.first_leader)
    assert again.place == "Somewhere else"


def test_it_is_not_in_its_own_way_but_others_are(desk, ticket, visit):
    other = make_ticket(desk, email="another@example.org")
    starts = visit.starts_at + timedelta(hours=3)
    plan(other, desk, by=desk.manager, starts=starts)
    with pytest.raises(ValidationError) as caught:
        report(
            ticket, desk, visit, "moved", starts=visit.starts_at, ends=starts + timedelta(hours=1)
        )
    assert caught.value.message_dict.keys() == {"despite_overlap"}
    report(ticket, desk, visit, "moved", starts=visit.starts_at, ends=starts)


def test_moving_needs_a_time_that_is_one(desk, ticket, visit):
    before = everything()
    with pytest.raises(ValidationError) as caught:
        report(ticket, desk, visit, "moved")
    assert caught.value.message_dict.keys() == {"starts", "ends"}
    now = timezone.now()
    with pytest.raises(ValidationError):
        report(ticket, desk, visit, "moved", starts=now, ends=now)
    assert everything() == before


def test_what_is_planned_for_a_later_day_is_not_done(desk, ticket):
    SupportLevel.objects.update(on_site=True)
    visit = plan(ticket, desk, by=desk.manager, hours=30)
    with pytest.raises(tickets.InvalidTransition, match="later day"):
        report(ticket, desk, visit, "done", findings="A mouse.")


@pytest.mark.parametrize("how", ["reported", "called off", "foreign"])
def test_what_is_over_or_another_ticket_s_stays_as_it_is(desk, ticket, visit, how):
    if how == "reported":
        report(ticket, desk, visit, "not_at_home")
    elif how == "called off":
        tickets.call_off_visit(ticket, by=desk.manager, visit=visit)
    else:
        ticket = make_ticket(desk, email="another@example.org")
    before = everything()
    for operation in (
        lambda: report(ticket, desk, visit, "done", findings="A mouse."),
        lambda: tickets.call_off_visit(ticket, by=desk.manager, visit=visit),
    ):
        with pytest.raises(tickets.InvalidTransition):
            operation()
        assert everything() == before


def test_the_wrong_level_of_today_holds_no_report_up(desk, ticket, visit):
    """The ticket went back to where nobody visits: what came of the visit is told all the same."""
    SupportLevel.objects.update(on_site=False)
    report(ticket, desk, visit, "done", findings="A mouse.")
