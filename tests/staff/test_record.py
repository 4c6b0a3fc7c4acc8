"""Recording a ticket for somebody who calls or stands at the desk."""

import re

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.models import Locale, Site

from tests.factories import make_ticket
from tests.staff.test_operations_views import said
from tests.staff.test_workspace import text_of
from wagtail_helpdesk.models import Attachment, Contact, OutboxMessage, Status, Ticket


def address():
    return reverse("wagtail_helpdesk_admin:submit")


def entered(desk, **changes):
    return {
        "channel": "telephone",
        "email": "caller@example.org",
        "phone": "",
        "name": "C. Caller",
        "complaint_type": desk.types["First"].pk,
        "subject": "",
        "body": "The lamp over the door stays dark.",
        "key": "1" * 32,
        **changes,
    }


def record(client, desk, **changes):
    return client.post(address(), entered(desk, **changes))


@pytest.mark.parametrize("role", ["first_level1", "first_leader", "outsider", "manager"])
def test_whoever_has_the_verb_records(client, desk, role):
    client.force_login(getattr(desk, role))
    assert client.get(address()).status_code == 200
    response = record(client, desk)
    assert response.status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.recorded_by, ticket.channel) == (getattr(desk, role), "telephone")
    assert (ticket.contact.name, ticket.subject) == (
        "C. Caller",
        "The lamp over the door stays dark.",
    )
    assert ticket.reference in said(response)
    assert OutboxMessage.objects.filter(kind="acknowledgement", ticket=ticket).exists()


def test_without_the_verb_it_is_refused(client, desk):
    desk.agents.permissions.remove(desk.agents.permissions.get(codename="submit_ticket"))
    client.force_login(desk.first_level1)
    assert client.get(address()).status_code == 302
    assert record(client, desk).status_code == 302
    assert not Ticket.objects.exists()


def test_whoever_may_not_read_it_stays_on_the_form(client, desk):
    client.force_login(desk.first_level1)
    response = record(client, desk, complaint_type=desk.types["Second"].pk)
    assert response.url == address()
    assert Ticket.objects.get().reference in said(response)


def test_accepting_it_at_once(client, desk):
    client.force_login(desk.first_level1)
    record(client, desk, accept="on")
    ticket = Ticket.objects.get()
    assert (ticket.assignee, ticket.status) == (desk.first_level1, Status.OPEN)


def test_what_cannot_be_accepted_is_recorded_all_the_same(client, desk):
    client.force_login(desk.first_level1)
    response = record(client, desk, accept="on", complaint_type=desk.types["Second"].pk)
    assert Ticket.objects.get().assignee is None
    assert "You could not accept it" in said(response)


def test_find_shows_who_it_is_and_saves_nothing(client, desk, ticket):
    client.force_login(desk.first_level1)
    response = record(client, desk, email=" VISITOR@example.org", body="Half a sentence", find="1")
    assert response.status_code == 200
    words = text_of(response)
    assert "A. Visitor · visitor@example.org · 1 ticket" in words
    assert "Half a sentence" in response.content.decode()
    assert "error" not in response.content.decode().split('role="status"')[1][:500]
    assert Ticket.objects.count() == 1 and Contact.objects.count() == 1
    # The only one with this address is chosen already.
    assert re.search(rf'value="{ticket.contact_id}"[^>]*checked', response.content.decode())


def test_find_says_that_nobody_is_known(client, desk):
    client.force_login(desk.first_level1)
    response = record(client, desk, find="1")
    assert "Nobody is known by this address" in text_of(response)
    assert not Contact.objects.exists()


def test_a_known_requester_is_shown_before_anything_is_saved(client, desk, ticket):
    client.force_login(desk.first_level1)
    response = record(client, desk, email="visitor@example.org")
    assert response.status_code == 422
    assert "Choose who it is." in text_of(response)
    assert Ticket.objects.count() == 1
    response = record(client, desk, email="visitor@example.org", contact=ticket.contact_id, name="")
    assert response.status_code == 302
    assert Ticket.objects.latest("pk").contact == ticket.contact


def test_a_number_finds_contacts_however_it_is_typed(client, desk, ticket):
    Contact.objects.filter(pk=ticket.contact_id).update(phone="+6281234567890")
    client.force_login(desk.first_level1)
    response = record(client, desk, email="", phone="0812-3456-7890", find="1")
    assert "A. Visitor" in text_of(response)
    assert "Somebody else: make a new contact" in text_of(response)


def test_somebody_else_with_the_same_number_is_a_new_contact(client, desk, ticket):
    Contact.objects.filter(pk=ticket.contact_id).update(phone="+6281234567890")
    client.force_login(desk.first_level1)
    record(client, desk, email="", phone="081234567890", contact="new", name="Another")
    contact = Ticket.objects.latest("pk").contact
    assert (contact.name, contact.phone, contact.email) == ("Another", "+6281234567890", "")


def test_a_contact_that_was_not_found_by_what_was_typed_cannot_be_posted(client, desk, ticket):
    other = Contact.objects.create(name="Other", email="other@example.org")
    client.force_login(desk.first_level1)
    response = record(client, desk, email="visitor@example.org", contact=other.pk)
    assert response.status_code == 422
    response = record(client, desk, contact=other.pk)
    assert response.status_code == 302
    assert Ticket.objects.latest("pk").contact.email == "caller@example.org"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "", "phone": ""}, "Enter an e-mail address or a telephone number."),
        ({"phone": "12"}, "Enter a telephone number, with the country code"),
        ({"name": " "}, "Enter a name."),
        ({"body": "\x00 "}, "Enter the complaint or question."),
        ({"subject": "x" * 201}, "at most 200 fit"),
        ({"channel": "web"}, "Select how they came to us."),
        ({"complaint_type": ""}, "Select the type of the complaint or question."),
    ],
)
def test_what_is_missing_is_said_and_the_rest_kept(client, desk, changes, sentence):
    client.force_login(desk.first_level1)
    response = record(client, desk, **changes)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert not Ticket.objects.exists()
    if "email" not in changes:
        assert "caller@example.org" in response.content.decode()


