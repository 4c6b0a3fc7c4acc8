"""The knowledge base as a visitor uses it."""

from contextlib import contextmanager
from unittest import mock

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction, Site

from tests.knowledge.conftest import add_page, library  # noqa: F401
from tests.public.helpers import soup, text_of
from wagtail_helpdesk.knowledge import votes
from wagtail_helpdesk.models import ArticleCount, ArticleVote, SearchLog
from wagtail_helpdesk.pages.models import ArticlePage, TopicPage

pytestmark = pytest.mark.usefixtures("any_search")

HELP = "/support/help/"
SEARCH = f"{HELP}search/"


@pytest.fixture
def support(library):  # noqa: F811
    return library.support


@pytest.fixture
def article(library):  # noqa: F811
    return library.article(
        "The router", "It has a light.", summary="About light.", complaint_types=[]
    )


def test_from_the_support_page_to_an_article(client, article):
    page = soup(client.get("/support/"))
    assert page.select_one("form[role=search]")["action"] == SEARCH
    assert page.select_one(".wh-topics a")["href"] == f"{HELP}connection/"
    client.get(article.url)
    assert soup(client.get("/support/")).select_one(".wh-articles a").get_text() == article.title
    assert page.find("a", href=HELP)
    topics = soup(client.get(HELP))
    assert text_of(client.get(HELP)).count("1 article") == 1
    topic = topics.select_one(".wh-topics a")["href"]
    listed = soup(client.get(topic)).select_one(".wh-articles a")
    assert listed.get_text() == "The router"
    shown = client.get(listed["href"])
    assert "It has a light." in text_of(shown)


def test_searching(client, article):
    page = client.get(SEARCH, {"q": "ruoter"})
    assert soup(page).select_one("[role=status]").get_text() == "1 answer"
    assert "Shown for router" in text_of(page)
    address = soup(page).select_one(".wh-articles a")["href"].split("?")[0]
    assert address == "/support/help/connection/the-router/"
    assert "0 answers" in text_of(client.get(SEARCH, {"q": "ruoter", "exact": "1"}))


def test_the_support_page_costs_the_same_with_many_topics_and_articles(client, library, article):  # noqa: F811
    def queries():
        with CaptureQueriesContext(connection) as captured:
            client.get("/support/")
        return len(captured)

    client.get(article.url)
    queries()
    before = queries()
    for number in range(5):
        topic = add_page(library.base, TopicPage(title=f"T {number}", slug=f"t-{number}"))
        client.get(library.article(f"The lamp {number}", parent=topic).url)
    assert queries() == before <= 18


def test_nothing_found_leads_to_the_form_with_the_question_in_it(client, article):
    page = soup(client.get(SEARCH, {"q": "zebra <b>"}))
    ask = page.find("a", href=lambda href: href and href.startswith("/support/complaint/"))
    form = soup(client.get(ask["href"]))
    assert form.find(attrs={"name": "subject"})["value"] == "zebra <b>"
    assert "zebra <b>" not in str(page.h2)


def test_still_need_help_takes_type_and_article_along(client, article, desk):
    article.complaint_types.set([desk.types["Second"]])
    article.save()
    ask = soup(client.get(article.url)).select_one(".wh-card a")["href"]
    form = soup(client.get(ask))
    assert form.select_one("[name=complaint_type] [selected]")["value"] == str(
        desk.types["Second"].pk
    )


@pytest.mark.parametrize("query", ["x" * 10_000, "\x00", '"' * 500, "* ( OR", "%00"])
@pytest.mark.parametrize("page", ["1", "0", "-1", "999999999999", "x", ""])
def test_any_address_is_answered(client, article, query, page):
    assert client.get(SEARCH, {"q": query, "page": page}).status_code == 200


def vote(visitor, article, **data):
    """As a browser does: the form's own token, sent to the article's address."""
    token = soup(visitor.get(article.url)).select_one("[name=csrfmiddlewaretoken]")
    data |= {"csrfmiddlewaretoken": token["value"] if token else ""}
    return visitor.client.post(f"{article.url}vote/", data)


# --- Votes -----------------------------------------------------------------------------------------


def test_a_vote_counts_once(visitor, article):
    token = soup(visitor.get(article.url)).select_one("[name=csrfmiddlewaretoken]")["value"]
    for _ in range(2):
        sent = {"helpful": "yes", "csrfmiddlewaretoken": token}
        assert visitor.client.post(f"{article.url}vote/", sent).status_code == 302
    assert "Thank you!" in text_of(visitor.get(article.url))
    assert ArticleVote.objects.get().helpful
    assert ArticleCount.objects.get().helpful == 1


def test_a_no_may_say_why(visitor, article):
    vote(visitor, article, helpful="no")
    vote(visitor, article, helpful="why", reason="wrong", comment="It is red now")
    kept = ArticleVote.objects.get()
    assert (kept.helpful, kept.reason, kept.comment) == (False, "wrong", "It is red now")
    assert "write it better" in text_of(visitor.get(article.url))


@pytest.mark.parametrize(
    "data", [{}, {"helpful": "maybe"}, {"helpful": "why", "reason": "wrong"}, {"helpful": "\x00"}]
)
def test_what_is_no_vote_counts_nothing(visitor, article, data):
    assert vote(visitor, article, **data).status_code == 302
    assert not ArticleVote.objects.exists()


def test_a_vote_needs_a_post(client, article):
    assert client.get(f"{article.url}vote/?helpful=yes").status_code == 405
    assert not ArticleVote.objects.exists()


