"""What keeps robots out, and lets people in: captcha, honeypot, time, limits, and one ticket per form."""

import time

import pytest
import time_machine
from captcha.conf import settings as captcha_settings
from captcha.models import CaptchaStore
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import make_ticket
from tests.public.helpers import BODY, FORM, STATUS, soup, text_file, text_of
from wagtail_helpdesk.models import Attachment, Contact, HelpdeskSettings, Ticket
from wagtail_helpdesk.public import complaint
from wagtail_helpdesk.public.tokens import FormToken, captcha_proof


@pytest.fixture
def strict_captcha(monkeypatch):
    """Captchas must be solved, as on a real site."""
    monkeypatch.setattr(captcha_settings, "CAPTCHA_TEST_MODE", False)


def challenge_of(response):
    return CaptchaStore.objects.get(hashkey=soup(response).select_one("[name=captcha_0]")["value"])


def kept(response):
    assert soup(response).find(id="id_body").get_text().strip() == BODY
    assert not Ticket.objects.exists()


# --- captcha ----------------------------------------------------------------------------------


def test_a_wrong_answer_brings_a_new_picture(visitor, strict_captcha):
    page = visitor.get(FORM)
    first = challenge_of(page)
    response = visitor.send(page, FORM, **{**visitor.answers, "captcha_1": "wrong"})
    assert response.status_code == 422
    kept(response)
    second = challenge_of(response)
    assert second.hashkey != first.hashkey
    assert not CaptchaStore.objects.filter(pk=first.pk).exists()
    assert soup(response).find(id="id_captcha_1")["value"] == ""
    done = visitor.send(response, FORM, captcha_1=second.response.upper())
    assert done.status_code == 302


def test_a_captcha_is_good_once_and_for_half_an_hour(visitor, stranger, strict_captcha, helpdesk):
    page = visitor.get(FORM)
    solved = challenge_of(page)
    answers = {**visitor.answers, "captcha_0": solved.hashkey, "captcha_1": solved.response}
    assert visitor.send(page, FORM, **answers).status_code == 302
    assert stranger.send(stranger.get(FORM), FORM, **answers).status_code == 422
    with time_machine.travel("2026-11-24T08:00:00Z", tick=False) as now:
        for minutes, status in ((29, 302), (31, 422)):
            page = stranger.get(FORM)
            solved = challenge_of(page)
            now.shift(minutes * 60)
            response = stranger.send(
                page, FORM, **{**answers, "captcha_0": solved.hashkey, "captcha_1": solved.response}
            )
            assert response.status_code == status, minutes


def test_a_solved_captcha_is_not_asked_again(visitor, strict_captcha):
    page = visitor.get(FORM)
    answers = {**visitor.answers, "name": "", "captcha_1": challenge_of(page).response}
    response = visitor.send(page, FORM, **answers)
    assert response.status_code == 422
    assert soup(response).select_one("[name=captcha_0]") is None
    assert visitor.send(response, FORM, name="A. Visitor").status_code == 302


def test_a_proof_is_good_for_its_own_form_and_browser_only(visitor, stranger, strict_captcha):
    page = visitor.get(FORM)
    answers = {**visitor.answers, "name": "", "captcha_1": challenge_of(page).response}
    _action, data = visitor.form(visitor.send(page, FORM, **answers), FORM)
    proof = data["captcha_proof"]
    stolen = {**visitor.answers, "captcha_proof": proof, "captcha_1": ""}
    assert visitor.send(visitor.get(FORM), FORM, **stolen).status_code == 422
    assert stranger.send(stranger.get(FORM), FORM, **stolen, form=data["form"]).status_code == 422
    for forged in ("x", f"{proof[0]}x", captcha_proof("other"), "é" * 500):
        again = {**stolen, "captcha_proof": forged, "form": data["form"]}
        assert visitor.send(visitor.get(FORM), FORM, **again).status_code == 422, forged
    assert not Ticket.objects.exists()


def test_a_question_in_words_instead_of_the_picture(visitor, strict_captcha):
    page = visitor.get(FORM)
    asked = visitor.send(page, FORM, **visitor.answers, ask_question="", attachments=[text_file()])
    assert asked.status_code == 200
    kept(asked)
    assert soup(asked).select_one(".wh-summary") is None
    assert "note.txt" in text_of(asked)
    assert soup(asked).select_one(".wh-captcha img") is None
    question = soup(asked).find("label", attrs={"for": "id_captcha_1"}).get_text()
    assert question.startswith("What is ") and not any(letter.isdigit() for letter in question)
    wrong = visitor.send(asked, FORM, captcha_1="99")
    assert wrong.status_code == 422
    assert "Answer the new question" in text_of(wrong)
    another = visitor.send(wrong, FORM, new_captcha="")
    assert soup(another).select_one(".wh-captcha img") is None
    done = visitor.send(another, FORM, captcha_1=f" {challenge_of(another).response} ")
    assert done.status_code == 302
    assert Ticket.objects.get().attachments.count() == 1


