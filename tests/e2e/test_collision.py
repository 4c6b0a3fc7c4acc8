"""Two agents at one ticket, and what a dialog and an unsaved text owe to whoever uses them."""

import pytest
from playwright.sync_api import expect

from wagtail_helpdesk.models import Message
from wagtail_helpdesk.tickets import accept

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_the_second_sender_is_stopped_sees_what_is_new_and_sends_anyway(people, desk, ticket):
    accept(ticket, by=desk.first_level1)
    slow = people.agent(desk.first_level1, look="phone light en")
    slow.opens(ticket)
    slow.find("#id_body").fill("My careful answer.")
    quick = people.agent(desk.first_leader)
    quick.opens(ticket)
    quick.replies("The quick answer.")
    quick.leaves()

    slow.find("[formaction*='/reply/']").click()
    slow.sees(".wh-news", "The quick answer.")
    expect(slow.find(".wh-news")).to_be_focused()
    slow.sees(".wh-entry--fresh", "The quick answer.")
    expect(slow.find("#id_body")).to_have_value("My careful answer.")
    assert not Message.objects.filter(body="My careful answer.").exists()
    slow.look("stopped")

    slow.find("[formaction*='/reply/']").click()
    slow.sees(".messages .success")
    slow.sees(".wh-entry--reply >> nth=-1", "My careful answer.")
    assert Message.objects.filter(body="My careful answer.").count() == 1
    slow.find("#id_body").wait_for()
    expect(slow.find("#id_body")).to_have_value("")


def test_a_stopped_operation_keeps_its_form(people, desk, ticket):
    accept(ticket, by=desk.first_level1)
    slow = people.agent(desk.first_level1, look="phone dark en")
    slow.opens(ticket)
    dialog = slow.opens_dialog("escalate")
    dialog.locator("[name=reason]").select_option("needs-deeper-knowledge")
    dialog.locator("[name=note]").fill("Bulb changed.")
    quick = people.agent(desk.first_leader)
    quick.opens(ticket)
    quick.notes("I have the key to the roof.")
    quick.leaves()

    dialog.locator("button[type=submit]").click()
    slow.sees(".wh-news", "I have the key to the roof.")
    expect(slow.find("[name=note]")).to_have_value("Bulb changed.")
    slow.look("stopped-escalation")
    slow.find(".wh-operation-page form button[type=submit]").click()
    slow.sees(".messages .success")
    slow.sees_level(desk.level2)


def test_a_dialog_gives_the_focus_back(people, desk, ticket):
    agent = people.agent(desk.first_level1)
    agent.opens(ticket)
    for verb in ("escalate", "solve"):
        opener = agent.find(f"a[href*='/{verb}/']")
        opener.focus()
        agent.page.keyboard.press("Enter")
        dialog = agent.find("#wh-operation-body form")
        expect(dialog).to_be_visible()
        inside = "document.activeElement.closest('#wh-operation-dialog') !== null"
        assert agent.page.evaluate(inside), f"{verb}: the focus stays outside"
        agent.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        expect(opener).to_be_focused()


def test_leaving_an_unsent_text_that_could_not_be_kept_is_asked_about(people, desk, ticket):
    """One that is kept as a draft needs no asking: test_keyboard.py."""
    agent = people.agent(desk.first_level1)
    agent.opens(ticket)
    asked = []
    agent.page.on("dialog", lambda dialog: asked.append(dialog.type))
    # Wagtail looks two seconds after the page has come what its form holds, and then twice a second.
    agent.page.wait_for_timeout(2_500)
    agent.go("/admin/helpdesk/tickets/")
    assert asked == []
    agent.page.go_back()
    agent.page.wait_for_timeout(2_500)
    agent.page.route("**/draft/", lambda route: route.abort())
    agent.find("#id_body").press_sequentially("Half a")
    agent.page.wait_for_timeout(1_500)
    agent.sees("[data-wh-draft-target=unsaved]")
    agent.go("/admin/helpdesk/tickets/")
    assert asked == ["beforeunload"]
