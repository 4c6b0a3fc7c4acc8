"""Handing out files: always as a download, never as something a browser runs."""

import os

import pytest
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile

from wagtail_helpdesk.downloads import attachment_response
from wagtail_helpdesk.models import Attachment
from wagtail_helpdesk.models.messages import owner_key
from wagtail_helpdesk.tickets.files import store

pytestmark = pytest.mark.django_db
OWNER = owner_key("session", "somebody")


def stored(name="letter.pdf", content=b"%PDF-1.7\n"):
    return store(SimpleUploadedFile(name, content), owner_key=OWNER)


def assert_locked_down(response):
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, no-store"


def test_a_file_is_a_download():
    response = attachment_response(stored())
    assert response.status_code == 200
    assert_locked_down(response)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert response["Content-Length"] == "9"
    assert b"".join(response) == b"%PDF-1.7\n"
    response.close()


def test_names_of_every_script_survive():
    response = attachment_response(stored("Lampu “merah” 照明.pdf"))
    assert response["Content-Disposition"] == (
        "attachment; filename*=utf-8''Lampu%20%E2%80%9Cmerah%E2%80%9D%20%E7%85%A7%E6%98%8E.pdf"
    )
    response.close()


def test_a_name_cannot_break_the_header():
    attachment = stored()
    attachment.name = 'a"\r\nSet-Cookie: x=1\r\n.pdf'
    response = attachment_response(attachment)
    assert response["Content-Disposition"] == 'attachment; filename="a\\" Set-Cookie: x=1 .pdf"'
    assert "Set-Cookie" not in response.headers
    response.close()


@pytest.mark.parametrize("content_type", ["text/html", "image/svg+xml", "text/xml", "", "x\r\ny"])
def test_other_types_are_bytes(content_type):
    attachment = stored()
    attachment.content_type = content_type
    response = attachment_response(attachment)
    assert response["Content-Type"] == "application/octet-stream"
    response.close()


def test_lost_bytes_are_said_and_marked():
    attachment = stored()
    os.remove(attachment.file.path)
    response = attachment_response(attachment)
    assert response.status_code == 404
    assert_locked_down(response)
    assert "“letter.pdf” is lost" in response.content.decode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert Attachment.objects.get().missing is True


def test_bytes_that_are_found_again_are_handed_out():
    attachment = stored()
    Attachment.objects.update(missing=True)
    attachment.refresh_from_db()
    response = attachment_response(attachment)
    assert response.status_code == 200
    assert Attachment.objects.get().missing is False
    response.close()


class DownStorage(InMemoryStorage):
    def _open(self, name, mode="rb"):
        raise ConnectionError("the store answers 500")


def test_a_store_that_is_down_is_not_a_lost_file(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "helpdesk": {"BACKEND": "tests.test_downloads.DownStorage"},
    }
    response = attachment_response(stored())
    assert response.status_code == 503
    assert "can't be read at the moment" in response.content.decode()
    assert Attachment.objects.get().missing is False