def test_reading_sets_no_cookie(client, article):
    page = client.get(article.url)
    assert "sessionid" not in page.cookies
    assert ArticleCount.objects.get().opened == 1


@pytest.mark.parametrize("count", [2, 20])
def test_how_many_queries(client, library, count):  # noqa: F811
    for number in range(count):
        library.article(f"Router {number}", "A router with a light.")
    for url, limit in ((HELP, 20), (f"{SEARCH}?q=router", 28), (library.topic.url, 18)):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        assert len(queries) <= limit, (url, len(queries))


def test_a_private_topic_is_not_even_named(client, library, article, desk):  # noqa: F811
    PageViewRestriction.objects.create(page=library.topic, restriction_type="login")
    for url in (HELP, f"{SEARCH}?q=zebra"):
        assert "Connection" not in text_of(client.get(url)), url
    client.force_login(desk.first_level1)
    assert "Connection" in text_of(client.get(HELP))


def test_behind_a_password_the_topics_show_to_who_has_typed_it(client, library, article):  # noqa: F811
    lock = PageViewRestriction.objects.create(
        page=library.base, restriction_type="password", password="open"
    )
    assert "Connection" not in text_of(client.get(HELP))
    session = client.session
    session[PageViewRestriction.passed_view_restrictions_session_key] = [lock.pk]
    session.save()
    assert "Connection" in text_of(client.get(HELP))
    assert "The router" in text_of(client.get(library.topic.url))


def test_a_knowledge_base_that_is_closed_to_strangers_is_not_named_to_them(client, library, desk):  # noqa: F811
    assert soup(client.get("/support/")).select_one("form[role=search]")
    PageViewRestriction.objects.create(page_id=library.base.pk, restriction_type="login")
    page = client.get("/support/")
    assert not soup(page).select("form[role=search]")
    assert HELP not in page.content.decode()
    client.force_login(desk.first_level1)
    assert soup(client.get("/support/")).select_one("form[role=search]")


def click(article, browser, answer="no"):
    return browser.post(f"{article.url}vote/", {"helpful": answer})


def test_beyond_the_limit_readers_are_thanked_and_not_counted(article, helpdesk):
    helpdesk(THROTTLES={"vote": [(3, 600)]})
    for _reader in range(5):
        reader = Client()
        assert click(article, reader).status_code == 302
        assert "Sorry to hear" in text_of(reader.get(article.url))
    assert ArticleVote.objects.count() == 3


def test_two_clicks_at_once_are_one_vote(article, client):
    client.get(article.url)
    client.cookies["csrftoken"] = "a" * 32
    before = dict(client.cookies)
    click(article, client)
    other = Client()  # the same browser, as it was before the first answer came
    for name, morsel in before.items():
        other.cookies[name] = morsel.value
    click(article, other)
    assert ArticleVote.objects.count() == 1


def test_beyond_the_limit_searches_go_on_and_are_not_kept(client, article, helpdesk):
    helpdesk(THROTTLES={"search": [(2, 600)]})
    for number in range(4):
        page = client.get(SEARCH, {"q": f"router {number}"})
        assert "The router" in text_of(page)
    assert SearchLog.objects.count() == 2


@contextmanager
def atomic_that_checks():
    """Constraints are looked at where a transaction ends; inside of a test's that is never."""
    leave = transaction.Atomic.__exit__

    def check_and_leave(self, *error):
        try:
            if error[0] is None:
                connection.check_constraints()
        except Exception as refused:
            leave(self, type(refused), refused, refused.__traceback__)
            raise
        return leave(self, *error)

    with mock.patch.object(transaction.Atomic, "__exit__", check_and_leave):
        yield


def test_a_vote_on_an_article_that_is_deleted_meanwhile_is_no_error(article):
    gone = ArticlePage.objects.get(pk=article.pk)
    article.delete()
    with atomic_that_checks():
        assert votes.vote(gone, helpful=False) is None
        votes.count_opening(gone)


def test_insisting_on_the_spelling_holds_on_the_next_page(client, library):  # noqa: F811
    for number in range(12):
        library.article(f"Lamp {number}", "A lampe.")
    first = client.get(SEARCH, {"q": "lamp", "exact": "1"})
    address = soup(first).select_one("nav.wh-pages a")["href"]
    second = client.get(address)
    assert second.context["exact"] and second.context["pages"].number == 2
    assert "exact=1" in soup(second).select_one("nav.wh-pages a")["href"]
    plain = soup(client.get(SEARCH, {"q": "lamp"}))
    assert "exact" not in plain.select_one("nav.wh-pages a")["href"]


def test_what_has_no_address_is_not_shown(client, library, settings):  # noqa: F811
    """With one language only, pages of another have none."""
    library.article("Lampu mati", "Ganti lampu.", parent=library.indonesian())
    assert "Lampu mati" in text_of(client.get(SEARCH, {"q": "lampu mati"}))
    settings.WAGTAIL_I18N_ENABLED = False
    Site.clear_site_root_paths_cache()
    shown = client.get(SEARCH, {"q": "lampu mati"})
    assert shown.status_code == 200
    assert "Lampu mati" not in text_of(shown) and "None" not in shown.content.decode()
    assert SearchLog.objects.latest("pk").elsewhere is None


def test_popular_are_those_that_the_reader_may_see(client, library, article):  # noqa: F811
    ArticleCount.objects.create(pk=article.pk, opened=3)
    for number in range(21):
        inner = library.article(f"Inner {number}", internal=True)
        ArticleCount.objects.create(pk=inner.pk, opened=100)
    home = text_of(client.get(HELP))
    assert article.title in home and "Inner" not in home