def test_a_retired_type_or_one_of_another_site_is_refused(client, desk):
    kind = desk.types["First"]
    kind.retired = True
    kind.save()
    client.force_login(desk.first_level1)
    assert record(client, desk).status_code == 422
    kind.retired = False
    kind.save()
    elsewhere = Site.objects.create(hostname="two.example.org", root_page=desk.site.root_page)
    kind.sites.add(elsewhere)
    assert record(client, desk, site=desk.site.pk).status_code == 422
    assert record(client, desk, site=elsewhere.pk).status_code == 302
    assert Ticket.objects.get().site == elsewhere


def test_mails_are_written_in_the_requesters_language(client, desk):
    indonesian = Locale.objects.create(language_code="id")
    client.force_login(desk.first_level1)
    record(client, desk, locale=indonesian.pk)
    assert Ticket.objects.get().language == "id"


def test_the_same_form_twice_is_one_ticket(client, desk):
    client.force_login(desk.first_level1)
    first = record(client, desk, accept="on")
    again = record(client, desk, accept="on", contact=Contact.objects.get().pk)
    assert first.url == again.url and Ticket.objects.count() == 1
    assert "could not accept" not in said(again)


def test_another_users_key_is_another_ticket(client, desk):
    client.force_login(desk.first_level1)
    record(client, desk)
    client.force_login(desk.first_level2)
    record(client, desk, contact=Contact.objects.get().pk)
    assert Ticket.objects.count() == 2


def test_files_are_recorded_and_kept_through_an_error(client, desk):
    client.force_login(desk.first_level1)
    letter = SimpleUploadedFile("letter.txt", b"Dear help desk")
    response = record(client, desk, body="", attachments=[letter])
    kept = Attachment.objects.get()
    assert (
        response.status_code == 422 and f'value="{kept.key}" checked' in response.content.decode()
    )
    assert record(client, desk, stored=[kept.key]).status_code == 302
    assert Ticket.objects.get().attachments.get() == kept


def test_nothing_else_of_the_post_reaches_the_ticket(client, desk):
    client.force_login(desk.first_level1)
    record(
        client, desk, status="closed", level=desk.level3.pk, division=desk.second.pk,
        assignee=desk.manager.pk, priority="urgent", reference="HD-00000-00000",
        recorded_by=desk.manager.pk, created_at="2020-01-01",
    )  # fmt: skip
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.level, ticket.division, ticket.assignee, ticket.priority) == (
        Status.NEW, desk.level1, desk.first, None, "normal",
    )  # fmt: skip
    assert ticket.recorded_by == desk.first_level1


@pytest.mark.parametrize("others", [0, 10])
def test_the_form_costs_the_same_with_more_tickets(client, desk, others, django_assert_num_queries):
    for number in range(others):
        make_ticket(desk, email=f"visitor{number}@example.org")
    client.force_login(desk.first_level1)
    client.get(address())
    with django_assert_num_queries(14):
        client.get(address())


def test_errors_name_their_field_and_stand_at_the_top(client, desk):
    client.force_login(desk.first_level1)
    missing = dict.fromkeys(["channel", "email", "name", "complaint_type", "body"], "")
    page = BeautifulSoup(record(client, desk, **missing).content, "html.parser")
    assert page.title.text.strip().startswith("Error:")
    summary = page.select_one(".wh-summary")
    assert summary.has_attr("autofocus") and summary["role"] == "alert"
    assert {link["href"]: link.text for link in summary.select("a")} == {
        "#id_channel": "Select how they came to us.",
        "#id_email": "Enter an e-mail address or a telephone number.",
        "#id_name": "Enter a name.",
        "#id_complaint_type": "Select the type of the complaint or question.",
        "#id_body": "Enter the complaint or question.",
    }
    for link in summary.select("a"):
        field = page.select_one(link["href"])
        assert field["aria-invalid"] == "true"
        assert link.text in field.find_parent(class_="w-field__wrapper").text
    assert "This field is required" not in page.text


@pytest.mark.parametrize(
    ("changes", "target", "words"),
    [
        ({"email": "nobody"}, "#id_email", "like name@example.org"),
        ({"phone": "abc"}, "#id_phone", "Enter a telephone number"),
        ({"email": "visitor@example.org"}, "#id_contact_0", "Choose who it is."),
        ({"email": "visitor@example.org", "contact": "99"}, "#id_contact_0", "Choose who it is."),
        ({"name": "x" * 201}, "#id_name", "at most 200 characters"),
        ({"channel": "pigeon"}, "#id_channel", "Select how they came to us."),
        ({"complaint_type": "99"}, "#id_complaint_type", "Select the type"),
    ],
)
def test_each_error_leads_to_its_field(client, desk, ticket, changes, target, words):
    client.force_login(desk.first_level1)
    page = BeautifulSoup(record(client, desk, **changes).content, "html.parser")
    link = page.select_one(".wh-summary a")
    assert (link["href"], words in link.text) == (target, True)
    assert page.select_one(target) is not None


def test_a_form_without_its_key_says_what_to_do(client, desk):
    client.force_login(desk.first_level1)
    summary = BeautifulSoup(record(client, desk, key="").content, "html.parser").select_one(
        ".wh-summary"
    )
    assert "load the page again" in summary.text and not summary.select("a")
