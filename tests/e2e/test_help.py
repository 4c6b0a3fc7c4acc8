"""The knowledge base as visitors use it: to search, to read, to vote, and to be answered before they write."""

import pytest
from playwright.sync_api import expect
from wagtail.models import Locale

from tests.e2e.people import LOOKS
from tests.e2e.test_axe import Checked
from tests.knowledge.conftest import add_article, add_page
from wagtail_helpdesk.models import ArticleVote, SearchLog, Suggestion, Ticket
from wagtail_helpdesk.pages.models import ArticlePage, KnowledgeBasePage, SupportPage, TopicPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

ANSWERS = {
    "en": ("The lamp over the door stays dark", "Turn the switch twice, then wait a minute."),
    "id": ("Lampu di atas pintu tetap gelap", "Putar sakelar dua kali, lalu tunggu satu menit."),
}
COMPLAINTS = {
    "en": "Since Monday the lamp over the door is dark.",
    "id": "Sejak Senin lampu di atas pintu gelap.",
}


@pytest.fixture
def articles(support):
    """One answer in each language, under the support page of that language."""
    made = {}
    for code, (title, body) in ANSWERS.items():
        page = SupportPage.objects.get(locale=Locale.objects.get(language_code=code))
        base = add_page(page, KnowledgeBasePage(title="Answers", slug="help"))
        topic = add_page(base, TopicPage(title="Light", slug="light"))
        made[code] = add_article(topic, title, body, summary=body)
        add_article(topic, {"en": "The printer", "id": "Pencetak"}[code], "…")
    return made


@pytest.mark.parametrize("look", LOOKS)
def test_from_a_question_to_a_complaint(people, desk, articles, look):
    visitor = people.visitor(look=look)
    checked = Checked(visitor)
    article = articles[visitor.language]
    visitor.go("/support/")
    checked.page("landing")
    visitor.find("[name=q]").fill(COMPLAINTS[visitor.language])
    visitor.find("form[role=search] button").click()
    visitor.sees("[role=status]")
    checked.page("results")
    visitor.find(".wh-articles a").first.click()
    visitor.sees("h1", article.title)
    checked.page("article")
    visitor.find("[name=helpful][value=no]").click()
    visitor.find("[name=reason][value=incomplete]").check()
    visitor.find("[name=comment]").fill("Which switch?")
    checked.page("why not")
    visitor.find("form[action$='/vote/'] [type=submit]").click()
    visitor.sees("#helpful [role=status]")
    assert ArticleVote.objects.get().reason == "incomplete"
    assert SearchLog.objects.get().clicked_id == article.pk
    visitor.go("/support/help/search/?q=zebra")
    checked.page("nothing found")
    visitor.go("/support/help/")
    checked.page("knowledge base")
    visitor.find(".wh-topics a").first.click()
    checked.page("topic")
    assert checked.report == []


@pytest.mark.parametrize("look", ["phone dark id", "desktop light en"])
def test_articles_are_offered_while_somebody_writes(people, desk, articles, look):
    visitor = people.visitor(look=look)
    checked = Checked(visitor)
    visitor.go("/support/complaint/")
    visitor.find("[name=body]").press_sequentially(COMPLAINTS[visitor.language], delay=5)
    visitor.sees("[data-wh-suggest] a", ANSWERS[visitor.language][0])
    expect(visitor.find("[name=body]")).to_be_focused()
    checked.page("suggestions")
    with visitor.context.expect_page() as opened:
        visitor.find("[data-wh-suggest] a").first.click()
    expect(opened.value.locator("h1")).to_contain_text(ANSWERS[visitor.language][0])
    visitor.find("[data-wh-suggest] button").first.click()
    visitor.page.wait_for_url("**/complaint/solved/")
    checked.page("solved")
    row = Suggestion.objects.get()
    assert (row.opened, row.solved, row.complaint_followed) == (True, True, False)
    assert not Ticket.objects.exists()
    assert checked.report == []


def test_who_writes_on_is_not_held_up(people, desk, articles):
    visitor = people.visitor()
    visitor.go("/support/complaint/")
    visitor.fill_in_complaint(complaint_type=desk.types["First"], body=COMPLAINTS["en"])
    visitor.sees("[data-wh-suggest] a")
    visitor.send()
    visitor.reads_reference()
    assert Suggestion.objects.get().complaint_followed


@pytest.mark.parametrize("look", ["phone light id", "desktop dark en"])
def test_without_javascript_answers_come_once_before_sending(people, desk, articles, look):
    visitor = people.visitor(look=look, javascript=False)
    file = {"name": "lamp.txt", "mimeType": "text/plain", "buffer": b"A lamp of type 12."}
    visitor.go("/support/complaint/")
    body = COMPLAINTS[visitor.language]
    visitor.fill_in_complaint(complaint_type=desk.types["First"], body=body, file=file)
    visitor.find(".wh-form > [data-wh-send]").click()
    visitor.sees("#wh-suggestions a", ANSWERS[visitor.language][0])
    visitor.sees(".wh-files__name", "lamp.txt")
    visitor.look("not sent yet")
    assert not Ticket.objects.exists()
    visitor.find("#wh-suggestions [data-wh-send]").click()
    visitor.reads_reference()
    assert Ticket.objects.get().attachments.count() == 1
    assert ArticlePage.objects.count() == 4
