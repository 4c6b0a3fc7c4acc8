"""What a visitor writes stays text, wherever it is shown (SECURITY.md)."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from wagtail_helpdesk.models import Attachment, Ticket

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

SPRUNG = "window.sprung = (window.sprung || 0) + 1"
STRINGS = [
    f"<script>{SPRUNG}</script>",
    f'"><img src=x onerror="{SPRUNG}">',
    f"<svg/onload='{SPRUNG}'>",
    f"'-({SPRUNG})-'",
    f"{{{{constructor.constructor('{SPRUNG}')()}}}}",
    f"</textarea></title><iframe srcdoc='<script>parent.sprung=1</script>'></iframe>{SPRUNG[:6]}",
    f"javascript:{SPRUNG}//",
    "{% debug %}{{ settings.SECRET_KEY }} %s %(name)s {0}",
]


def test_hostile_text_stays_text_everywhere(people, desk):
    """The watched browsers fail on any dialog, script error, console error or foreign request."""
    visitor = people.visitor()
    for number, text in enumerate(STRINGS):
        visitor.go("/support/complaint/")
        name = f"{text[:60]}.txt".replace("/", "_")
        visitor.fill_in_complaint(
            complaint_type=desk.types["First"],
            name=text[:100],
            subject=text,
            body=f"{number} {text}\n{text}",
            file={"name": name, "mimeType": "text/plain", "buffer": b"text"},
        )
        # Nobody writes so often: the limits start anew.
        cache.clear()
        visitor.send()
        visitor.reads_reference()
        untouched(visitor)
        visitor.find("a[href*='/helpdesk/tickets/']").click()
        visitor.sees("h1")
        assert visitor.find("h1").inner_text() == text
        visitor.sees(".wh-message__text", text)
        visitor.sees(".wh-files__name")
        untouched(visitor)

    agent = people.agent(desk.first_level1)
    agent.go("/admin/helpdesk/tickets/?view=unassigned")
    agent.look("queue")
    expect(agent.find(".wh-queue__subject")).to_have_count(len(STRINGS))
    assert set(agent.find(".wh-queue__subject").all_inner_texts()) == set(STRINGS)
    untouched(agent)
    for ticket in Ticket.objects.all():
        agent.go(f"/admin/helpdesk/tickets/{ticket.pk}/")
        agent.sees(".wh-ticket__subject", ticket.subject)
        agent.sees(".wh-files a", Attachment.objects.get(ticket=ticket).name)
        agent.find("[data-side-panel-toggle=requester]").first.click()
        agent.find("[data-side-panel=requester] .wh-panel").wait_for()
        agent.opens_dialog("escalate")
        untouched(agent)


def untouched(person):
    assert person.page.evaluate("window.sprung === undefined"), person.page.url
    assert person.page.locator("iframe").count() == 0
