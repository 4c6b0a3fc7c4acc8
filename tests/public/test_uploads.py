"""Files that come with a form: what is taken, what is refused and why, and what happens when the store fails."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError

from tests.public.helpers import FORM, soup, text_file, text_of
from wagtail_helpdesk.models import Attachment, HelpdeskSettings, Message, Ticket
from wagtail_helpdesk.public import answers, uploads
from wagtail_helpdesk.tickets.files import FileStoreError


def names(response):
    return [name.get_text() for name in soup(response).select(".wh-files__name")]


def error_of(response):
    return soup(response).find(id="id_attachments_error").get_text(" ", strip=True)


def test_more_than_five_files_are_named_and_the_others_kept(visitor):
    files = [text_file(f"{n}.txt", b"%d" % n) for n in range(7)]
    response = visitor.complain(attachments=files)
    assert response.status_code == 422
    assert names(response) == [f"{n}.txt" for n in range(5)]
    assert "“5.txt” was not added" in error_of(response)
    assert "“6.txt” was not added" in error_of(response)
    assert [link["href"] for link in soup(response).select(".wh-summary a")] == [
        "#id_attachments",
        "#id_attachments",
    ]
    assert visitor.send(response, FORM).status_code == 302
    assert Ticket.objects.get().attachments.count() == 5


def test_files_that_are_too_big_together(visitor, helpdesk):
    helpdesk(FILES_MAX_BYTES=150, FILE_MAX_BYTES=100)
    response = visitor.complain(
        attachments=[text_file("a.txt", b"a" * 90), text_file("b.txt", b"b" * 90)]
    )
    assert names(response) == ["a.txt"]
    assert "together the files may have at most 150" in error_of(response)
    response = visitor.complain(attachments=[text_file("c.txt", b"c" * 101)])
    assert response.status_code == 422
    assert "too big" in error_of(response)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("evil.exe", b"MZ"),
        ("page.html", b"<script>"),
        ("empty.txt", b""),
        ("fake.pdf", b"not a pdf"),
    ],
)
def test_what_is_not_taken_is_said_and_the_rest_is_kept(visitor, name, content):
    bad = SimpleUploadedFile(name, content, content_type="text/plain")
    response = visitor.complain(attachments=[bad, text_file()])
    assert response.status_code == 422
    assert name in error_of(response)
    assert names(response) == ["note.txt"]


def test_a_store_that_fails_never_loses_the_text(visitor, monkeypatch):
    def fail(upload, *, owner_key):
        raise FileStoreError("The file could not be stored. Try again later.")

    monkeypatch.setattr(uploads, "store", fail)
    response = visitor.complain(attachments=[text_file()])
    assert response.status_code == 422
    assert "could not be stored" in error_of(response)
    # Without the file it goes through at once.
    assert visitor.send(response, FORM).status_code == 302


def test_a_network_uploads_so_many_files(visitor, helpdesk):
    helpdesk(THROTTLES={"upload": [(2, 600)]})
    response = visitor.complain(name="", attachments=[text_file(f"{n}.txt") for n in range(3)])
    assert names(response) == ["0.txt", "1.txt"]
    assert "too many files" in error_of(response)


@pytest.mark.parametrize("token", ["", "forged", "a:b", "é" * 1000])
def test_forged_names_of_kept_files_open_nothing(visitor, token):
    response = visitor.complain(kept_files=[token])
    assert response.status_code in (302, 422)
    assert not Attachment.objects.exists()


def test_a_file_that_was_swept_is_missed(visitor):
    response = visitor.complain(name="", attachments=[text_file()])
    Attachment.objects.all().delete()
    again = visitor.send(response, FORM, name="A. Visitor")
    assert again.status_code == 422
    assert "no longer there" in error_of(again)
    assert visitor.send(again, FORM).status_code == 302


def test_an_answer_that_can_not_be_stored_is_kept(visitor, ticket, monkeypatch):
    page = visitor.open(ticket)
    address = f"/helpdesk/tickets/{ticket.reference}/reply/"

    def fail(*args, **kwargs):
        raise DatabaseError("locked")

    monkeypatch.setattr(answers.tickets, "reply", fail)
    response = visitor.send(page, address, body="Still dark.", attachments=[text_file()])
    assert response.status_code == 503
    assert soup(response).find(id="id_body").get_text().strip() == "Still dark."
    assert "note.txt" in names(response)
    monkeypatch.undo()
    assert visitor.send(response, address).status_code == 302
    assert Message.objects.get().attachments.count() == 1


def test_the_owner_words_the_consent(visitor, desk, support):
    HelpdeskSettings.objects.create(
        site=desk.site, consent_text="You may call me.", privacy_page=support
    )
    page = soup(visitor.get(FORM))
    assert page.find("label", attrs={"for": "id_consent"}).get_text() == "You may call me."
    assert "/support/" in [link["href"] for link in page.select("form a")]


def test_a_draft_of_the_page_can_be_previewed(support, rf, desk):
    support.title = "Soon"
    response = support.make_preview_request(rf.get("/support/"), support.default_preview_mode)
    assert response.status_code == 200
    assert "Soon" in text_of(response.render() if not response.is_rendered else response)
