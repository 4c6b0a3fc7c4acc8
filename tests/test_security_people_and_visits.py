"""Found by attacking: who gets at contacts, and what visits and their calendars give away."""

from unittest import mock

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.factories import make_ticket
from tests.tickets.verbs import plan
from wagtail_helpdesk import people, tickets, visit_feeds
from wagtail_helpdesk.links import make_token
from wagtail_helpdesk.models import Contact, Organisation, SupportLevel, Ticket, Visit


@pytest.fixture
def visit(desk, ticket):
    SupportLevel.objects.update(on_site=True)
    return plan(ticket, desk, by=desk.manager, hours=0)


def may(user, codename):
    user.user_permissions.add(Permission.objects.get(codename=codename))
    return user


def test_staff_cannot_link_themselves_by_an_address_that_they_set(client, desk, ticket):
    agent = desk.first_level1
    agent.email = ticket.contact.email
    agent.save()
    client.force_login(agent)
    client.post(reverse("wagtail_helpdesk:open_link", args=[make_token(ticket)]), {"link": "1"})
    assert Contact.objects.get(pk=ticket.contact_id).user is None
    with pytest.raises(people.LoginTaken):
        people.link_login(ticket.contact, by=agent)


def test_an_organisation_names_its_people_to_who_may_see_contacts(client, desk, ticket):
    organisation = Organisation.objects.create(name="Tirtasela")
    Contact.objects.filter(pk=ticket.contact_id).update(organisation=organisation)
    address = reverse("wagtail_helpdesk_organisations:inspect", args=[organisation.pk])
    client.force_login(may(desk.outsider, "view_organisation"))
    assert ticket.contact.email not in client.get(address).content.decode()
    client.force_login(may(desk.outsider, "view_contact"))
    assert ticket.contact.email in client.get(address).content.decode()


def test_merging_alone_shows_nobody(client, desk, ticket):
    other = make_ticket(desk, email="other@example.org").contact
    address = reverse("wagtail_helpdesk_contacts:merge", args=[ticket.contact_id])
    client.force_login(may(desk.outsider, "merge_contact"))
    for asked in ({"q": "other"}, {"other": other.pk}):
        assert other.email not in client.get(address, asked).content.decode()


@pytest.mark.parametrize("key", ["1" * 39, "0", "-1", str(2**63)])
def test_a_figure_of_nobody_is_an_empty_list(client, desk, key):
    client.force_login(desk.manager)
    asked = {
        **{"view": "all", "recap": "received", "recap_of": "all", "recap_by": "person"},
        **{"recap_key": key, "recap_first": "2020-01-01", "recap_last": "2030-12-31"},
    }
    address = reverse("wagtail_helpdesk_admin:tickets_results")
    assert client.get(address, asked).status_code == 200


@pytest.mark.parametrize("more", ["/", "%00", ".ICS"])
def test_a_mistyped_calendar_address_stays_out_of_the_log(client, desk, caplog, more):
    token = visit_feeds.renew(desk.first_level3)
    address = reverse("wagtail_helpdesk:visit_feed", args=[token])
    assert client.get(address.removesuffix(".ics") + ".ics"[: -len(more)] + more).status_code == 404
    assert client.get(address + more).status_code == 404
    assert token not in caplog.text


def test_what_does_not_count_cannot_be_wrong(client, desk, ticket, visit):
    client.force_login(desk.manager)
    leftover = {"day": "2026-02-30", "starts": "9 o'clock", "engineer": "1-999"}
    told = {"visit": visit.pk, "outcome": "done", "findings": "A mouse."}
    version = Ticket.objects.get(pk=ticket.pk).version
    response = client.post(
        reverse("wagtail_helpdesk_admin:ticket_report_visit", args=[ticket.pk]),
        {**leftover, **told, "seen_version": version},
    )
    assert response.status_code == 302
    assert Visit.objects.get(pk=visit.pk).outcome == "done"


def test_who_is_merged_meanwhile_confirms_all_the_same(client, desk, ticket, visit):
    tickets.report_visit(
        Ticket.objects.get(pk=ticket.pk),
        **{"by": desk.manager, "visit": visit, "outcome": "done", "findings": "A mouse."},
    )
    survivor = make_ticket(desk, email="other@example.org").contact
    client.post(reverse("wagtail_helpdesk:open_link", args=[make_token(ticket)]))
    merge = people.merge_contacts
    can_be_confirmed = Visit.can_be_confirmed.fget

    def too_late(self):
        merge(Contact.objects.get(pk=ticket.contact_id), into=survivor, by=desk.manager)
        return can_be_confirmed(self)

    address = reverse("wagtail_helpdesk:ticket_confirm_visit", args=[ticket.reference])
    with mock.patch.object(Visit, "can_be_confirmed", property(too_late)):
        assert client.post(address, {"visit": visit.pk}).status_code == 302
    assert Visit.objects.get(pk=visit.pk).confirmed_at is not None
