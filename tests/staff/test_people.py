"""The pages about a requester and an organisation, and what staff do with a contact there."""

import html
import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests.factories import make_ticket, make_user
from wagtail_helpdesk import people, tickets
from wagtail_helpdesk.models import Contact, Organisation, Ticket
from wagtail_helpdesk.tickets.claim import keep_words


def url(name, contact, space="contacts"):
    return reverse(f"wagtail_helpdesk_{space}:{name}", args=[contact.pk])


def text_of(response):
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(words).split())


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def manager(desk):
    return client_of(desk.manager)


@pytest.fixture
def leader(desk):
    """Leads the first division, and looks after contacts."""
    desk.first_leader.user_permissions.add(
        *Permission.objects.filter(
            codename__in=["view_contact", "change_contact", "merge_contact", "view_organisation"]
        )
    )
    return client_of(desk.first_leader)


@pytest.fixture
def two(desk):
    lost = make_ticket(desk, email="ada@old.example").contact
    stays = make_ticket(desk, email="ada@new.example").contact
    return lost, stays


# --- The page of a person -----------------------------------------------------------------------------


def test_it_lists_what_the_reader_may_read(desk, leader, ticket):
    foreign = make_ticket(desk, division=desk.second, subject="Not yours")
    text = text_of(leader.get(url("inspect", ticket.contact)))
    assert ticket.reference in text
    assert "1 ticket that you may read" in text
    assert foreign.reference not in text
    assert "Not yours" not in text


def test_its_pages_are_capped_and_counted_honestly(manager, desk, settings, ticket):
    settings.WAGTAIL_HELPDESK = {
        **settings.WAGTAIL_HELPDESK, "QUEUE_PAGE_SIZE": 2, "COUNT_CAP": 4,
    }  # fmt: skip
    for number in range(4):
        make_ticket(desk, subject=f"Lamp {number}")
    page = text_of(manager.get(url("inspect", ticket.contact)))
    assert "4+ tickets" in page
    assert "Lamp 3" in page and "Lamp 1" not in page
    last = text_of(manager.get(url("inspect", ticket.contact), {"p": 2}))
    assert "Lamp 1" in last and ticket.subject not in last
    assert "There are more." in last


@pytest.mark.parametrize("asked", ["0", "-1", "x", "9" * 30, "\x00"])
def test_a_page_that_is_none(manager, ticket, asked):
    assert manager.get(url("inspect", ticket.contact), {"p": asked}).status_code == 200


def test_as_many_queries_for_few_tickets_as_for_many(
    manager, desk, ticket, django_assert_max_num_queries
):
    manager.get(url("inspect", ticket.contact))
    with django_assert_max_num_queries(25) as few:
        manager.get(url("inspect", ticket.contact))
    for number in range(15):
        make_ticket(desk, subject=f"Lamp {number}")
    with django_assert_max_num_queries(len(few)):
        manager.get(url("inspect", ticket.contact))


def test_the_list_leads_to_the_page(manager, ticket):
    index = manager.get(reverse("wagtail_helpdesk_contacts:index"))
    assert url("inspect", ticket.contact) in index.content.decode()


def test_an_organisation_s_page_has_its_people_and_their_tickets(manager, leader, desk, two):
    company = Organisation.objects.create(name="Lamps Ltd")
    Contact.objects.update(organisation=company)
    foreign = make_ticket(desk, division=desk.second, email="ada@new.example", subject="Not yours")
    page = text_of(manager.get(url("inspect", company, "organisations")))
    for ticket in Ticket.objects.all():
        assert ticket.reference in page
    assert "ada@old.example" in page and "ada@new.example" in page
    page = text_of(leader.get(url("inspect", company, "organisations")))
    assert foreign.reference not in page
    assert "2 tickets that you may read" in page


