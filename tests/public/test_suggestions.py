"""Articles that are offered to somebody who writes a complaint, and what is learned from it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.knowledge.conftest import library  # noqa: F401
from tests.public.helpers import BODY, FORM, fields_of, soup, text_file, text_of
from wagtail_helpdesk.knowledge import finding
from wagtail_helpdesk.knowledge.searches import LAST
from wagtail_helpdesk.models import SearchLog, Suggestion, Ticket

SUGGESTIONS = f"{FORM}suggestions/"
SEARCH = "/support/help/search/"
SOLVED = f"{FORM}solved/"
ABOUT_THE_LAMP = "The lamp over the door stays dark since Monday."


@pytest.fixture
def support(library):  # noqa: F811
    return library.support


@pytest.fixture
def lamp(library):  # noqa: F811
    library.article("The printer", "Paper gets stuck. Open the tray.")
    return library.article("The lamp over the door stays dark", "Since Monday? Turn the switch.")


def token_of(page):
    return soup(page).find(attrs={"name": "form"})["value"]


def asking(client, text, token=None):
    """Open the form, and answer how to ask from it."""
    page = soup(client.get(FORM))
    csrf = page.find(attrs={"name": "csrfmiddlewaretoken"})["value"]
    token = token or page.find(attrs={"name": "form"})["value"]
    data = {"form": token, "text": text, "csrfmiddlewaretoken": csrf}
    return lambda: client.post(SUGGESTIONS, data)


def ask(client, text, token=None):
    return asking(client, text, token)()


def test_while_somebody_writes_articles_are_offered(client, lamp):
    answer = ask(client, ABOUT_THE_LAMP)
    offered = soup(answer).select("li a")
    assert [link.get_text().split(" (")[0] for link in offered] == [lamp.title]
    assert answer["Cache-Control"] == "no-store, private"
    row = Suggestion.objects.get()
    assert (row.article_id, row.opened, row.solved) == (lamp.pk, False, False)
    assert client.get(offered[0]["href"]).status_code == 200
    assert Suggestion.objects.get().opened


def test_the_same_form_asks_many_times_and_counts_once(client, lamp):
    token = token_of(client.get(FORM))
    for text in (ABOUT_THE_LAMP, ABOUT_THE_LAMP + " Help!", ABOUT_THE_LAMP):
        ask(client, text, token)
    assert Suggestion.objects.count() == 1


@pytest.mark.parametrize("text", ["", "lamp door", "zebra giraffe okapi", "\x00 \x00 \x00"])
def test_nothing_is_offered_for_nothing(client, lamp, text):
    assert not ask(client, text).content.strip()
    assert not Suggestion.objects.exists()


@pytest.mark.parametrize(
    "text", ["lamp door " * 5_000, '"' * 500, "* OR ? AND ~ ( lamp", "‮ lamp 💡 door dark"]
)
def test_hostile_text_is_bounded(client, lamp, text):
    assert ask(client, text).status_code == 200


def test_a_form_that_is_not_ours_gets_nothing(client, lamp):
    assert not ask(client, ABOUT_THE_LAMP, token="forged").content.strip()
    assert client.get(SUGGESTIONS, {"text": ABOUT_THE_LAMP}).status_code == 405


def test_too_many_questions_from_one_network_get_nothing(client, lamp, helpdesk):
    helpdesk(THROTTLES={"suggest": [(1, 600)]})
    token = token_of(client.get(FORM))
    assert ask(client, ABOUT_THE_LAMP, token).content.strip()
    assert not ask(client, ABOUT_THE_LAMP, token).content.strip()


def test_without_a_script_looking_is_limited_too(visitor, lamp, helpdesk):
    helpdesk(THROTTLES={"suggest": [(1, 600)]})
    assert visitor.complain().status_code == 200
    assert visitor.complain().status_code == 302


def test_beyond_the_limit_what_was_solved_is_believed_and_not_counted(visitor, lamp, helpdesk):
    helpdesk(THROTTLES={"vote": [(0, 600)]})
    form = visitor.get(FORM)
    ask(visitor.client, ABOUT_THE_LAMP, token_of(form))
    answer = visitor.send(form, FORM, **visitor.answers, solved_by=str(lamp.pk))
    assert answer["Location"] == SOLVED
    assert not Suggestion.objects.get().solved


def test_what_is_closed_to_strangers_is_not_suggested(client, lamp):
    lamp.internal = True
    lamp.save()
    assert not ask(client, ABOUT_THE_LAMP).content.strip()


def test_suggesting_costs_the_same_with_many_articles(client, library, lamp):  # noqa: F811
    def queries():
        ask_now = asking(client, ABOUT_THE_LAMP)
        with CaptureQueriesContext(connection) as captured:
            assert ask_now().content.strip()
        return len(captured)

    queries()
    before = queries()
    for number in range(8):
        library.article(f"The lamp {number} is dark", "The door over the lamp.")
    assert queries() == before <= 24


def test_this_solved_it_sends_nothing(visitor, lamp):
    form = visitor.get(FORM)
    ask(visitor.client, ABOUT_THE_LAMP, token_of(form))
    answer = visitor.send(form, FORM, **visitor.answers, solved_by=str(lamp.pk))
    assert (answer.status_code, answer["Location"]) == (302, SOLVED)
    assert "Nothing was sent" in text_of(visitor.get(SOLVED))
    assert not Ticket.objects.exists()
    row = Suggestion.objects.get()
    assert (row.solved, row.complaint_followed) == (True, False)


def test_who_writes_after_all_was_not_helped(visitor, lamp):
    form = visitor.get(FORM)
    ask(visitor.client, ABOUT_THE_LAMP, token_of(form))
    visitor.send(form, FORM, **visitor.answers, solved_by=str(lamp.pk))
    assert visitor.complain(suggested="asked").status_code == 302
    row = Suggestion.objects.get()
    assert (row.solved, row.complaint_followed) == (True, True)
    assert "wagtail_helpdesk_solved" not in visitor.client.session


@pytest.mark.parametrize("article", ["", "x", "0", "99999", "9" * 40, "١"])
def test_solved_by_something_that_was_not_offered_shows_the_form_again(visitor, lamp, article):
    answer = visitor.complain(solved_by=article)
    assert answer.status_code == 200
    assert BODY in text_of(answer)
    assert not Ticket.objects.exists()


def test_without_a_script_articles_are_shown_once_before_sending(visitor, lamp):
    first = visitor.complain(attachments=[text_file()])
    assert first.status_code == 200
    page = soup(first)
    assert "Not sent yet" in page.select_one("h2").get_text()
    assert lamp.title in text_of(first)
    assert BODY in page.select_one("textarea").get_text()
    assert "note.txt" in text_of(first)
    assert not page.select(".wh-summary")
    assert not Ticket.objects.exists()
    # What was solved of the captcha stays solved, and the second time it is sent.
    assert page.find(attrs={"name": "captcha_proof"})
    answer = visitor.send(first, FORM)
    assert answer.status_code == 302
    ticket = Ticket.objects.get()
    assert ticket.attachments.count() == 1
    assert Suggestion.objects.get().complaint_followed


def test_without_a_script_this_solved_it_works_as_well(visitor, lamp):
    first = visitor.complain()
    button = soup(first).select_one("button[name=solved_by]")
    assert visitor.send(first, FORM, solved_by=button["value"])["Location"] == SOLVED
    assert not Ticket.objects.exists()


def test_a_script_that_asked_is_not_asked_again(visitor, lamp):
    assert visitor.complain(suggested="asked").status_code == 302
    assert not Suggestion.objects.exists()


def test_a_form_with_errors_shows_them_and_no_articles(visitor, lamp):
    answer = visitor.complain(name="")
    assert answer.status_code == 422
    assert "Not sent yet" not in text_of(answer)


def test_the_article_that_did_not_help_is_not_offered_again(visitor, lamp):
    answer = visitor.complain(page=str(lamp.pk))
    assert answer.status_code == 302


def test_a_search_that_fails_does_not_stop_a_complaint(visitor, lamp, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("The index is gone.")

    monkeypatch.setattr(finding, "candidates", fail)
    assert visitor.complain().status_code == 302
    assert "No articles could be looked for" in caplog.text


def test_without_articles_a_complaint_costs_one_query_more(visitor, support):
    visitor.complain(suggested="asked")

    def queries(**changes):
        form = visitor.get(FORM)
        with CaptureQueriesContext(connection) as captured:
            assert visitor.send(form, FORM, **visitor.answers | changes).status_code == 302
        return len([q for q in captured if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    assert queries() == queries(suggested="asked") + 1


# --- What is learned -------------------------------------------------------------------------------


def test_from_a_search_to_an_article_to_a_complaint(visitor, lamp):
    found = soup(visitor.get(SEARCH, {"q": "lamp dark"})).select_one(".wh-articles a")
    article = visitor.get(found["href"])
    log = SearchLog.objects.get()
    assert (log.clicked_id, log.complaint_followed) == (lamp.pk, False)
    ask_us = soup(article).select_one(".wh-card a")["href"]
    form = visitor.get(ask_us)
    assert visitor.send(form, FORM, **visitor.answers).status_code == 302
    assert SearchLog.objects.get().complaint_followed


def test_a_session_does_not_hold_a_search_beside_a_ticket(visitor, lamp):
    visitor.get(FORM)  # a session from here on
    visitor.get(SEARCH, {"q": "lamp dark"})
    assert LAST in visitor.client.session
    visitor.complain(suggested="asked")
    assert SearchLog.objects.get().complaint_followed
    assert LAST not in visitor.client.session


def test_from_a_search_to_a_complaint(visitor, lamp):
    ask_us = soup(visitor.get(SEARCH, {"q": "zebra"})).select_one(".wh-card a")["href"]
    assert (
        visitor.send(
            visitor.get(ask_us), FORM, **visitor.answers | {"suggested": "asked"}
        ).status_code
        == 302
    )
    log = SearchLog.objects.get()
    assert (log.found, log.complaint_followed) == (0, True)


def test_a_complaint_without_a_search_says_nothing_about_one(visitor, client, lamp):
    client.get(SEARCH, {"q": "lamp dark"})
    visitor.client.cookies.clear()
    visitor.complain(suggested="asked")
    assert not SearchLog.objects.get().complaint_followed


def test_the_article_that_was_opened_first_is_kept(client, library, lamp):  # noqa: F811
    library.article("A dark lamp", "Buy another.")
    links = [
        link["href"]
        for link in soup(client.get(SEARCH, {"q": "dark lamp"})).select(".wh-articles a")
    ]
    assert len(links) == 2
    for link in links:
        client.get(link)
    assert (
        client.get(links[0].split("?")[0]).context["page"].pk == SearchLog.objects.get().clicked_id
    )


@pytest.mark.parametrize("via", ["x", "s1", "s1.abc.def", "s" * 500, "\x00", "é"])
def test_an_address_that_was_made_up_leads_nowhere_and_breaks_nothing(client, lamp, via):
    SearchLog.objects.create(query="x", found=1, language="en", site_id=1)
    assert client.get(lamp.url, {"via": via}).status_code == 200
    assert client.get(SEARCH, {"q": "lamp", "via": via}).status_code == 200
    assert client.get(FORM, {"via": via}).status_code == 200
    assert not SearchLog.objects.exclude(clicked=None).exists()


def test_turning_the_page_is_one_search_also_without_a_session(client, library):  # noqa: F811
    for number in range(12):
        library.article(f"Lamp {number}", "Dark.")
    first = soup(client.get(SEARCH, {"q": "lamp"}))
    second = client.get(first.select_one(".wh-pages a")["href"])
    assert len(soup(second).select(".wh-articles > li > a")) == 2
    assert SearchLog.objects.count() == 1


def test_what_exists_in_another_language_only_is_shown_and_noted(client, library, lamp):  # noqa: F811
    topic = library.indonesian()
    lampu = library.article("Lampu pintu gelap", "Putar sakelar.", parent=topic)
    page = client.get(SEARCH, {"q": "lampu pintu gelap"})
    link = soup(page).select_one(".wh-articles a[hreflang=id]")
    assert link.get_text() == lampu.title
    log = SearchLog.objects.get()
    assert (log.language, log.elsewhere_id) == ("en", lampu.pk)


def test_suggestions_lead_to_nobody(visitor, lamp):
    visitor.complain()
    row = Suggestion.objects.get()
    ticket = visitor.ticket(suggested="shown")
    assert row.form not in (ticket.idempotency_key, "")
    names = {field.name for field in Suggestion._meta.get_fields()}
    assert not names & {"ticket", "contact", "user", "ip", "session"}


def test_fields_of_the_form_say_nothing_before_anything_was_suggested(visitor, lamp):
    _action, data = visitor.form(visitor.get(FORM), FORM)
    assert data["suggested"] == [""]
    assert "via" not in data
    assert fields_of(soup(visitor.get(FORM)).select_one("form[method=post]"))["suggested"] == [""]
