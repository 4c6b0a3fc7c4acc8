"""The ticket's page on small windows, and when its reader has lost the right to it."""

import pytest
from playwright.sync_api import expect

from wagtail_helpdesk.models import DivisionMember
from wagtail_helpdesk.tickets import accept, assign, escalate

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

LOOKS = [
    ("desktop light en", {"width": 1200, "height": 700}),
    ("desktop dark id", {"width": 1200, "height": 700}),
    ("phone light id", {"width": 360, "height": 640}),
    ("phone dark en", {"width": 360, "height": 640}),
]


@pytest.fixture
def busy(desk, ticket):
    """A ticket with which a leader may do everything."""
    escalate(ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Dark.")
    return ticket


@pytest.mark.parametrize(("look", "size"), LOOKS)
def test_a_dialog_s_button_is_in_sight_and_the_menu_closes(people, desk, busy, look, size):
    leader = people.agent(desk.first_leader, look=look)
    leader.page.set_viewport_size(size)
    leader.opens(busy)
    more = leader.find(".wh-more > summary")
    for verb in ("escalate", "hand_back", "solve", "wait", "assign", "triage", "close", "merge"):
        if not leader.find(f"a[href*='/{verb}/']").is_visible():
            more.click()
        dialog = leader.opens_dialog(verb)
        leader.page.wait_for_timeout(300)  # it fades in
        hit = dialog.locator("form button[type=submit]").evaluate(
            """button => {
              const box = button.getBoundingClientRect();
              const seen = document.elementFromPoint(box.x + box.width / 2, box.bottom - 2);
              return box.top >= 0 && box.bottom <= window.innerHeight && button.contains(seen);
            }"""
        )
        assert hit, f"{verb}: the button is out of sight"
        leader.page.keyboard.press("Escape")
        expect(dialog.locator("form")).to_be_hidden()
    expect(more).to_be_focused()  # that is where "merge" was opened
    more.click()
    expect(leader.find(".wh-more")).to_have_attribute("open", "")
    leader.page.keyboard.press("Escape")
    expect(leader.find(".wh-more")).not_to_have_attribute("open", "")
    expect(more).to_be_focused()
    more.click()
    leader.find(".wh-ticket__subject").click()
    expect(leader.find(".wh-more")).not_to_have_attribute("open", "")
    leader.look("ticket")


def test_the_menu_of_further_actions_lies_over_the_page(people, desk, busy):
    leader = people.agent(desk.first_leader)
    leader.opens(busy)
    before = leader.find(".wh-timeline").bounding_box()
    leader.find(".wh-more > summary").click()
    assert leader.find(".wh-timeline").bounding_box() == before


@pytest.mark.parametrize(("look", "size"), LOOKS)
def test_from_the_strip_to_the_composer_in_one_step(people, desk, busy, look, size):
    agent = people.agent(desk.first_leader, look=look)
    agent.page.set_viewport_size(size)
    agent.opens(busy)
    agent.find(".wh-actions a[data-wh-write=reply]").click()
    expect(agent.find("#id_body")).to_be_focused()
    expect(agent.find("#composer-title")).to_be_in_viewport()


@pytest.mark.parametrize("keeps_reading", [False, True])
def test_who_lost_the_right_is_told_and_asks_no_more(people, desk, ticket, keeps_reading):
    if keeps_reading:
        accept(ticket, by=desk.first_level1)
    agent = people.agent(desk.first_level1)
    agent.opens(ticket)
    agent.find("#id_body").fill("Half an answer")
    if keeps_reading:
        assign(ticket, by=desk.first_leader, assignee=desk.first_leader)
    DivisionMember.objects.filter(user=desk.first_level1).delete()
    agent.find(".w-editing-sessions").dispatch_event("w-session:ping")
    agent.sees("#wh-lost p", "work on this ticket" if keeps_reading else "see this ticket")
    agent.sees_no(".w-editing-sessions")
    expect(agent.find("#id_body")).to_have_value("Half an answer")
    note = agent.find("[formaction*='/note/']")
    expect(note).to_be_enabled() if keeps_reading else expect(note).to_be_disabled()
    # The one refusal is in Wagtail's console message; nothing else is.
    assert [problem for problem in agent.problems if "Error fetching" not in problem] == []
    assert len(agent.problems) == 1
    agent.problems.clear()
