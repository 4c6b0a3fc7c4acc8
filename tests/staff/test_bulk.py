"""Bulk actions: never more than the policy allows and the list shows, and honest about the rest."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from tests.factories import make_ticket
from tests.staff.test_queue import QUEUE, REASON, many_tickets
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Contact, EscalationReason, Ticket

ACTIONS = ["assign", "escalate", "close"]


def url(action, *found, **params):
    query = "&".join(
        [f"id={getattr(one, 'pk', one)}" for one in found]
        + [f"{name}={value}" for name, value in params.items()]
    )
    base = reverse("wagtail_bulk_action", args=["wagtail_helpdesk", "ticket", action])
    return f"{base}?{query}&next={QUEUE}"


def data(action, desk, **more):
    reason = EscalationReason.objects.get(code="needs-deeper-knowledge")
    return {
        "assign": {"assignee": str(desk.first_level1.pk)},
        "escalate": {"reason": reason.pk, "note": "Not the bulb."},
        "close": {},
    }[action] | more


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def was_done(action, ticket):
    ticket = fresh(ticket)
    return {
        "assign": ticket.assignee_id is not None,
        "escalate": ticket.level.rank > 1,
        "close": ticket.status == "closed",
    }[action]


def said(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.mark.parametrize("action", ACTIONS)
def test_each_ticket_goes_through_its_operation(client, desk, ticket, action):
    other = make_ticket(desk, email="other@example.org")
    client.force_login(desk.first_level1)
    page = client.get(url(action, ticket, other))
    assert ticket.reference in page.content.decode()
    response = client.post(url(action, ticket, other), data(action, desk))
    assert response.status_code == 302 and response.url == QUEUE
    for done in (ticket, other):
        assert was_done(action, done)
        assert fresh(done).events.filter(verb=action, by_user=desk.first_level1).exists()
    assert "2 tickets" in said(response)


@pytest.mark.parametrize("action", ACTIONS)
def test_looking_changes_nothing(client, desk, ticket, action):
    client.force_login(desk.first_level1)
    client.get(url(action, ticket))
    assert fresh(ticket).version == ticket.version


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    "who", ["second_level1", "second_leader", "outsider", "first_level1", "former"]
)
def test_nobody_acts_beyond_their_reach(client, desk, ticket, action, who):
    """Foreign tickets, tickets above one's level, tickets once held: neither by key nor by "all"."""
    user = desk.second_level1 if who == "former" else getattr(desk, who)
    if who == "former":
        tickets.triage(ticket, by=desk.first_leader, division=desk.second)
        tickets.accept(ticket, by=user)
        tickets.triage(ticket, by=desk.second_leader, division=desk.first)
    if who == "first_level1":
        tickets.escalate(ticket, by=desk.first_leader, **REASON)
    before = fresh(ticket).version
    client.force_login(user)
    for target in (url(action, ticket), url(action, "all"), url(action, "all", view="all")):
        client.post(target, data(action, desk))
        assert fresh(ticket).version == before
        pair = f"{ticket.pk}-{before}"
        client.post(target, data(action, desk, confirmed=pair))
        assert fresh(ticket).version == before


@pytest.mark.parametrize("action", ACTIONS)
def test_a_ticket_one_may_not_see_is_not_named(client, desk, ticket, action):
    own = make_ticket(desk, division=desk.second)
    client.force_login(desk.second_level1)
    page = client.get(url(action, ticket, own)).content.decode()
    assert ticket.reference not in page and ticket.subject in page  # own has the same subject
    assert own.reference in page and "1 more of the selection" in page
    assert client.get(url(action, ticket)).status_code == 404


@pytest.mark.parametrize("action", ACTIONS)
def test_the_verb_is_needed(client, desk, ticket, action):
    desk.agents.permissions.remove(desk.agents.permissions.get(codename=f"{action}_ticket"))
    client.force_login(desk.first_level1)
    for response in (
        client.get(url(action, ticket)),
        client.post(url(action, ticket), data(action, desk)),
    ):
        assert response.status_code == 302
        assert response.url == reverse("wagtailadmin_home")
    assert fresh(ticket).version == ticket.version
    assert f"/ticket/{action}/" not in client.get(QUEUE).content.decode()


def test_all_means_the_list_with_its_view_filters_and_search(client, desk, ticket):
    urgent = make_ticket(desk, email="u@example.org")
    tickets.triage(urgent, by=desk.first_leader, priority="urgent")
    foreign = make_ticket(desk, division=desk.second)
    mine = make_ticket(desk, email="m@example.org")
    tickets.accept(mine, by=desk.first_level1)
    client.force_login(desk.first_level1)

    client.post(url("close", "all", view="unassigned", priority="urgent"))
    states = {one: fresh(one).status for one in (ticket, urgent, foreign, mine)}
    assert states == {ticket: "new", urgent: "closed", foreign: "new", mine: "open"}

    client.post(url("close", "all", view="mine"))
    assert fresh(mine).status == "closed" and fresh(ticket).status == "new"

    client.post(url("close", "all", q=ticket.reference))
    assert fresh(ticket).status == "closed" and fresh(foreign).status == "new"


def test_all_with_a_filter_that_cant_be_understood_is_nothing(client, desk, ticket):
    client.force_login(desk.first_level1)
    response = client.post(url("close", "all", status="nonsense"))
    assert response.status_code == 404
    assert fresh(ticket).status == "new"


