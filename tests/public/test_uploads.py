"""Files that come with a form: what is taken, what is refused and why, and what happens when the store fails."""

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError

from tests.public.helpers import FORM, soup, text_file, text_of
from wagtail_helpdesk.models import Attachment, HelpdeskSettings, Message, Ticket
from wagtail_helpdesk.public import answers, throttle, uploads
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


# --- Files that are not sent ------------------------------------------------------------------------


@pytest.fixture
def hundred_bytes_an_hour(helpdesk):
    helpdesk(THROTTLES={"unsent_bytes": [(100, 3600)]})


def fill(visitor, *sizes, **changes):
    files = [text_file(f"{n}.txt", b"a" * size) for n, size in enumerate(sizes)]
    return visitor.complain(name="", attachments=files, **changes)


def test_a_network_can_not_fill_the_store_with_what_it_does_not_send(
    visitor, stranger, hundred_bytes_an_hour
):
    assert names(fill(visitor, 60)) == ["0.txt"]
    # With another browser, from the same network: what fits is still taken.
    response = fill(stranger, 60, 30)
    assert names(response) == ["1.txt"]
    assert "too many files came from your network" in error_of(response)
    # Without files everybody gets through, and from elsewhere with them.
    assert stranger.send(response, FORM, name="B", kept_files=None).status_code == 302
    assert visitor.complain(body="Another one.").status_code == 302
    stranger.client.defaults["REMOTE_ADDR"] = "192.0.2.77"
    assert names(fill(stranger, 60)) == ["0.txt"]


def test_what_is_sent_removed_or_refused_does_not_count(
    visitor, hundred_bytes_an_hour, monkeypatch
):
    for n in range(3):
        response = fill(visitor, 60, body=f"Complaint {n}.")
        assert names(response) == ["0.txt"]
        assert visitor.send(response, FORM, name="A").status_code == 302
    assert Attachment.objects.filter(ticket=None).count() == 0
    response = fill(visitor, 60)
    token = soup(response).select_one("[name=remove_file]")["value"]
    assert names(visitor.send(response, FORM, remove_file=token)) == []

    def fail(upload, *, owner_key):
        raise FileStoreError("The file could not be stored. Try again later.")

    with monkeypatch.context() as patched:
        patched.setattr(uploads, "store", fail)
        fill(visitor, 60)
    assert names(fill(visitor, 60)) == ["0.txt"]


def test_files_of_an_answer_count_until_it_is_sent(visitor, ticket, hundred_bytes_an_hour):
    page = visitor.open(ticket)
    address = f"/helpdesk/tickets/{ticket.reference}/reply/"
    for n in range(3):
        done = visitor.send(
            page, address, body=f"{n}", attachments=[text_file(f"{n}.txt", b"a" * 60)]
        )
        assert done.status_code == 302
    # The same answer again is no second one: its files belong to nobody.
    visitor.send(page, address, body="2", attachments=[text_file("x.txt", b"a" * 60)])
    response = visitor.send(page, address, body="3", attachments=[text_file("y.txt", b"a" * 60)])
    assert "too many files" in error_of(response)
    assert Message.objects.count() == 3


def test_while_the_cache_is_down_files_are_taken(visitor, hundred_bytes_an_hour, monkeypatch):
    monkeypatch.setattr(throttle, "cache", None)
    assert names(fill(visitor, 90, 90)) == ["0.txt", "1.txt"]


def test_what_was_given_back_leaves_the_rest_counted_for_the_hour(
    visitor, helpdesk, settings, tmp_path
):
    """A cache of files gives what is counted its own time to live, which is shorter."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path),
        }
    }
    helpdesk(THROTTLES={"unsent_bytes": [(100, 3600)]})
    with time_machine.travel("2026-11-24T08:01:00Z", tick=False) as now:
        assert throttle.take("unsent_bytes", "here", 90)
        throttle.give_back("unsent_bytes", "here", 10)
        now.shift(1200)
        assert not throttle.take("unsent_bytes", "here", 30)
        assert throttle.take("unsent_bytes", "here", 20)
