"""The knowledge base at the desk: a link to an article in a reply, and an article written from a ticket."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from playwright.sync_api import expect

from tests.e2e.test_axe import OPTIONS
from tests.factories import make_user
from wagtail_helpdesk.models import Message
from wagtail_helpdesk.pages.models import ArticlePage, KnowledgeBasePage, TopicPage
from wagtail_helpdesk.tickets import accept, escalate

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LOOKS = ["desktop light en", "phone dark en"]


@pytest.fixture
def topic(support):
    base = support.add_child(instance=KnowledgeBasePage(title="Help", slug="help"))
    return base.add_child(instance=TopicPage(title="Lamps", slug="lamps"))


@pytest.fixture
def desk(desk):
    """With somebody who moderates pages, by the workflow that comes with Wagtail."""
    moderators = Group.objects.get(name="Moderators")
    desk.moderator = make_user("moderator", groups=[moderators])
    return desk


def publish(topic, title, body, **fields):
    value = json.dumps([{"type": "paragraph", "value": f"<p>{body}</p>"}])
    page = topic.add_child(instance=ArticlePage(title=title, body=value, **fields))
    page.save_revision().publish()
    return page


def axe(person):
    person.page.wait_for_timeout(1_000)  # what fades in has no colour of its own yet
    violations = Axe().run(person.page, options=OPTIONS).response["violations"]
    return [
        (violation["id"], [node["target"] for node in violation["nodes"]])
        for violation in violations
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_a_link_to_an_article_goes_into_the_reply(people, desk, ticket, topic, look):
    public = publish(topic, "The <lamp> is dark", "Change the bulb of the lamp.")
    publish(topic, "Lamps of the first series", "A dark lamp: the transformer.", internal=True)
    accept(ticket, by=desk.first_level1)
    agent = people.agent(desk.first_level1, look=look)
    agent.opens(ticket)
    agent.find("#id_body").fill("Dear visitor,\n\nKind regards")
    agent.find("#id_body").evaluate("text => text.setSelectionRange(14, 14)")
    agent.find("[data-side-panel-toggle=articles]").click()
    agent.sees(".wh-panel__articles", "Lamps of the first series")
    expect(agent.find(".wh-panel__articles button")).to_have_count(1)
    agent.look("articles")
    assert axe(agent) == []

    # By the keyboard: look for another, and back.
    agent.find("#wh-articles-query").fill("zebra")
    agent.page.keyboard.press("Enter")
    expect(agent.find(".wh-panel__articles")).to_have_count(0)
    expect(agent.find("#wh-articles-query")).to_be_focused()
    agent.find("#wh-articles-query").fill("bulb")
    agent.page.keyboard.press("Enter")
    agent.sees(".wh-panel__articles", "The <lamp> is dark")
    assert f"/tickets/{ticket.pk}/" in agent.page.url
    agent.find(".wh-panel__articles button").focus()
    agent.page.keyboard.press("Enter")
    expect(agent.find("#id_body")).to_be_focused()
    link = f"The <lamp> is dark\n{public.full_url}"
    expect(agent.find("#id_body")).to_have_value(f"Dear visitor,\n{link}\nKind regards")
    expect(agent.find("#id_body")).to_be_in_viewport()
    agent.page.keyboard.type(" and good luck!")
    agent.find("[formaction*='/reply/']").click()
    agent.sees(".messages .success")
    body = f"Dear visitor,\n{link} and good luck!\nKind regards"
    assert Message.objects.get().body == body


def test_a_link_goes_to_the_end_of_a_text_that_nobody_has_been_in(people, desk, ticket, topic):
    publish(topic, "The lamp is dark", "Change the bulb of the lamp.")
    agent = people.agent(desk.first_level1)
    agent.opens(ticket)
    agent.find("#id_body").evaluate("text => { text.value = 'Kept from before'; }")
    agent.find("#id_body").evaluate("text => text.setSelectionRange(0, 0)")
    agent.find("[data-side-panel-toggle=articles]").click()
    agent.find(".wh-panel__articles button").click()
    value = agent.find("#id_body").input_value()
    assert value.startswith("Kept from before\nThe lamp is dark\nhttp")


@pytest.mark.parametrize("look", [*LOOKS, "desktop dark id"])
def test_from_a_solved_ticket_to_an_article_that_visitors_find(people, desk, ticket, topic, look):
    contact = ticket.contact
    level1 = people.agent(desk.first_level1, look=look)
    level1.opens(ticket)
    level1.accepts()
    level1.replies(f"Dear {contact.name}, change the bulb of the lamp.")
    level1.solves(outcome="fixed", solution="A new bulb")
    level1.look("solved")
    assert axe(level1) == []
    level1.find("a[href$='/article/']").click()
    level1.page.wait_for_url("**/article/")
    level1.sees(".wh-masked", contact.name)
    level1.look("article-form")
    assert axe(level1) == []

    level1.find("[name=answer]").fill("")
    level1.find("[data-edit-form] button[type=submit]").click()
    level1.sees(".wh-summary a[href='#id_answer']")
    level1.look("article-form-with-errors")
    assert axe(level1) == []
    level1.find("[name=title]").fill("The lamp over the door stays dark")
    level1.find("[name=answer]").fill("Change the bulb of the lamp.")
    level1.find("[data-edit-form] button[type=submit]").dblclick()
    level1.page.wait_for_url(f"**/tickets/{ticket.pk}/")
    level1.sees(".wh-strip", "The lamp over the door stays dark")
    level1.look("draft-made")
    level1.leaves()

    visitor = people.visitor(look=look.replace("id", "en"))  # the knowledge base is English
    search = "/support/help/search/?q=my+lamp+is+dark"
    visitor.go(search)
    visitor.sees_no("main a[href*='stays-dark']")

    page = ArticlePage.objects.get()
    moderator = people.agent(desk.moderator, look=look)
    moderator.go(f"/admin/pages/{page.pk}/edit/")
    moderator.find("[data-workflow-action-name=approve]").first.evaluate("button => button.click()")
    moderator.page.wait_for_url("**/admin/pages/**", wait_until="load")
    expect(moderator.find(".messages .success")).to_be_visible()
    moderator.leaves()
    page.refresh_from_db()
    assert page.live

    visitor.go(search)
    visitor.find("main a[href*='stays-dark']").first.click()
    visitor.sees("main", "Change the bulb of the lamp.")
    assert contact.name not in visitor.find("main").inner_text()

    level1 = people.agent(desk.first_level1, look=look)
    level1.go(f"/admin/helpdesk/tickets/{ticket.pk}/")
    expect(level1.find(".wh-strip a")).to_have_attribute("href", page.full_url)


@pytest.mark.parametrize("look", LOOKS)
def test_a_line_for_level_1_becomes_a_draft_for_staff(people, desk, ticket, topic, look):
    escalate(ticket, by=desk.first_level1, reason=desk.reasons[0].code, note="Bulb changed.")
    level2 = people.agent(desk.first_level2, look=look)
    level2.opens(ticket)
    dialog = level2.opens_dialog("solve")
    dialog.locator("[name=outcome]").select_option("fixed")
    dialog.locator("[name=solution]").fill("A new fuse")
    dialog.locator("[name=lesson]").fill("Ask whether the fuse is whole.")
    level2.look("solve")
    assert axe(level2) == []
    dialog.locator("button[type=submit]").click()
    expect(level2.find(".messages .success")).to_have_count(2)
    level2.sees(".wh-strip", ticket.subject)
    level2.look("solved")
    page = ArticlePage.objects.get()
    assert page.internal and not page.live
