"""A Level 1's hour by keyboard alone: from ticket to ticket, by procedure, with canned replies and drafts."""

import pytest
from playwright.sync_api import expect

from tests.factories import make_procedure, make_ticket
from wagtail_helpdesk.models import CannedReply, Message, ReplyDraft, StepTick, Ticket

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
QUEUE = "/admin/helpdesk/tickets/"


def press(agent, *keys):
    for key in keys:
        agent.page.keyboard.press(key)


def arrives_at(agent, ticket, view):
    agent.page.wait_for_url(f"**/tickets/{ticket.pk}/?view={view}**")
    agent.page.wait_for_load_state()


def focused(agent, selector):
    expect(agent.find(selector)).to_be_focused()


def test_an_hour_without_a_mouse(people, desk):
    first, second, third = (make_ticket(desk, subject=f"Lamp {number}") for number in (1, 2, 3))
    make_procedure(desk, "Look at the bulb!", "Ask since when")
    reply = CannedReply.objects.create(title="Bulb", body="Dear {{ name }}, look at the bulb.")
    CannedReply.objects.create(title="Fuse", body="Look at the fuse.")
    agent = people.agent(desk.first_level1)

    # The queue, row by row.
    agent.go(f"{QUEUE}?view=unassigned")
    agent.find(".wh-queue").wait_for()
    press(agent, "j")
    focused(agent, f"#ticket_{first.pk}_title")
    press(agent, "j", "k", "Enter")
    arrives_at(agent, first, "unassigned")

    # The sheet of keys, and out of it; while it is open no key of the page does anything.
    press(agent, "h")
    agent.sees(".wh-keys")
    agent.look("keys")
    press(agent, "a", "Escape")
    expect(agent.find(".wh-keys")).to_be_hidden()
    first.refresh_from_db()
    assert first.assignee is None

    # Accept, and the procedure.
    press(agent, "a")
    agent.sees(".messages .success")
    first.refresh_from_db()
    assert first.assignee == desk.first_level1
    agent.find("#procedure .wh-tick").first.focus()
    press(agent, "Space")
    expect(agent.find("#procedure .wh-tick").first).to_have_attribute("aria-checked", "true")
    focused(agent, "#procedure .wh-tick >> nth=0")
    assert StepTick.objects.count() == 1
    expect(agent.find("[data-wh-procedure-summary]")).to_contain_text("1")
    expect(agent.find("[data-wh-procedure-summary] small")).to_have_count(0)
    agent.look("procedure")

    # A reply: typing is typing, a canned one at the cursor, and off with it.
    press(agent, "r")
    focused(agent, "#id_body")
    agent.page.keyboard.type("Hello, this is a reply.")
    agent.find(".wh-canned > summary").focus()
    press(agent, "Enter")
    focused(agent, "#wh-canned-query")
    agent.page.keyboard.type("bulb")
    press(agent, "Enter")
    focused(agent, ".wh-canned__list button >> nth=0")
    agent.look("canned")
    press(agent, "Enter")
    focused(agent, "#id_body")
    press(agent, "Control+Enter")
    agent.sees(".messages .success")
    sent = Message.objects.get(kind="reply")
    assert sent.body == "Hello, this is a reply.\nDear A. Visitor, look at the bulb."
    reply.refresh_from_db()
    assert reply.used == 1

    # Solve it, and on to the next one by itself.
    press(agent, "s")
    dialog = agent.find("#wh-operation-body form")
    expect(dialog).to_be_visible()
    focused(agent, "#wh-operation-body [name=outcome]")
    agent.page.keyboard.type("Fixed")
    press(agent, "Tab")
    agent.page.keyboard.type("New bulb")
    press(agent, "Enter")
    arrives_at(agent, second, "unassigned")
    assert Ticket.objects.get(pk=first.pk).status == "solved"

    # A note on this one; the next; escalate that.
    press(agent, "n")
    focused(agent, "#id_body")
    agent.page.keyboard.type("r n a e: only letters here.")
    agent.look("note")
    press(agent, "Control+Enter")
    agent.sees(".messages .success")
    assert Message.objects.get(kind="note").body == "r n a e: only letters here."
    press(agent, "j")
    arrives_at(agent, third, "unassigned")
    press(agent, "k")
    arrives_at(agent, second, "unassigned")
    press(agent, "j")
    arrives_at(agent, third, "unassigned")
    press(agent, "e")
    expect(agent.find("#wh-operation-body form")).to_be_visible()
    agent.find("#wh-operation-body [name=reason]").focus()
    agent.page.keyboard.type("needs")
    agent.find("#wh-operation-body [name=note]").focus()
    agent.page.keyboard.type("Too deep for me.")
    agent.find("#wh-operation-body button[type=submit]").focus()
    press(agent, "Enter")
    arrives_at(agent, second, "unassigned")
    third.refresh_from_db()
    assert third.level == desk.level2


def test_without_wagtails_switch_no_key_does_anything(people, desk, ticket):
    agent = people.agent(desk.first_level1)
    profile = desk.first_level1.wagtail_userprofile
    profile.keyboard_shortcuts = False
    profile.save()
    agent.opens(ticket, view="unassigned")
    agent.sees_no(".wh-keys-button")
    press(agent, "a", "j", "n")
    agent.page.wait_for_timeout(500)
    ticket.refresh_from_db()
    assert ticket.assignee is None and f"/{ticket.pk}/" in agent.page.url


def kept(agent):
    expect(agent.find("[data-wh-draft-target=saved]")).to_be_visible()


@pytest.mark.parametrize("look", ["phone dark id", "desktop light en"])
def test_a_text_survives_leaving_and_a_lost_session(people, desk, ticket, look):
    agent = people.agent(desk.first_level1, look=look)
    asked = []
    agent.page.on("dialog", lambda dialog: asked.append(dialog.type))
    agent.opens(ticket, view="unassigned")
    agent.page.wait_for_timeout(2_500)  # Wagtail looks what the form holds
    agent.find("#id_body").press_sequentially("Half a")
    kept(agent)
    agent.page.wait_for_timeout(700)
    agent.go(QUEUE)
    assert asked == []  # a text that is kept needs no asking
    agent.opens(ticket, view="unassigned")
    expect(agent.find("#id_body")).to_have_value("Half a")
    agent.sees(".wh-draft")
    agent.look("draft")

    # The session is lost while one writes on: the text stays in the tab, and is found after the next login.
    agent.problems.clear()
    cookies = agent.context.cookies()
    agent.context.clear_cookies(name="sessionid")
    agent.find("#id_body").fill("Half a text, and more")
    expect(agent.find("[data-wh-draft-target=unsaved]")).to_be_visible()
    assert ReplyDraft.objects.get().body == "Half a"
    agent.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])
    agent.page.reload()
    expect(agent.find("#id_body")).to_have_value("Half a text, and more")
    kept(agent)
    assert ReplyDraft.objects.get().body == "Half a text, and more"
    assert agent.page.evaluate("Object.keys(sessionStorage).filter(k => k.includes('draft'))") == []

    agent.find(".wh-draft button").click()
    expect(agent.find("#id_body")).to_have_value("")
    assert not ReplyDraft.objects.exists()