def test_what_strangers_wrote_stays_text(manager, desk):
    ticket = make_ticket(desk, subject="<script>alert(1)</script>")
    Contact.objects.update(name="<b>Ada</b>")
    for name in ("inspect", "merge", "deactivate"):
        content = manager.get(url(name, ticket.contact)).content.decode()
        assert "<b>Ada" not in content
        assert "<script>alert" not in content


# --- Merging ------------------------------------------------------------------------------------------


def merge_url(lost, stays):
    return f"{url('merge', stays)}?other={lost.pk}"


def agree(client, address, **changes):
    page = client.get(address)
    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    data = {"seen": seen[1] if seen else "", "understood": "on", **changes}
    return client.post(address, {key: value for key, value in data.items() if value is not None})


def test_from_the_search_to_the_merge(manager, two):
    lost, stays = two
    found = manager.get(url("merge", stays), {"q": "ada@old"})
    assert f"?other={lost.pk}" in found.content.decode()
    preview = text_of(manager.get(merge_url(lost, stays)))
    assert "ada@old.example" in preview
    assert "It can't be undone." in preview
    assert Contact.objects.standing().count() == 2
    done = agree(manager, merge_url(lost, stays))
    assert done.url == url("inspect", stays)
    page = text_of(manager.get(done.url))
    assert "Also known by, since contacts were merged: ada@old.example" in page
    assert "2 tickets that you may read" in page
    gone = manager.get(url("inspect", lost))
    assert "was merged into another one" in text_of(gone)
    assert manager.get(url("edit", lost)).url == url("inspect", lost)
    assert manager.get(url("merge", lost)).status_code == 404


def test_people_of_the_same_name_are_offered(manager, two):
    assert f"?other={two[0].pk}" in manager.get(url("merge", two[1])).content.decode()


def test_the_other_may_stay(manager, two):
    lost, stays = two
    done = agree(manager, f"{url('merge', lost)}?other={stays.pk}&keep=other")
    assert done.url == url("inspect", stays)
    lost.refresh_from_db()
    assert lost.merged_into == stays


def test_two_clicks_merge_once(manager, two):
    lost, stays = two
    address = merge_url(lost, stays)
    assert agree(manager, address).url == url("inspect", stays)
    assert manager.post(address, {"seen": "x", "understood": "on"}).url == url("inspect", stays)
    assert Contact.objects.exclude(merged_into=None).count() == 1


def test_it_must_be_meant(manager, two):
    refused = agree(manager, merge_url(*two), understood=None)
    assert refused.status_code == 422
    assert "Confirm that they are the same person." in text_of(refused)
    assert Contact.objects.standing().count() == 2


def test_the_login_must_be_chosen(manager, two):
    lost, stays = two
    owner = make_user("owner")
    Contact.objects.filter(pk=stays.pk).update(user=owner)
    assert agree(manager, merge_url(lost, stays)).status_code == 422
    assert agree(manager, merge_url(lost, stays), login="7" * 9).status_code == 422
    assert Contact.objects.standing().count() == 2
    agree(manager, merge_url(lost, stays), login=owner.pk)
    stays.refresh_from_db()
    assert stays.user == owner


def test_who_was_changed_meanwhile_is_looked_at_again(manager, two):
    lost, stays = two
    page = manager.get(merge_url(lost, stays))
    seen = re.search(r'name="seen" value="(\w+)"', page.content.decode())[1]
    Contact.objects.filter(pk=lost.pk).update(email="x@y.example", email_key="x@y.example")
    response = manager.post(merge_url(lost, stays), {"seen": seen, "understood": "on"}, follow=True)
    assert "Somebody changed one of the two" in text_of(response)
    assert Contact.objects.standing().count() == 2


def test_who_may_not_read_all_of_both_is_shown_no_button(desk, leader, two):
    lost, stays = two
    make_ticket(desk, division=desk.second, email="ada@old.example")
    page = leader.get(merge_url(lost, stays))
    assert "Ask a manager" in text_of(page)
    assert 'name="understood"' not in page.content.decode()
    refused = agree(leader, merge_url(lost, stays), seen="x")
    assert refused.status_code in (302, 422)
    assert Contact.objects.standing().count() == 2


