"""Strangers who fill the room for unsent files stop no colleague from adding one."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from wagtail_helpdesk.models import Attachment
from wagtail_helpdesk.models.messages import owner_key
from wagtail_helpdesk.tickets.files import store


def test_staff_add_files_while_the_room_is_full(desk, ticket, settings):
    settings.WAGTAIL_HELPDESK = {**settings.WAGTAIL_HELPDESK, "UNCLAIMED_MAX_BYTES": 100}
    full = SimpleUploadedFile("full.txt", b"x" * 100)
    store(full, owner_key=owner_key("session", "a stranger"))
    client = Client()
    client.force_login(desk.first_level1)
    response = client.post(
        reverse("wagtail_helpdesk_admin:ticket_note", args=[ticket.pk]),
        {
            "body": "The plan of the house.",
            "seen_version": ticket.version,
            "attachments": SimpleUploadedFile("plan.txt", b"A plan."),
        },
    )
    assert response.status_code == 302
    assert Attachment.objects.get(ticket=ticket).name == "plan.txt"
