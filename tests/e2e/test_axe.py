"""No violation that axe can find of WCAG 2.2 A and AA. What axe cannot find is looked at by people."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.factories import make_procedure, make_ticket
from wagtail_helpdesk.links import link_url
from wagtail_helpdesk.models import CannedReply, Ticket
from wagtail_helpdesk.tickets import accept, escalate, note, reply
from wagtail_helpdesk.tickets.drafts import save_draft

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
LOOKS = ["phone light en", "desktop dark id"]


class Checked:
    """Looks at pages through axe; ``report`` is empty when all is well."""

    def __init__(self, person):
        self.person = person
        self.report = []

    def page(self, name):
        self.person.look(name)
        # What fades in has no colour of its own yet; Wagtail's messages take longest.
        has_message = self.person.page.locator(".messages li").count()
        self.person.page.wait_for_timeout(1_000 if has_message else 300)
        for violation in Axe().run(self.person.page, options=OPTIONS).response["violations"]:
            places = [" ".join(map(str, node["target"])) for node in violation["nodes"]]
            self.report.append(f"{name}: {violation['id']} at {'; '.join(places[:5])}")


@pytest.mark.parametrize("look", [*LOOKS, "phone dark en", "desktop light id"])
def test_public_pages(people, desk, look):
    visitor = people.visitor(look=look)
    checked = Checked(visitor)
    visitor.go("/support/")
    checked.page("landing")
    visitor.go("/support/complaint/")
    checked.page("form")
    visitor.find("[name=ask_question]").click()
    visitor.find("[name=ask_picture]").wait_for()
    visitor.send()
    visitor.sees(".wh-summary")
    checked.page("form with errors")
    visitor.fill_in_complaint(complaint_type=desk.types["First"], body="The lamp is dark.")
    visitor.send()
    reference = visitor.reads_reference()
    checked.page("confirmation")
    visitor.go("/support/status/")
    checked.page("look-up")
    visitor.looks_up("HD-00000-00000")
    visitor.sees(".wh-notice--warning")
    checked.page("look-up without result")
    visitor.looks_up(reference)
    visitor.sees(".wh-status--new")
    checked.page("look-up with result")
    visitor.go("/support/status/lost/")
    checked.page("lost reference")
    ticket = Ticket.objects.get(reference=reference)
    a_conversation_about(ticket, desk)
    visitor.go(link_url(ticket))
    checked.page("link")
    visitor.find("main form button").click()
    visitor.sees(".wh-timeline")
    checked.page("conversation")
    visitor.find("form[action$='/solve/'] button").click()
    visitor.sees(".wh-status--solved")
    checked.page("conversation of a solved ticket")
    assert checked.report == []


@pytest.mark.parametrize("look", LOOKS)
def test_staff_pages(people, desk, look):
    tickets = [make_ticket(desk, subject=f"Lamp {number}") for number in range(3)]
    a_conversation_about(tickets[0], desk)
    agent = people.agent(desk.first_leader, look=look)
    checked = Checked(agent)
    agent.go("/admin/")
    agent.sees("#helpdesk-section")
    checked.page("home")
    agent.go("/admin/helpdesk/tickets/?view=all")
    checked.page("queue")
    agent.go("/admin/helpdesk/tickets/?view=mine")
    checked.page("empty queue")
    make_procedure(desk, "Look at the bulb!", "Ask since when")
    CannedReply.objects.create(title="Bulb", body="Dear {{ name }}, look at the bulb.")
    save_draft(tickets[0], by=desk.first_leader, body="Begun", kind="note")
    agent.go(f"/admin/helpdesk/tickets/{tickets[0].pk}/?view=divisions")
    checked.page("ticket")
    agent.find(".wh-canned > summary").click()
    agent.find(".wh-canned__list summary").click()
    checked.page("canned replies")
    agent.find(".wh-keys-button").click()
    agent.sees(".wh-keys")
    checked.page("keys")
    agent.page.keyboard.press("Escape")
    agent.find("#procedure .wh-tick").first.click()
    checked.page("ticked step")
    agent.opens_dialog("escalate")
    checked.page("escalation dialog")
    agent.go(f"/admin/helpdesk/tickets/{tickets[0].pk}/triage/")
    checked.page("triage page")
    agent.go(f"/admin/helpdesk/tickets/{tickets[0].pk}/history/")
    checked.page("history")
    agent.go("/admin/helpdesk/tickets/record/")
    checked.page("record")
    agent.find("main form [type=submit]:not([name=find])").last.click()
    agent.sees(".error-message")
    checked.page("record with errors")
    select_all_and_close(agent)
    checked.page("bulk confirmation")
    assert checked.report == []


# On a telephone, Wagtail's own toggle of the minimap is smaller than it may be.
@pytest.mark.parametrize("look", ["desktop light en", "desktop dark id"])
def test_pages_of_procedures_and_canned_replies(people, desk, look):
    procedure = make_procedure(desk, "Look at the bulb!", "Ask since when")
    reply = CannedReply.objects.create(title="Bulb", body="Dear {{ name }}, look at the bulb.")
    agent = people.agent(desk.manager, look=look)
    checked = Checked(agent)
    for place in ("", "add/", f"edit/{procedure.pk}/", f"history/{procedure.pk}/"):
        agent.go(f"/admin/helpdesk/procedures/{place}")
        checked.page(f"procedures {place}")
    for place in ("", "new/", f"edit/{reply.pk}/"):
        agent.go(f"/admin/helpdesk/replies/{place}")
        checked.page(f"canned replies {place}")
    assert checked.report == []


def a_conversation_about(ticket, desk):
    level1 = desk.first_level1
    accept(ticket, by=level1)
    note(ticket, by=level1, body="Sounds like the fuse.")
    reply(ticket, by=level1, body="Which type is it?")
    reason = desk.reasons[0].code
    escalate(ticket, by=level1, reason=reason, note="Bulb changed.")


def select_all_and_close(agent):
    agent.go("/admin/helpdesk/tickets/?view=all")
    agent.find(".wh-queue [data-bulk-action-checkbox]").first.check()
    agent.find("a[data-bulk-action-button][href*='/close/']").click()
    agent.page.wait_for_url("**/close/**")