def test_without_the_permission_there_is_no_page(desk, two):
    client = client_of(desk.first_level1)
    for name in ("merge", "deactivate", "reactivate", "unlink", "inspect"):
        for response in (client.get(url(name, two[0])), client.post(url(name, two[0]), {})):
            assert response.status_code == 302
            assert response.url == reverse("wagtailadmin_home")
    assert all(contact.is_active for contact in Contact.objects.all())


@pytest.mark.parametrize("other", ["", "x", "0", "-1", "9" * 30, "\x00", "1.5"])
def test_an_other_that_is_none(manager, ticket, other):
    address = url("merge", ticket.contact)
    assert manager.get(address, {"other": other}).status_code == 200
    assert manager.post(f"{address}?other={ticket.contact_id}", {}).status_code == 302


@pytest.mark.parametrize("query", ["%", "a", "\x00", "x" * 500, "@", "+62", "'"])
def test_any_search_is_answered(manager, ticket, query):
    assert manager.get(url("merge", ticket.contact), {"q": query}).status_code == 200


# --- Found by what they were called ---------------------------------------------------------------------


def test_staff_find_the_survivor_by_the_lost_address(manager, desk, two):
    lost, stays = two
    people.merge_contacts(lost, into=stays, by=desk.manager)
    index = reverse("wagtail_helpdesk_contacts:index")
    page = manager.get(index, {"q": "ada@old.example"}).content.decode()
    assert url("inspect", stays) in page
    assert url("inspect", lost) not in page
    assert url("inspect", lost) not in manager.get(index).content.decode()
    for ticket in Ticket.objects.all():
        keep_words(ticket)
    queue = manager.get(
        reverse("wagtail_helpdesk_admin:tickets"), {"view": "all", "q": "ada@old.example"}
    )
    for ticket in Ticket.objects.all():
        assert ticket.reference in text_of(queue)
    form = manager.post(
        reverse("wagtail_helpdesk_admin:submit"), {"find": "1", "email": "ada@old.example"}
    )
    assert "ada@new.example" in text_of(form)
    assert "make a new contact" not in text_of(form)


def test_an_address_that_leads_elsewhere_is_not_given_to_a_third(manager, desk, two):
    lost, stays = two
    people.merge_contacts(lost, into=stays, by=desk.manager)
    third = make_ticket(desk, email="third@example.org").contact
    for contact, said in ((third, "This leads to another contact"), (stays, "already")):
        fields = {"name": "Ada", "email": "ada@old.example", "phone": "", "user": ""}
        response = manager.post(url("edit", contact), {**fields, "organisation": ""})
        assert response.status_code == 200
        assert said in text_of(response)


# --- Switching off ---------------------------------------------------------------------------------------


def test_off_and_on_again(manager, desk, ticket):
    contact = ticket.contact
    page = manager.get(url("deactivate", contact))
    assert "No complaint is lost." in text_of(page)
    assert Contact.objects.get().is_active
    assert manager.post(url("deactivate", contact)).url == url("inspect", contact)
    assert not Contact.objects.get().is_active
    assert "Deactivated since" in text_of(manager.get(url("inspect", contact)))
    workspace = manager.get(reverse("wagtail_helpdesk_admin:ticket", args=[ticket.pk]))
    assert "the contact is deactivated" in text_of(workspace)
    manager.post(url("reactivate", contact))
    assert Contact.objects.get().is_active


def test_unlinking_a_login(manager, desk, ticket):
    owner = make_user("owner")
    Contact.objects.update(user=owner)
    page = manager.get(url("inspect", ticket.contact))
    assert url("unlink", ticket.contact) in page.content.decode()
    manager.post(url("unlink", ticket.contact))
    assert Contact.objects.get().user is None
    assert tickets.submit  # its tickets stay
    assert Ticket.objects.count() == 1
