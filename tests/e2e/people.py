"""Who sits at a browser, and what they do there: by names, roles and addresses, never by English words."""

import os
import re
from itertools import count
from pathlib import Path

from django.core import mail
from django.utils import translation
from playwright.sync_api import expect

from wagtail_helpdesk.notify.delivery import deliver_due

SIZES = {"phone": {"width": 360, "height": 740}, "desktop": {"width": 1366, "height": 900}}
#: Every look that a page is promised to work in.
LOOKS = [
    f"{size} {scheme} {language}"
    for size in SIZES
    for scheme in ("light", "dark")
    for language in ("en", "id")
]
#: Stands in every private text of these tests; whoever reads it in public has found a leak.
PRIVATE = "between-colleagues"
numbers = count(1)


class Person:
    """A browser with a look: "phone dark id" is 360 pixels wide, dark and Indonesian.

    ``problems`` gathers what no page may do: errors in the console, requests to other machines,
    dialogs that a script opened, answers that failed.
    """

    def __init__(self, new_context, address, *, look, javascript=True):
        size, scheme, self.language = look.split()
        self.address = address
        self.look_name = look.replace(" ", "-")
        self.problems = []
        self.context = new_context(
            base_url=address,
            viewport=SIZES[size],
            color_scheme=scheme,
            locale={"en": "en-GB", "id": "id-ID"}[self.language],
            java_script_enabled=javascript,
        )
        self.context.set_default_timeout(30_000)
        self.page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.page.on("dialog", self._dialog)

    def _console(self, message):
        # Chromium reports a refused form (422, 409) here too; _response judges answers.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.problems.append(f"console: {message.text} ({self.page.url})")

    def _request(self, request):
        if not request.url.startswith((self.address, "data:", "blob:", "about:")):
            self.problems.append(f"foreign request: {request.url}")

    def _response(self, response):
        expected = response.request.is_navigation_request() and response.status in (409, 422)
        if response.status >= 400 and not expected and response.request.method == "GET":
            self.problems.append(f"{response.status}: {response.url}")
        if response.status >= 500:
            self.problems.append(f"{response.status}: {response.url}")

    def _dialog(self, dialog):
        if dialog.type != "beforeunload":
            self.problems.append(f"dialog: {dialog.message}")
        dialog.accept()

    def go(self, address):
        self.page.goto(address)

    def leaves(self):
        """Closes the browser. A ticket's page that stays open keeps asking who else is looking."""
        self.context.close()

    def find(self, selector):
        return self.page.locator(selector)

    def sees(self, selector, text=None):
        found = self.find(selector).first
        expect(found).to_be_visible()
        if text is not None:
            expect(found).to_contain_text(text)

    def sees_no(self, selector):
        expect(self.find(selector)).to_have_count(0)

    def look(self, name):
        """What holds on every page: nothing to scroll sideways, the reader's language."""
        self.page.wait_for_load_state()
        if folder := os.environ.get("E2E_SHOTS"):
            self._keep_picture(Path(folder) / self.look_name / f"{next(numbers):03}-{name}.png")
        wide = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name}: {wide} pixels too wide"
        language = self.page.evaluate("document.documentElement.lang")
        assert language.split("-")[0] == self.language, f"{name} speaks {language}"

    def _keep_picture(self, path):
        # The admin scrolls inside of its page, so the window itself has to be tall.
        size = self.page.viewport_size
        self.page.set_viewport_size({**size, "height": 1800 if "/admin/" in self.page.url else 900})
        self.page.screenshot(path=path, full_page=True)
        self.page.set_viewport_size(size)


class Visitor(Person):
    email = "visitor@example.org"

    def look(self, name):
        super().look(name)
        assert PRIVATE not in self.page.content(), f"{name} shows a private text"

    def fill_in_complaint(self, *, complaint_type, body, file=None, **others):
        fields = {"name": "A. Visitor", "email": self.email, "body": body, **others}
        for name, value in fields.items():
            self.find(f"[name={name}]").fill(value)
        self.find("[name=complaint_type]").select_option(str(complaint_type.pk))
        if file:
            self.find("input[type=file]").set_input_files(file)
        self.find("[name=consent]").check()
        self.find("[name=captcha_1]").fill("PASSED")

    def send(self):
        self.find("[data-wh-send]").click()

    def reads_reference(self):
        self.page.wait_for_url("**/complaint/sent/**")
        return self.find(".wh-reference").inner_text()

    def looks_up(self, reference, email=None):
        self.go("/support/status/")
        self.find("[name=reference]").fill(reference)
        self.find("[name=email]").fill(email or self.email)
        self.find("form.wh-form button").click()

    def mails(self):
        """What has come since, delivered now."""
        deliver_due()
        mine = [message for message in mail.outbox if self.email in message.to]
        assert not any(PRIVATE in str(message.message()) for message in mine)
        return mine

    def follows_mailed_link(self, name="link"):
        newest = self.mails()[-1]
        links = re.findall(rf"{re.escape(self.address)}/\S*helpdesk/t/[^\s/]+/", newest.body)
        assert links, newest.body
        self.go(links[0])
        self.look(name)
        self.find("main form[method=post] button").first.click()
        self.page.wait_for_url("**/helpdesk/tickets/**")


class Agent(Person):
    def sign_in(self, session):
        cookie = {"name": "sessionid", "value": session, "url": self.address}
        self.context.add_cookies([cookie])

    def opens(self, ticket, *, view="all"):
        """Through the queue, as one does."""
        self.go(f"/admin/helpdesk/tickets/?view={view}")
        self.look("queue")
        self.find(f"#ticket_{ticket.pk}_title").click()
        self.page.wait_for_url(f"**/helpdesk/tickets/{ticket.pk}/?view={view}**")

    def accepts(self):
        self.find("form[action*='/accept/'] button").click()
        self.sees(".messages .success")

    def replies(self, body, *, status=""):
        self._writes(body)
        self.find("[name=status]").select_option(status)
        self.find("[formaction*='/reply/']").click()
        self.sees(".messages .success")

    def notes(self, body):
        self._writes(body)
        self.find("[formaction*='/note/']").click()
        self.sees(".messages .success")

    def _writes(self, body):
        self.find("#id_body").fill(body)

    def opens_dialog(self, verb):
        self.find(f"a[href*='/{verb}/']").click()
        dialog = self.find("#wh-operation-body")
        expect(dialog.locator("form")).to_be_visible()
        wide = dialog.evaluate("body => body.scrollWidth - body.clientWidth")
        assert wide <= 0, f"{verb}: the dialog is {wide} pixels too narrow"
        goes_on = dialog.locator("[name=go_on]")
        if goes_on.count():  # these tests look at what has become of the ticket
            goes_on.uncheck()
        return dialog

    def escalates(self, *, reason, note):
        dialog = self.opens_dialog("escalate")
        self.look("escalate")
        dialog.locator("[name=reason]").select_option(reason)
        dialog.locator("[name=note]").fill(note)
        dialog.locator("button[type=submit]").click()
        self.sees(".messages .success")

    def solves(self, *, outcome, solution, body=""):
        dialog = self.opens_dialog("solve")
        self.look("solve")
        dialog.locator("[name=outcome]").select_option(outcome)
        dialog.locator("[name=solution]").fill(solution)
        dialog.locator("[name=body]").fill(body)
        dialog.locator("button[type=submit]").click()
        self.sees(".messages .success")

    def sees_status(self, status):
        self.sees(f".wh-strip .wh-status--{status}")

    def sees_level(self, level):
        with translation.override(self.language):  # a name that came with the desk is translated
            self.sees(".wh-strip__item:nth-child(2)", level.display_name)