def test_another_picture_keeps_everything(visitor):
    page = visitor.get(FORM)
    again = visitor.send(page, FORM, **visitor.answers, new_captcha="")
    kept(again)
    assert again.status_code == 200
    assert (
        soup(again).select_one("[name=captcha_0]")["value"]
        != soup(page).select_one("[name=captcha_0]")["value"]
    )
    assert soup(again).find(id="id_consent").has_attr("checked")


def test_the_picture_and_its_label(visitor):
    page = visitor.get(FORM)
    image = soup(page).select_one(".wh-captcha img")
    assert image["alt"]
    assert visitor.get(image["src"])["Content-Type"] == "image/png"
    assert soup(page).find("label", attrs={"for": "id_captcha_1"})


@pytest.mark.parametrize("where", ["project", "site"])
def test_the_captcha_can_be_switched_off(visitor, helpdesk, desk, where):
    if where == "project":
        helpdesk(CAPTCHA=False)
    else:
        HelpdeskSettings.objects.create(site=desk.site, captcha=False)
    assert soup(visitor.get(FORM)).select_one("[name=captcha_0]") is None
    assert visitor.complain(captcha_1=None).status_code == 302


def test_the_sound_is_offered_where_it_is_set_up(visitor, monkeypatch):
    monkeypatch.setattr(captcha_settings, "CAPTCHA_FLITE_PATH", "/usr/bin/flite")
    page = visitor.get(FORM)
    key = soup(page).select_one("[name=captcha_0]")["value"]
    assert soup(page).select_one("audio")["src"] == reverse("captcha-audio", args=[key])


# --- honeypot and time ------------------------------------------------------------------------


def test_a_helpful_browser_loses_nothing(visitor):
    response = visitor.complain(website="https://example.org", attachments=[text_file()])
    assert response.status_code == 422
    kept(response)
    assert "field that people don't see" in text_of(response)
    assert not soup(response).find(id="id_website").get("value")
    assert visitor.send(response, FORM).status_code == 302
    assert Ticket.objects.get().attachments.count() == 1


def test_too_quick_and_too_old(visitor, helpdesk):
    helpdesk(FORM_MIN_SECONDS=3)
    with time_machine.travel("2026-11-24T08:00:00Z", tick=False) as now:
        page = visitor.get(FORM)
        now.shift(2)
        quick = visitor.send(page, FORM, **visitor.answers)
        assert quick.status_code == 422
        kept(quick)
        assert "sent very quickly" in text_of(quick)
        now.shift(2)
        assert visitor.send(quick, FORM).status_code == 302
        page = visitor.get(FORM)
        now.shift(25 * 3600)
        old = visitor.send(page, FORM, **{**visitor.answers, "body": "Another complaint."})
        assert old.status_code == 422
        assert "more than a day" in text_of(old)
        assert soup(old).find(id="id_body").get_text().strip() == "Another complaint."
        now.shift(5)
        assert visitor.send(old, FORM, captcha_1="PASSED").status_code == 302


@pytest.mark.parametrize("token", ["", "forged", "WyJhIiwgMV0:1:x", "é\x00", "x" * 100_000])
def test_a_forged_form_is_shown_again(visitor, token):
    page = visitor.get(FORM)
    response = visitor.send(page, FORM, **{**visitor.answers, "form": token})
    assert response.status_code == 422
    kept(response)
    assert visitor.send(response, FORM).status_code == 302


# --- once -------------------------------------------------------------------------------------


def test_a_form_sent_twice_is_one_ticket(visitor, stranger, strict_captcha):
    page = visitor.get(FORM)
    answers = {**visitor.answers, "captcha_1": challenge_of(page).response}
    first = visitor.send(page, FORM, **answers)
    second = visitor.send(page, FORM, **answers, attachments=[text_file()])
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"]
    assert Ticket.objects.count() == 1
    assert not Attachment.objects.exists()
    # In another browser it is another form: that shows nothing of the first.
    _action, data = visitor.form(page, FORM)
    other = stranger.send(stranger.get(FORM), FORM, **{**answers, "form": data["form"]})
    assert other.status_code == 422
    assert Ticket.objects.get().reference not in other.content.decode()


def test_a_captcha_that_a_second_click_used_up_leads_to_the_first(
    visitor, strict_captcha, monkeypatch
):
    page = visitor.get(FORM)
    answers = {**visitor.answers, "captcha_1": challenge_of(page).response}
    first = visitor.send(page, FORM, **answers)
    real, calls = complaint._first_ticket, []

    def late(step):
        calls.append(step)
        return real(step) if len(calls) > 1 else None

    monkeypatch.setattr(complaint, "_first_ticket", late)
    second = visitor.send(page, FORM, **answers)
    assert (second.status_code, second["Location"]) == (302, first["Location"])
    assert len(calls) == 2
    assert Ticket.objects.count() == 1


# --- limits -----------------------------------------------------------------------------------


