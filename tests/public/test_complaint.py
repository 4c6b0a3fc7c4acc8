"""A complaint comes in by the form."""

from django.test import Client

from tests.public.helpers import BODY, FORM, soup, text_file, text_of
from wagtail_helpdesk.models import Attachment, Contact, OutboxMessage, Ticket


def test_a_complaint_becomes_a_ticket(visitor, desk):
    response = visitor.complain(subject="Lamp", phone="0812 3456 7890")
    ticket = Ticket.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/support/complaint/sent/{ticket.reference}/"
    assert (ticket.subject, ticket.body, ticket.channel) == ("Lamp", BODY, "web")
    assert (ticket.contact.name, ticket.contact.email) == ("A. Visitor", "visitor@example.org")
    assert ticket.contact.phone == "+6281234567890"
    assert (ticket.division, ticket.level) == (desk.first, desk.level1)
    assert ticket.language == "en"
    assert OutboxMessage.objects.get().kind == "acknowledgement"


def test_the_confirmation_says_what_happens_next(visitor):
    ticket = visitor.ticket()
    page = visitor.get(f"/support/complaint/sent/{ticket.reference}/")
    text = text_of(page)
    assert page.status_code == 200
    assert ticket.reference in text
    assert "visitor@example.org" in text
    assert "within two working days" in text
    assert f'href="/helpdesk/tickets/{ticket.reference}/"' in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_the_confirmation_is_for_the_browser_that_sent_it(visitor):
    ticket = visitor.ticket()
    page = Client().get(f"/support/complaint/sent/{ticket.reference}/")
    assert (page.status_code, page["Location"]) == (302, "/support/status/")


def test_an_empty_form_names_everything_that_is_missing(visitor):
    response = visitor.send(visitor.get(FORM), FORM, captcha_1="")
    assert response.status_code == 422
    page = soup(response)
    summary = page.select_one(".wh-summary")
    links = {link["href"]: link.get_text() for link in summary.select("a")}
    assert links == {
        "#id_name": "Enter your name",
        "#id_email": "Enter an e-mail address or a telephone number",
        "#id_complaint_type": "Select what it is about",
        "#id_body": "Enter your complaint or question",
        "#id_consent": "Select the box to agree that your details are used",
        "#id_captcha_1": "Enter the letters in the picture",
    }
    for target in links:
        assert page.select_one(target), target
        assert page.select_one(target)["aria-invalid"] == "true"
        described = page.select_one(target)["aria-describedby"].split()
        assert all(page.find(id=id) for id in described), described
    assert page.title.get_text().startswith("Error: ")
    assert not Ticket.objects.exists()


def test_answers_files_and_the_solved_captcha_survive_an_error(visitor):
    response = visitor.complain(name="", subject="Lamp", attachments=[text_file()])
    assert response.status_code == 422
    again = soup(response)
    assert again.find(id="id_body").get_text().strip() == BODY
    assert again.find(id="id_subject")["value"] == "Lamp"
    assert again.select_one("#id_complaint_type option[selected]")["value"]
    assert "note.txt" in again.select_one(".wh-files").get_text()
    assert again.find(id="id_consent").has_attr("checked")
    assert again.find(id="id_captcha_1") is None
    sent = visitor.send(response, FORM, name="A. Visitor")
    assert sent.status_code == 302, text_of(sent)
    assert Ticket.objects.get().attachments.get().name == "note.txt"


def test_a_telephone_number_is_enough(visitor):
    ticket = visitor.ticket(email="", phone="0812-3456-7890")
    assert (ticket.contact.email, ticket.contact.phone) == ("", "+6281234567890")
    page = visitor.get(f"/support/complaint/sent/{ticket.reference}/")
    assert "+6281234567890" in text_of(page)


def test_a_file_can_be_removed_without_javascript(visitor):
    response = visitor.complain(name="", attachments=[text_file(), text_file("two.txt")])
    button = soup(response).select_one("button[name=remove_file]")
    again = visitor.send(response, FORM, remove_file=button["value"])
    assert again.status_code == 200
    assert [name.get_text() for name in soup(again).select(".wh-files__name")] == ["two.txt"]
    assert Attachment.objects.get().name == "two.txt"
    assert visitor.send(again, FORM, name="A. Visitor").status_code == 302


def test_a_stranger_does_not_rename_a_known_contact(visitor):
    Contact.objects.create(name="Known", email="visitor@example.org", phone="+622112345678")
    ticket = visitor.ticket(name="Somebody else", phone="0812 3456 7890")
    assert (ticket.contact.name, ticket.contact.phone) == ("Known", "+622112345678")
    page = visitor.get(f"/support/complaint/sent/{ticket.reference}/")
    assert "Known" not in text_of(page)
    assert "622112345678" not in text_of(page)
