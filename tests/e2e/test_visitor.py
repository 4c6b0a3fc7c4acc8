"""The visitor's half on its own: every look, without scripts, by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import LOOKS
from wagtail_helpdesk.models import Ticket
from wagtail_helpdesk.tickets import accept, reply

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

FILE = {"name": "lamp.txt", "mimeType": "text/plain", "buffer": b"A lamp of type 12."}


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_in_every_look(people, desk, look):
    visitor = people.visitor(look=look)
    visitor.go("/support/")
    visitor.look("landing")
    visitor.go("/support/complaint/")
    visitor.look("form")
    visitor.send()
    visitor.sees(".wh-summary")
    expect(visitor.find(".wh-summary")).to_be_focused()
    visitor.look("form-errors")
    visitor.fill_in_complaint(complaint_type=desk.types["First"], body="The lamp is dark.")
    visitor.send()
    reference = visitor.reads_reference()
    visitor.look("sent")
    visitor.looks_up("HD-00000-00000")
    visitor.sees(".wh-notice--warning")
    visitor.look("missed")
    visitor.looks_up(reference)
    visitor.sees(".wh-status--new")
    visitor.look("status")
    visitor.go("/support/status/lost/")
    visitor.look("lost")
    visitor.find("[name=email]").fill(visitor.email)
    visitor.find("form.wh-form button").click()
    visitor.page.wait_for_url("**/status/link-sent/")
    visitor.look("link-sent")
    visitor.go(f"/helpdesk/tickets/{reference}/")
    visitor.sees(".wh-timeline")
    visitor.look("conversation")
    stranger = people.visitor(look=look)
    stranger.follows_mailed_link()
    stranger.sees(".wh-timeline", "The lamp is dark.")
    stranger.find("form[action$='/leave/'] button").click()
    stranger.sees_no(".wh-timeline")
    stranger.look("left")


@pytest.mark.parametrize("look", ["phone dark en", "desktop light id"])
def test_without_javascript(people, desk, look):
    """The whole of the visitor's half: an error on the way, files kept, an answer, solved, reopened."""
    visitor = people.visitor(look=look, javascript=False)
    visitor.go("/support/")
    visitor.find("main a[href$='/complaint/']").click()
    visitor.fill_in_complaint(complaint_type=desk.types["First"], body="", file=FILE)
    visitor.send()
    visitor.sees(".wh-summary a[href='#id_body']")
    visitor.sees(".wh-files__name", "lamp.txt")
    visitor.look("form-errors")
    visitor.find("[name=body]").fill("The lamp is dark.")
    visitor.send()
    reference = visitor.reads_reference()
    visitor.look("sent")

    visitor.looks_up(reference)
    visitor.sees(".wh-status--new")
    visitor.find("form[action$='/status/link/'] button").click()
    visitor.sees(".wh-notice--information")
    visitor.look("link-asked")

    ticket = accept(Ticket.objects.get(), by=desk.first_level1)
    reply(ticket, by=desk.first_level1, body="Which type is it?", status="pending")
    reader = people.visitor(look=look, javascript=False)
    reader.follows_mailed_link()
    reader.sees(".wh-files__name", "lamp.txt")
    reader.sees(".wh-status--pending")
    reader.find("[name=body]").fill("Of type 12.")
    reader.find("input[type=file]").set_input_files({**FILE, "name": "again.txt"})
    reader.send()
    reader.sees(".wh-notice--done")
    reader.sees(".wh-files__name >> nth=1", "again.txt")
    reader.find("form[action$='/solve/'] button").click()
    reader.sees(".wh-status--solved")
    reader.look("solved")
    reader.find("[name=body]").fill("Dark again.")
    reader.send()
    reader.sees(".wh-status--open")
    reader.look("reopened")
    ticket.refresh_from_db()
    assert ticket.status == "open"


class Keys:
    """Tab, Enter, Space and letters; where the focus is must be seen."""

    def __init__(self, person):
        self.page = person.page
        self.press = self.page.keyboard.press
        self.type = self.page.keyboard.type

    def tab_to(self, selector, limit=40):
        for _press in range(limit):
            self.press("Tab")
            if self.page.evaluate("css => document.activeElement.matches(css)", selector):
                outline = self.page.evaluate(
                    "getComputedStyle(document.activeElement).outlineStyle"
                )
                assert outline != "none", f"{selector} does not show that it has the focus"
                return
        raise AssertionError(f"{selector} is not reached by Tab")

    def fill(self, **answers):
        for name, text in answers.items():
            self.tab_to(f"[name={name}]")
            self.type(text)

    def choose_file(self, file):
        self.tab_to("input[type=file]")
        with self.page.expect_file_chooser() as chooser:
            self.press("Space")
        chooser.value.set_files(file)


def test_by_keyboard_alone(people, desk):
    visitor = people.visitor()
    keys = Keys(visitor)
    visitor.go("/support/")
    keys.tab_to("a[href$='/complaint/']")
    keys.press("Enter")
    visitor.page.wait_for_url("**/complaint/")
    keys.fill(name="A. Visitor", email=visitor.email)
    # Enter sends: with the rest missing, the summary has the focus, and its link leads to the field.
    keys.press("Enter")
    visitor.sees(".wh-summary")
    expect(visitor.find(".wh-summary")).to_be_focused()
    keys.tab_to(".wh-summary a[href='#id_body']")
    keys.press("Enter")
    expect(visitor.find("[name=body]")).to_be_focused()
    keys.type("The lamp is dark.")
    keys.press("Shift+Tab")
    expect(visitor.find("[name=complaint_type]")).to_be_focused()
    keys.press("ArrowDown")
    expect(visitor.find("[name=complaint_type]")).to_have_value(str(desk.types["First"].pk))
    keys.choose_file(FILE)
    keys.tab_to("[name=consent]")
    keys.press("Space")
    keys.fill(captcha_1="PASSED")
    keys.tab_to("[data-wh-send]")
    keys.press("Space")
    reference = visitor.reads_reference()
    ticket = Ticket.objects.get(reference=reference)
    assert ticket.complaint_type == desk.types["First"]

    keys.tab_to("a[href$='/status/']")
    keys.press("Enter")
    visitor.page.wait_for_url("**/status/")
    keys.fill(reference=reference, email=visitor.email)
    keys.press("Enter")
    visitor.sees(".wh-status--new")
    keys.tab_to("form[action$='/status/link/'] button")
    keys.press("Enter")
    visitor.sees(".wh-notice--information")

    link = re.search(r"http\S+/helpdesk/t/[^\s/]+/", visitor.mails()[-1].body)[0]
    visitor.go(link)
    keys.tab_to("main form button")
    keys.press("Enter")
    visitor.page.wait_for_url(f"**/helpdesk/tickets/{reference}/")
    keys.fill(body="I looked again.")
    keys.tab_to("[data-wh-send]")
    keys.press("Enter")
    visitor.sees(".wh-notice--done")
    visitor.sees(".wh-timeline", "I looked again.")
    keys.tab_to("form[action$='/solve/'] button")
    keys.press("Enter")
    visitor.sees(".wh-status--solved")
    keys.fill(body="Dark again.")
    keys.tab_to("[data-wh-send]")
    keys.press("Space")
    visitor.sees(".wh-status--open")
