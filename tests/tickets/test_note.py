"""Write something down that the requester never reads."""

import pytest
from django.core.exceptions import PermissionDenied

from tests.tickets.verbs import REASON, STATUSES, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Attachment, Message


@pytest.mark.parametrize("status", STATUSES)
def test_in_every_status_and_nothing_else_changes(desk, ticket, status):
    put(ticket, status, by=desk.first_level1)
    before = (mail(ticket), ticket.holdings.count(), ticket.version)
    message = tickets.note(ticket, by=desk.first_level1, body="They shouted.")
    assert (message.kind, message.is_note, ticket.status) == ("note", True, status)
    assert (mail(ticket), ticket.holdings.count(), ticket.version - 1) == before


def test_neither_it_nor_its_files_are_public(desk, ticket):
    file = Attachment.objects.create(owner_key="x", name="a.txt", size=1)
    message = tickets.note(ticket, by=desk.first_level1, body="They shouted.", attachments=[file])
    assert message.attachments.get() == file
    assert not Message.objects.public().exists()
    assert not Attachment.objects.public().exists()


def test_whoever_has_held_it_adds_to_it(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.escalate(
        ticket, by=desk.first_level1, reason=REASON, note="Theirs.",
        to_level=desk.level1, division=desk.second,
    )  # fmt: skip
    tickets.note(ticket, by=desk.first_level1, body="They called me again.")
    with pytest.raises(PermissionDenied):
        tickets.note(ticket, by=desk.first_level2, body="I never had it.")


def test_not_by_its_requester(desk, ticket):
    with pytest.raises(PermissionDenied):
        tickets.note(ticket, by=ticket.contact, body="Psst.")
