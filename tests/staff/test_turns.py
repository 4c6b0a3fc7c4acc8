"""Whose turn it is: every case of status, assignee, acceptance and the last word."""

from datetime import timedelta

import pytest
from django.utils import timezone

from wagtail_helpdesk.models import Division, Status, SupportLevel, Ticket
from wagtail_helpdesk.staff.workspace.turns import whose_turn

AGO = timedelta(days=2, minutes=1)
LEVEL = "Engineer in First"
NOT_THERE, NOT_YET = "nobody there has accepted it yet", "not accepted yet"
WAITED = "the requester has waited 2\xa0days for an answer"
ANSWERED = "the requester has an answer; it is not solved yet"


@pytest.mark.parametrize("status", [Status.NEW, Status.OPEN])
@pytest.mark.parametrize(
    ("assignee", "is_accepted", "is_answered", "who", "facts"),
    [
        ("", False, False, LEVEL, (NOT_THERE, WAITED)),
        ("", False, True, LEVEL, (NOT_THERE,)),
        # Accepted once, and laid back into the queue since.
        ("", True, False, LEVEL, (NOT_THERE, WAITED)),
        ("", True, True, LEVEL, (NOT_THERE,)),
        ("Rina", False, False, "Rina", (NOT_YET, WAITED)),
        ("Rina", False, True, "Rina", (NOT_YET,)),
        ("Rina", True, False, "Rina", (WAITED,)),
        ("Rina", True, True, "Rina", (ANSWERED,)),
    ],
)
def test_while_it_is_open(status, assignee, is_accepted, is_answered, who, facts):
    turn = turn_of(status, assignee, is_accepted, is_answered)
    assert (turn.who, turn.facts) == (who, facts)


@pytest.mark.parametrize("assignee", ["", "Rina"])
@pytest.mark.parametrize("is_accepted", [True, False])
@pytest.mark.parametrize("is_answered", [True, False])
@pytest.mark.parametrize(
    ("status", "who", "fact"),
    [
        (Status.PENDING, "The requester", "we have waited 2\xa0days for their answer"),
        (Status.ON_HOLD, "A third party", "we have waited 2\xa0days for them"),
        (Status.SOLVED, "Nobody", "solved 2\xa0days ago"),
        (Status.CLOSED, "Nobody", "closed 2\xa0days ago"),
    ],
)
def test_in_other_statuses_whoever_has_it(status, assignee, is_accepted, is_answered, who, fact):
    turn = turn_of(status, assignee, is_accepted, is_answered)
    assert (turn.who, turn.facts) == (who, (fact,))


def turn_of(status, assignee, is_accepted, is_answered):
    then = timezone.now() - AGO
    ticket = Ticket(
        status=status,
        level=SupportLevel(rank=3, name="Engineer"),
        division=Division(name="First"),
        waiting_since=then,
        solved_at=then,
        closed_at=then,
    )
    return whose_turn(
        ticket,
        assignee=assignee,
        is_accepted=is_accepted,
        unanswered_since=None if is_answered else then,
    )
