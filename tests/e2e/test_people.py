"""Requesters, their logins and whether they were helped: visitors and staff at the same desk."""

import re

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import expect

from tests.e2e.test_axe import Checked
from tests.factories import make_ticket, make_user
from wagtail_helpdesk.links import link_url
from wagtail_helpdesk.models import Contact, Organisation, Satisfaction
from wagtail_helpdesk.tickets import solve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

LOOKS = ["phone light en", "desktop dark id", "phone dark id", "desktop light en"]


def sign_in(person, user):
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    person.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": person.address}]
    )


def speaks(ticket, look):
    """The requester's language, which the mailed link's page follows."""
    ticket.language = look.split()[2]
    ticket.save()


def can_be_aimed_at(person, selector):
    """At least 44 pixels high, and as wide as anybody needs."""
    for box in person.find(selector).all():
        size = box.bounding_box()
        assert size["height"] >= 44, f"{selector}: {size}"


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("javascript", [True, False])
def test_whether_it_helped(people, desk, ticket, look, javascript):
    if javascript and look == "desktop light en":
        look = "desktop dark en"
    speaks(ticket, look)
    solve(ticket, by=desk.first_level1, outcome="fixed")
    visitor = people.visitor(look=look, javascript=javascript)
    links = re.findall(r"https?://\S+/rate/no/", visitor.mails()[-1].body)
    visitor.go(links[0])
    expect(visitor.find("[name=helped][value=no]")).to_be_checked()
    assert not Satisfaction.objects.exists()
    can_be_aimed_at(visitor, ".wh-choices label, main form button")
    visitor.look("rate by link")
    visitor.find("[name=comment]").fill("It is dark again.")
    visitor.find(".wh form button").click()
    visitor.page.wait_for_url("**/helpdesk/tickets/**")
    visitor.sees("#wh-rating")
    visitor.look("rated")
    assert Satisfaction.objects.get().helped is False
    visitor.find("#wh-rating a").click()
    visitor.find("[name=helped][value=yes]").check()
    visitor.look("change the answer")
    visitor.find(".wh form button").click()
    visitor.page.wait_for_url("**/helpdesk/tickets/*/?done=rated*")
    assert Satisfaction.objects.get().helped is True
    agent = people.agent(desk.first_level1)
    agent.go(f"/admin/helpdesk/tickets/{ticket.pk}/")
    agent.sees(".wh-timeline", "It is dark again.")
    agent.look("ticket with an answer")
    agent.leaves()


@pytest.mark.parametrize("look", ["phone dark id", "desktop light en"])
def test_an_account_of_their_own(people, desk, ticket, look):
    speaks(ticket, look)
    owner = make_user("owner", email="visitor@example.org")
    visitor = people.visitor(look=look)
    visitor.go("/support/mine/")
    visitor.sees(".wh a[href*='next=']")
    visitor.look("mine, a stranger")
    sign_in(visitor, owner)
    visitor.go("/support/mine/")
    visitor.look("mine, not linked")
    visitor.go(link_url(ticket))
    visitor.look("link to the account")
    visitor.find("[name=link]").click()
    visitor.page.wait_for_url("**/helpdesk/tickets/*/?done=linked*")
    visitor.find(".wh-notice--done a").click()
    visitor.page.wait_for_url("**/mine/")
    can_be_aimed_at(visitor, ".wh-mine a")
    visitor.look("mine")
    visitor.find(".wh-mine a").first.click()
    visitor.sees(".wh-timeline")
    visitor.go("/support/mine/")
    visitor.find("details.wh-details > summary").click()
    visitor.look("mine, details")
    visitor.find("details.wh-details button").click()
    visitor.page.wait_for_url("**/mine/?done=unlinked")
    visitor.look("mine, unlinked")
    assert Contact.objects.get().user is None


@pytest.mark.parametrize("look", ["phone light id", "desktop dark en"])
def test_two_contacts_become_one(people, desk, look):
    lost = make_ticket(desk, email="ada@old.example").contact
    stays = make_ticket(desk, email="ada@new.example").contact
    Contact.objects.filter(pk=lost.pk).update(user=make_user("ada"))
    manager = people.agent(desk.manager, look=look)
    manager.go("/admin/helpdesk/contacts/")
    manager.find(f"a[href$='/contacts/inspect/{stays.pk}/']").first.click()
    manager.page.wait_for_url("**/inspect/**")
    manager.look("contact")
    manager.go(f"/admin/helpdesk/contacts/merge/{stays.pk}/")
    manager.find("#id_q").fill("ada@old")
    manager.find("main form[role=search] button").click()
    manager.look("find the other")
    manager.find(f"a[href$='?other={lost.pk}']").click()
    manager.look("preview")
    manager.find("main form[method=post] button").click()
    manager.sees(".error-message")
    manager.look("preview with errors")
    manager.find("[name=login]").last.check()
    manager.find("[name=understood]").check()
    manager.find("main form[method=post] button").click()
    manager.sees(".messages .success")
    manager.look("merged")
    lost.refresh_from_db()
    assert lost.merged_into == stays
    assert stays.tickets.count() == 2


@pytest.mark.parametrize("look", ["phone light en", "desktop dark id", "desktop light en"])
def test_axe_finds_nothing(people, desk, ticket, look):
    speaks(ticket, look)
    other = make_ticket(desk, email="ada@new.example")
    company = Organisation.objects.create(name="Lamps Ltd")
    Contact.objects.update(organisation=company)
    agent = people.agent(desk.superuser, look=look)
    checked = Checked(agent)
    for name, address in (
        ("contacts", "contacts/"),
        ("contact", f"contacts/inspect/{ticket.contact_id}/"),
        ("organisation", f"organisations/inspect/{company.pk}/"),
        ("merge search", f"contacts/merge/{ticket.contact_id}/"),
        ("merge preview", f"contacts/merge/{ticket.contact_id}/?other={other.contact_id}"),
        ("deactivate", f"contacts/deactivate/{ticket.contact_id}/"),
        ("access", "access/"),
        ("access of", f"access/{desk.first_level1.pk}/?ticket={ticket.reference}"),
    ):
        agent.go(f"/admin/helpdesk/{address}")
        checked.page(name)
    solve(ticket, by=desk.first_level1, outcome="fixed")
    visitor = people.visitor(look=look)
    checked_public = Checked(visitor)
    visitor.go(link_url(ticket))
    visitor.find("main form button").click()
    visitor.sees("#wh-rating")
    checked_public.page("conversation that asks")
    visitor.go(f"/helpdesk/tickets/{ticket.reference}/rate/")
    checked_public.page("rate")
    owner = make_user("owner")
    Contact.objects.filter(pk=ticket.contact_id).update(user=owner)
    visitor.go("/support/mine/")
    checked_public.page("mine, a stranger")
    sign_in(visitor, owner)
    visitor.go("/support/mine/")
    checked_public.page("mine")
    assert [*checked.report, *checked_public.report] == []
