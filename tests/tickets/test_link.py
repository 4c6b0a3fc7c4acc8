"""Two tickets have to do with each other."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests.tickets.verbs import REASON, STATUSES, everything, last_event, mail, put
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Relation, Rule, TicketLink


@pytest.mark.parametrize("relation", Relation.values)
def test_of_every_relation_once(desk, ticket, other, relation):
    links = {
        tickets.link(ticket, by=desk.first_level1, to=other, relation=relation) for _ in range(2)
    }
    assert links == {TicketLink.objects.get()}
    [link] = links
    assert (link.from_ticket, link.to_ticket, link.relation) == (ticket, other, relation)
    assert last_event(ticket).data == {"to": other.reference, "relation": relation}
    assert mail(ticket)[1:] == mail(other)[1:] == []
    assert other.events.count() == 1


@pytest.mark.parametrize("status", STATUSES)
def test_in_every_status(desk, ticket, other, status):
    put(ticket, status, by=desk.first_level1)
    tickets.link(ticket, by=desk.first_level1, to=other)
    tickets.link(other, by=desk.first_level1, to=ticket)
    assert ticket.status == status


def test_to_what_one_may_only_read(desk, ticket, other):
    tickets.escalate(other, by=desk.first_level1, reason=REASON, note="Up.")
    tickets.link(ticket, by=desk.first_level1, to=other)
    with pytest.raises(PermissionDenied):
        tickets.link(other, by=desk.first_level1, to=ticket)


def test_not_to_what_one_may_not_read(desk, ticket, other):
    desk.level3.restricted = True
    desk.level3.save()
    tickets.triage(other, by=desk.manager, level=desk.level3)
    before = everything()
    with pytest.raises(PermissionDenied, match=other.reference):
        tickets.link(ticket, by=desk.first_level1, to=other)
    assert everything() == before
    tickets.link(ticket, by=Rule("same_page"), to=other)


def test_not_to_itself_nor_by_an_unknown_relation(desk, ticket, other):
    before = everything()
    with pytest.raises(tickets.InvalidTransition, match=ticket.reference):
        tickets.link(ticket, by=desk.first_level1, to=ticket)
    with pytest.raises(ValidationError) as caught:
        tickets.link(ticket, by=desk.first_level1, to=other, relation="cousin")
    assert caught.value.message_dict.keys() == {"relation"}
    assert everything() == before