def test_a_network_sends_five_a_minute(visitor, helpdesk):
    with time_machine.travel("2026-11-24T08:00:10Z", tick=False) as now:
        for n in range(5):
            assert visitor.complain(body=f"Complaint {n}").status_code == 302
        response = visitor.complain(attachments=[text_file()])
        assert response.status_code == 429
        assert "Your text is kept" in text_of(response)
        assert soup(response).find(id="id_body").get_text().strip() == BODY
        assert Ticket.objects.count() == 5
        now.shift(120)
        done = visitor.send(response, FORM)
        assert done.status_code == 302
        assert Ticket.objects.latest("pk").attachments.count() == 1


def test_a_limit_holds_across_the_border_of_two_minutes(visitor):
    with time_machine.travel("2026-11-24T08:00:55Z", tick=False) as now:
        for n in range(5):
            visitor.complain(body=f"Complaint {n}")
        now.shift(6)
        assert visitor.complain().status_code == 429


def test_the_database_counts_where_the_cache_forgets(visitor, helpdesk):
    helpdesk(THROTTLES={"submit": [(100, 60)], "submit_site": [(2, 86400)]})
    for n in range(2):
        assert visitor.complain(body=f"Complaint {n}").status_code == 302
        cache.clear()
    assert visitor.complain().status_code == 429


class BrokenCache:
    def __getattr__(self, name):
        raise ConnectionError("The cache is down.")


@pytest.fixture
def broken_cache(monkeypatch):
    from wagtail_helpdesk.public import throttle

    monkeypatch.setattr(throttle, "cache", BrokenCache())


def test_without_a_cache_complaints_come_in_and_lookups_wait(visitor, broken_cache):
    ticket = visitor.ticket()
    response = visitor.look_up(ticket.reference)
    assert response.status_code == 503
    assert "can't look anything up" in text_of(response)
    assert soup(response).find(id="id_reference")["value"] == ticket.reference
    lost = visitor.send(visitor.get("/support/status/lost/"), email="visitor@example.org")
    assert lost.status_code == 503
    assert soup(visitor.get(STATUS)).select_one(".wh-status") is None


@pytest.mark.parametrize("backend", ["dummy.DummyCache", "locmem.LocMemCache"])
def test_a_cache_that_keeps_nothing_is_no_cache(visitor, settings, backend):
    settings.CACHES = {"default": {"BACKEND": f"django.core.cache.backends.{backend}"}}
    ticket = visitor.ticket()
    status = visitor.look_up(ticket.reference).status_code
    assert status == (503 if "Dummy" in backend else 302)


# --- the database fails -----------------------------------------------------------------------


def test_a_write_that_fails_midway_loses_nothing(visitor, monkeypatch):
    page = visitor.get(FORM)

    def fail(**kwargs):
        Contact.objects.create(name="Half", email="half@example.org")
        raise DatabaseError("disk full")

    monkeypatch.setattr(complaint, "submit", fail)
    response = visitor.send(page, FORM, **visitor.answers, attachments=[text_file()])
    assert response.status_code == 503
    assert response["Retry-After"] == "60"
    kept(response)
    assert not Contact.objects.exists()
    monkeypatch.undo()
    # The captcha counts as solved, and the file is there.
    done = visitor.send(response, FORM)
    assert done.status_code == 302
    assert Ticket.objects.get().attachments.count() == 1


def test_where_nothing_can_be_read_either_the_text_is_still_shown(visitor, monkeypatch):
    page = visitor.get(FORM)

    def fail(*args, **kwargs):
        raise DatabaseError("gone")

    monkeypatch.setattr(complaint, "submit", fail)
    monkeypatch.setattr(complaint, "_show", fail)
    response = visitor.send(page, FORM, **visitor.answers)
    assert response.status_code == 503
    assert BODY in soup(response).find("textarea").get_text()


# --- cost -------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False])
def test_a_complaint_costs_the_same_however_many_there_are(
    visitor, desk, known, django_capture_on_commit_callbacks
):
    """With all that follows the commit, and a captcha that is solved."""
    visitor.ticket()
    for n in range(2):
        page = visitor.get(FORM)
        email = "visitor@example.org" if known else f"v{n}@example.org"
        solution = challenge_of(page).response
        answers = {**visitor.answers, "body": f"No {n}", "email": email, "captcha_1": solution}
        with (
            CaptureQueriesContext(connection) as queries,
            django_capture_on_commit_callbacks(execute=True),
        ):
            assert visitor.send(page, FORM, **answers).status_code == 302
        asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        # A known one is held, so that it can't be merged into another meanwhile.
        assert len(asked) == (25 if known else 24), asked
        for m in range(20):
            make_ticket(desk, email=f"{n}-{m}@example.org")


def test_tokens_say_when_and_which():
    token = FormToken.new()
    assert FormToken.read(str(token)).nonce == token.nonce
    assert abs(token.age) < 5
    assert FormToken.read(str(token)).key("a") != token.key("b")
    assert FormToken("n", time.time() - 10).age >= 10
