"""The knowledge base at the desk: a link to an article in a reply, and an article written from a ticket."""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.test_axe import OPTIONS
from wagtail_helpdesk.models import Message
from wagtail_helpdesk.pages.models import ArticlePage, KnowledgeBasePage, TopicPage
from wagtail_helpdesk.tickets import accept

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
LOOKS = ["desktop light en", "phone dark en"]


@pytest.fixture
def topic(support):
    base = support.add_child(instance=KnowledgeBasePage(title="Help", slug="help"))
    return base.add_child(instance=TopicPage(title="Lamps", slug="lamps"))


def publish(topic, title, body, **fields):
    value = json.dumps([{"type": "paragraph", "value": f"<p>{body}</p>"}])
    page = topic.add_child(instance=ArticlePage(title=title, body=value, **fields))
    page.save_revision().publish()
    return page


def axe(person):
    person.page.wait_for_timeout(300)  # what fades in has no colour of its own yet
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
