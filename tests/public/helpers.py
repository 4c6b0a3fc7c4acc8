"""A visitor's browser, as far as forms go: it sends back whatever hidden fields a page holds."""

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from wagtail_helpdesk.links import link_url
from wagtail_helpdesk.models import Ticket
from wagtail_helpdesk.pages.models import SupportPage

FORM = "/support/complaint/"
STATUS = "/support/status/"
LOST = "/support/status/lost/"

BODY = "Since Monday the lamp over the door stays dark."


def make_support_page(desk, **fields):
    fields = {"title": "Help and support", "slug": "support", **fields}
    return desk.site.root_page.add_child(instance=SupportPage(**fields))


def soup(response):
    return BeautifulSoup(response.content.decode(), "html.parser")


def text_of(response):
    return " ".join(soup(response).get_text(" ").split())


def fields_of(form):
    """What a browser would send if nothing were typed: values, ticked boxes, chosen options."""
    data = {}
    for element in form.select("input[name], select[name], textarea[name]"):
        name, kind = element["name"], element.get("type", "")
        if kind in ("file", "submit") or (kind == "checkbox" and not element.has_attr("checked")):
            continue
        if element.name == "select":
            chosen = element.select_one("option[selected]")
            value = chosen["value"] if chosen else ""
        elif element.name == "textarea":
            value = element.get_text().removeprefix("\r\n").removeprefix("\n")
        else:
            value = element.get("value", "on" if kind == "checkbox" else "")
        data.setdefault(name, []).append(value)
    return data


def without_token(response):
    """The bytes of a page, but for the CSRF token, which is masked anew each time."""
    return re.sub(
        rb'name="csrfmiddlewaretoken" value="\w+"', b"name=csrfmiddlewaretoken", response.content
    )


def text_file(name="note.txt", content=b"The lamp is of the type 12."):
    return SimpleUploadedFile(name, content, content_type="text/plain")


class Visitor:
    def __init__(self, client, *, complaint_type):
        self.client = client
        self.answers = {
            "name": "A. Visitor",
            "email": "visitor@example.org",
            "phone": "",
            "complaint_type": str(complaint_type),
            "body": BODY,
            "subject": "",
            "consent": "on",
            "captcha_1": "PASSED",
        }

    def get(self, address, data=None, **kwargs):
        return self.client.get(address, data, **kwargs)

    def form(self, response, action=None):
        """The form of a page (the one that goes to ``action``), as a browser would send it back."""
        forms = list(soup(response).select("form[method=post]"))
        if action:
            forms = [form for form in forms if form["action"] == action]
        assert len(forms) == 1, f"{len(forms)} forms for {action}"
        return forms[0]["action"], fields_of(forms[0])

    def send(self, response, action=None, follow=False, **changes):
        """Fill in the form of ``response`` and send it. A change to ``None`` leaves the field out."""
        address, data = self.form(response, action)
        data.update(changes)
        data = {name: value for name, value in data.items() if value is not None}
        return self.client.post(address, data, follow=follow)

    def look_up(self, reference, email="visitor@example.org", phone="", **kwargs):
        page = self.client.get(STATUS)
        return self.send(page, STATUS, reference=reference, email=email, phone=phone, **kwargs)

    def open(self, ticket):
        """Follow the mailed link, as its reader does, to the conversation."""
        asked = self.client.get(urlsplit(link_url(ticket)).path)
        assert asked.status_code == 200, asked.status_code
        return self.send(asked, asked.request["PATH_INFO"], follow=True)

    def complain(self, **changes):
        """Open the form, fill it in, and send it."""
        return self.send(self.get(FORM), FORM, **{**self.answers, **changes})

    def ticket(self, **changes):
        response = self.complain(**changes)
        assert response.status_code == 302, text_of(response)[:800]
        return Ticket.objects.latest("pk")
