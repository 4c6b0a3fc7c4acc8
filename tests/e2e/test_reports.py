"""The reports on the knowledge base and the synonyms, as a manager uses them in a browser."""

import json

import pytest
from wagtail.models import Page

from tests.e2e.test_axe import Checked
from tests.knowledge.rows import search, suggest, vote
from wagtail_helpdesk.models import Synonyms
from wagtail_helpdesk.pages.models import ArticlePage, KnowledgeBasePage, TopicPage

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

LONG = "w" * 120
#: Tables that don't fit beside the menu.
TOO_WIDE = """() => [...document.querySelectorAll(".wh-report__table")].filter(
  (table) => table.scrollWidth > table.parentElement.clientWidth).length"""


@pytest.fixture
def article(support):
    page = Page.objects.get(pk=support.pk)
    for made in (
        KnowledgeBasePage(title="Answers", slug="help"),
        TopicPage(title="Lamps", slug="lamps"),
        ArticlePage(title="The red lamp", slug="red-lamp", body=json.dumps([])),
    ):
        made.locale = page.locale
        page = page.add_child(instance=made)
    return page


@pytest.fixture
def rows(desk, article):
    for number in range(12):
        search(desk.site, f"lamp number {number}", times=1 + number % 3)
    search(desk.site, LONG, times=5, complaint_followed=True)
    search(desk.site, "<img src=x onerror=alert(1)>", language="id", elsewhere=article)
    for reason in ("wrong", "unclear", "incomplete", "other_question"):
        vote(article, helpful=False, reason=reason, comment=f"<b>{reason}</b> {LONG}\nNot so.")
    for number in range(7):
        suggest(desk.site, article, str(number), opened=number > 2, solved=number > 4)


@pytest.mark.parametrize("look", ["phone light en", "desktop dark id"])
def test_no_violation_of_what_axe_can_find(people, desk, rows, look):
    Synonyms.objects.create(language="en", words=f"password, {LONG}")
    agent = people.agent(desk.superuser, look=look)
    checked = Checked(agent)
    for name, address in (
        ("gaps", "reports/gaps/"),
        ("nonsense", "reports/gaps/?period_from=2026-13-13"),
        ("deflection", "reports/deflection/"),
        ("synonyms", "synonyms/"),
        ("new synonyms", "synonyms/new/"),
    ):
        agent.go(f"/admin/helpdesk/{address}")
        checked.page(name)
    assert checked.report == []


@pytest.mark.parametrize("address", ["gaps", "deflection"])
def test_tables_fit_beside_the_menu_at_any_width(people, desk, rows, address):
    agent = people.agent(desk.superuser, look="desktop light id")
    for width in (1366, 1200, 1024, 801, 640, 320):
        agent.page.set_viewport_size({"width": width, "height": 900})
        agent.go(f"/admin/helpdesk/reports/{address}/")
        assert agent.page.evaluate(TOO_WIDE) == 0, width


def test_from_the_menu_to_a_spreadsheet(people, desk, rows):
    agent = people.agent(desk.manager)
    agent.go("/admin/")
    agent.find("button[aria-label='Reports'], button:has-text('Reports')").first.click()
    agent.find("a[href$='/reports/gaps/']").click()
    agent.sees("#nothing")
    agent.find(
        "[aria-controls=filters-drilldown], #filters-drilldown [data-w-dropdown-target=toggle]"
    ).first.click()
    agent.find("[aria-controls=drilldown-id_language]").click()
    agent.find("[name=language][value=id]").check()
    agent.sees(".wh-report__table", "<img src=x onerror=alert(1)>")
    agent.page.wait_for_url("**language=id**")
    assert agent.find("[aria-labelledby=nothing] tbody tr").count() == 1
    agent.page.keyboard.press("Escape")
    with agent.page.expect_download() as download:
        agent.find("a[href*='section=nothing'][href$='export=xlsx']").click()
    assert download.value.suggested_filename.startswith("knowledge-gaps-nothing-")


def test_synonyms_are_kept(people, desk, support):
    agent = people.agent(desk.manager)
    agent.go("/admin/helpdesk/synonyms/new/")
    agent.find("[name=words]").fill("lamp")
    agent.find("main form [type=submit]").last.click()
    agent.sees(".error-message")
    agent.find("[name=words]").fill("lamp, light")
    agent.find("main form [type=submit]").last.click()
    agent.sees(".messages .success")
    agent.sees(".listing", "lamp, light")
