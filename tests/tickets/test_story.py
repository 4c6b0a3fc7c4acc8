"""The life of one ticket, from the complaint to its end, as the operations tell it."""

from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Direction, Message, Status, Ticket


def test_from_complaint_to_closed(desk, ticket):
    assert (ticket.status, ticket.level, ticket.division) == (Status.NEW, desk.level1, desk.first)
    tickets.accept(ticket, by=desk.first_level1)
    assert (ticket.status, ticket.assignee) == (Status.OPEN, desk.first_level1)

    tickets.reply(ticket, by=desk.first_level1, body="Which lamp?", status="pending")
    assert ticket.status == Status.PENDING
    tickets.reply(ticket, by=ticket.contact, body="The one over the door.")
    assert ticket.status == Status.OPEN

    tickets.escalate(
        ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Not the bulb."
    )
    assert (ticket.level, ticket.assignee) == (desk.level2, None)
    tickets.accept(ticket, by=desk.first_level2)
    tickets.escalate(
        ticket, by=desk.first_level2, reason="needs-deeper-knowledge", note="The wiring."
    )
    tickets.accept(ticket, by=desk.first_level3)
    tickets.solve(
        ticket, by=desk.first_level3, outcome="fixed", solution="New wire", body="It shines again."
    )
    assert ticket.status == Status.SOLVED
    tickets.reopen(ticket, by=ticket.contact, body="Dark again.")
    assert (ticket.status, ticket.assignee, ticket.level) == (
        Status.OPEN,
        desk.first_level3,
        desk.level3,
    )
    tickets.solve(ticket, by=desk.first_level3, outcome="fixed", solution="New switch")
    tickets.close(ticket, by=desk.first_level3)

    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.status, stored.version) == (Status.CLOSED, ticket.version)
    steps = list(stored.steps.all())
    assert [(step.from_level.rank, step.to_level.rank, step.direction) for step in steps] == [
        (1, 2, Direction.UP),
        (2, 3, Direction.UP),
    ]
    assert [step.accepted_by for step in steps] == [desk.first_level2, desk.first_level3]
    holders = [(holding.level.rank, holding.assignee) for holding in stored.holdings.all()]
    assert holders == [
        (1, None),
        (1, desk.first_level1),
        (2, None),
        (2, desk.first_level2),
        (3, None),
        (3, desk.first_level3),
    ]
    assert not stored.holdings.filter(ended_at=None).exists()
    assert [event.verb for event in stored.events.all()] == [
        "submit", "accept", "reply", "reply", "escalate", "accept",
        "escalate", "accept", "solve", "reopen", "solve", "close",
    ]  # fmt: skip
    assert Message.objects.filter(ticket=stored).count() == 4