def test_what_was_confirmed_is_what_is_done(client, desk, ticket):
    client.force_login(desk.first_level1)
    target = url("close", "all", view="unassigned")
    page = client.get(target)
    confirmed = page.context["selection"].confirmation()
    assert f'name="confirmed" value="{confirmed}"' in page.content.decode()
    late = make_ticket(desk, email="late@example.org")
    client.post(target, {"confirmed": confirmed})
    assert fresh(ticket).status == "closed" and fresh(late).status == "new"


def test_a_ticket_that_changed_since_is_left_and_named(client, desk, ticket):
    client.force_login(desk.first_level1)
    other = make_ticket(desk, email="other@example.org")
    confirmed = client.get(url("close", ticket, other)).context["selection"].confirmation()
    tickets.reply(ticket, by=ticket.contact, body="One more thing.")
    response = client.post(url("close", ticket, other), {"confirmed": confirmed})
    assert fresh(ticket).status == "new" and fresh(other).status == "closed"
    assert ticket.reference in said(response) and "has changed since" in said(response)


def test_skipped_ones_are_listed_with_their_reason(client, desk, ticket):
    closed = make_ticket(desk, email="closed@example.org")
    tickets.close(closed, by=desk.first_leader)
    above = make_ticket(desk, email="above@example.org")
    tickets.escalate(above, by=desk.first_level1, **REASON)
    client.force_login(desk.first_level1)
    page = client.get(url("close", ticket, closed, above)).content.decode()
    assert "It is closed already." in page and "It is above your level" in page
    response = client.post(url("close", ticket, closed, above))
    message = said(response)
    assert "1 ticket was closed" in message and "2 tickets were left" in message
    assert closed.reference in message and above.reference in message
    assert fresh(above).status == "new"


def test_at_the_highest_level_there_is_nothing_above(client, desk, ticket):
    for by in (desk.first_level1, desk.first_level2):
        tickets.escalate(ticket, by=by, **REASON)
    client.force_login(desk.first_level3)
    page = client.get(url("escalate", ticket)).content.decode()
    assert "It is at the highest level." in page and "Go back" in page


def test_an_assignee_from_elsewhere_is_refused_per_ticket(client, desk, ticket):
    foreign = make_ticket(desk, division=desk.second)
    client.force_login(desk.manager)
    response = client.post(url("assign", ticket, foreign), data("assign", desk))
    assert fresh(ticket).assignee == desk.first_level1 and fresh(foreign).assignee is None
    assert foreign.reference in said(response)


def test_back_to_nobody(client, desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    client.force_login(desk.first_level1)
    client.post(url("assign", ticket), {"assignee": "none"})
    assert fresh(ticket).assignee is None


def test_a_form_with_an_error_changes_nothing(client, desk, ticket):
    client.force_login(desk.first_level1)
    response = client.post(url("escalate", ticket), {"reason": "", "note": ""})
    assert response.status_code == 200 and "This field is required" in response.content.decode()
    assert fresh(ticket).version == ticket.version
    stranger = {"assignee": str(desk.second_level1.pk)}
    assert client.post(url("assign", ticket), stranger).status_code == 200
    assert fresh(ticket).assignee is None


def test_a_selection_is_bounded(client, desk, settings):
    settings.WAGTAIL_HELPDESK = {"BULK_MAX": 3, "DELIVERY": "sweep"}
    made = many_tickets(desk, 5)
    client.force_login(desk.first_leader)
    page = client.get(url("close", "all", view="all"))
    assert "At most 3 tickets" in page.content.decode() and len(page.context["items"]) == 3
    client.post(url("close", "all", view="all"))
    assert Ticket.objects.filter(status="closed").count() == 3
    client.post(url("close", *made[2:]))
    assert Ticket.objects.filter(status="closed").count() == 5


@pytest.mark.parametrize("nonsense", ["", "x", "1" * 40, "-1", "0", "1-", "9223372036854775808"])
def test_nonsense_selects_nothing(client, desk, ticket, nonsense):
    client.force_login(desk.first_level1)
    assert client.get(url("close", nonsense)).status_code == 404
    assert client.post(url("close", nonsense), {"confirmed": nonsense}).status_code == 404


def test_each_ticket_has_its_own_transaction(client, desk, ticket, monkeypatch):
    """One that breaks in the middle undoes nothing of the others."""
    other = make_ticket(desk, email="other@example.org")
    real = tickets.close

    def close(found, **kwargs):
        real(found, **kwargs)
        if found.pk == other.pk:
            raise tickets.InvalidTransition("Broken", verb="close", ticket=found)

    monkeypatch.setattr("wagtail_helpdesk.staff.bulk.actions.operations.close", close)
    client.force_login(desk.first_level1)
    response = client.post(url("close", ticket, other))
    assert fresh(ticket).status == "closed" and "Broken" in said(response)


def test_the_number_of_queries_of_the_confirmation_does_not_grow(
    client, desk, django_assert_max_num_queries
):
    client.force_login(desk.first_level1)
    numbers = []
    for number in (2, 30):
        Ticket.objects.all().delete()
        Contact.objects.all().delete()
        many_tickets(desk, number)
        client.get(url("assign", "all", view="all"))
        with django_assert_max_num_queries(20) as captured:
            client.get(url("assign", "all", view="all"))
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]
