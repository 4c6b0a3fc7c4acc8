"""The ticket's page in the admin: who reads it, what it shows, and the composer."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from wagtail.admin.models import EditingSession
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.users.models import UserProfile

from tests.factories import make_procedure, make_ticket, make_user
from wagtail_helpdesk import tickets
from wagtail_helpdesk.links import make_token
from wagtail_helpdesk.models import (
    Attachment,
    DivisionMember,
    Message,
    MessageKind,
    OutboxMessage,
    Status,
    Ticket,
)
from wagtail_helpdesk.models.messages import owner_key
from wagtail_helpdesk.staff.workspace.side import PANELS
from wagtail_helpdesk.tickets.checklists import checklists_of
from wagtail_helpdesk.tickets.drafts import save_draft
from wagtail_helpdesk.tickets.files import store


def page(ticket, name="ticket"):
    return reverse(f"wagtail_helpdesk_admin:{name}", args=[ticket.pk])


def talk(desk, ticket, messages):
    """A conversation of ``messages`` messages, half of them notes."""
    for number in range(messages // 2):
        tickets.reply(ticket, by=desk.first_level1, body=f"Answer {number}")
        tickets.note(ticket, by=desk.first_level1, body=f"Remark {number}")


def send(client, ticket, verb, body, **data):
    data.setdefault("seen_version", Ticket.objects.get(pk=ticket.pk).version)
    return client.post(page(ticket, f"ticket_{verb}"), {"body": body, **data})


def text_of(response):
    """What the page says, without tags and with entities read."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(words).split())


@pytest.fixture
def former_holder(desk, ticket):
    """Somebody who had the ticket and has left the division since."""
    user = make_user("former", groups=[desk.agents])
    member = DivisionMember.objects.create(division=desk.first, user=user, level=desk.level1)
    tickets.accept(ticket, by=user)
    tickets.assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
    member.delete()
    return user


# --- Reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize("messages", [4, 50])
def test_as_many_queries_for_few_messages_as_for_many(
    client, desk, ticket, messages, django_assert_num_queries
):
    tickets.accept(ticket, by=desk.first_level1)
    talk(desk, ticket, messages)
    tickets.escalate(
        ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Not the bulb."
    )
    make_ticket(desk)
    client.force_login(desk.first_level2)
    client.get(page(ticket))
    with django_assert_num_queries(17):
        response = client.get(page(ticket))
    assert response.status_code == 200


def test_everything_at_once_keeps_the_limit(client, desk, ticket, django_assert_max_num_queries):
    """Triaged, linked, assigned, by procedure, with a text begun, from a view of the queue: 22 at most."""
    from wagtail.models import Page

    make_procedure(desk, division=desk.second)

    Ticket.objects.filter(pk=ticket.pk).update(page=Page.objects.last())
    other = make_ticket(desk)
    tickets.accept(ticket, by=desk.first_level1)
    tickets.triage(ticket, by=desk.first_leader, complaint_type=desk.types["Second"])
    tickets.link(ticket, by=desk.first_leader, to=other)
    tickets.tick(ticket, by=desk.first_level1, step=checklists_of(ticket).current.steps[0].key)
    tickets.escalate(ticket, by=desk.first_leader, reason="wrong-division", note="x")
    save_draft(ticket, by=desk.first_leader, body="Dear A.", kind="reply")
    client.force_login(desk.first_leader)
    client.get(page(ticket))
    with django_assert_max_num_queries(22):
        response = client.get(page(ticket), {"view": "divisions", "ordering": "-priority"})
    assert response.status_code == 200 and "Dear A." in response.content.decode()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("outsider", 404),
        ("second_level1", 404),
        ("second_leader", 404),
        ("first_level1", 200),
        ("first_level2", 200),
        ("first_leader", 200),
        ("manager", 200),
        ("superuser", 200),
    ],
)
@pytest.mark.parametrize("name", ["ticket", "ticket_history"])
def test_who_reads_a_ticket(client, desk, ticket, role, status, name):
    client.force_login(getattr(desk, role))
    assert client.get(page(ticket, name)).status_code == status


def test_a_former_holder_reads_and_writes_notes_only(client, ticket, former_holder):
    client.force_login(former_holder)
    response = client.get(page(ticket))
    assert response.status_code == 200
    assert "Add private note" in text_of(response)
    assert "Send reply" not in text_of(response)
    assert send(client, ticket, "note", "I remember this one.").status_code == 302
    assert Message.objects.get(ticket=ticket).kind == MessageKind.NOTE


def test_a_restricted_level_is_hidden_from_lower_ones(client, desk, ticket):
    desk.level2.restricted = True
    desk.level2.save()
    tickets.escalate(ticket, by=desk.first_leader, reason="wrong-division", note="Secret.")
    client.force_login(desk.first_level1)
    assert client.get(page(ticket)).status_code == 404
    assert client.get(page(ticket, "ticket_note")).status_code == 404


def test_staff_without_admin_access_are_sent_away(client, desk, ticket):
    client.force_login(desk.nobody)
    response = client.get(page(ticket))
    assert response.status_code == 302 and "login" in response.url


def test_the_conversation_tells_replies_notes_and_steps_apart(client, desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.reply(ticket, by=desk.first_level1, body="Which lamp?", status="pending")
    tickets.reply(ticket, by=ticket.contact, body="Over the door.")
    tickets.note(ticket, by=desk.first_level1, body="It is the transformer.")
    tickets.escalate(
        ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Measure it."
    )
    client.force_login(desk.first_level2)
    response = client.get(page(ticket))
    kinds = re.findall(r'class="wh-entry wh-entry--(\w+)', response.content.decode())
    assert kinds == ["complaint", "event", "reply", "requester", "note", "step"]
    words = text_of(response)
    for expected in (
        "first_level1 accepted it.",
        "Reply to the requester first_level1",
        "The ticket was set to “Waiting for the requester”.",
        "From the requester A. Visitor",
        "Private note Only staff read this. first_level1",
        "It is the transformer.",
        "Junior help desk, First → to Help desk admin, First",
        "Reason: needs deeper knowledge",
        "Measure it. Not accepted by anybody.",
    ):
        assert expected in words
    tickets.accept(ticket, by=desk.first_level2)
    assert "Accepted by first_level2" in text_of(client.get(page(ticket)))


def test_what_visitors_write_stays_text(client, desk):
    ticket = make_ticket(
        desk, subject="<script>alert(1)</script>", body="</div><img src=x onerror=y>"
    )
    client.force_login(desk.first_level1)
    content = client.get(page(ticket)).content.decode()
    assert "<script>alert(1)" not in content and "<img src=x" not in content
    assert "&lt;img src=x" in content


def test_reading_writes_nothing(client, desk, ticket):
    client.force_login(desk.first_level1)
    client.get(page(ticket))
    assert not EditingSession.objects.exists()
    assert Ticket.objects.get(pk=ticket.pk).version == ticket.version


def test_colleagues_see_who_else_is_looking(client, desk, ticket):
    client.force_login(desk.first_level1)
    content = client.get(page(ticket)).content.decode()
    ping = re.search(r'data-w-swap-src-value="([^"]*ping[^"]*)"', content).group(1)
    assert client.post(ping).status_code == 200
    client.force_login(desk.first_level2)
    answer = client.post(ping).json()
    assert [session["user"] for session in answer["other_sessions"]] == ["first_level1"]
    client.force_login(desk.second_level1)
    assert client.post(ping).status_code == 404


def panel(client, ticket, name):
    """A side panel's content, as the page's script asks for it when the panel is opened."""
    address = reverse("wagtail_helpdesk_admin:ticket_panel", args=[ticket.pk, name])
    response = client.get(address, headers={"X-Requested-With": "XMLHttpRequest"})
    assert "<html" not in response.content.decode()
    return text_of(response)


def test_the_requester_panel_lists_only_what_the_user_may_see(client, desk, ticket):
    make_ticket(desk, subject="In my division")
    make_ticket(desk, subject="In another division", division=desk.second)
    client.force_login(desk.first_level1)
    words = panel(client, ticket, "requester")
    assert "visitor@example.org" in words
    assert "In my division" in words and "In another division" not in words


def test_the_requester_panel_is_capped(client, desk, ticket, django_assert_num_queries):
    client.force_login(desk.first_level1)
    address = reverse("wagtail_helpdesk_admin:ticket_panel", args=[ticket.pk, "requester"])
    client.get(address)
    for others in (1, 13):
        for _number in range(others):
            make_ticket(desk, subject="Another")
        with django_assert_num_queries(12):
            words = text_of(client.get(address))
    assert words.count("Another") == 10 and "All their tickets" in words


def test_a_linked_ticket_out_of_reach_shows_its_reference_only(client, desk, ticket):
    other = make_ticket(desk, subject="Out of reach", division=desk.second)
    tickets.link(ticket, by=desk.manager, to=other)
    client.force_login(desk.first_level1)
    words = panel(client, ticket, "links")
    assert other.reference in words and "Out of reach" not in words
    client.force_login(desk.manager)
    assert "Out of reach" in panel(client, ticket, "links")
    assert "Related" in panel(client, other, "links")


def test_the_details_panel_leads_editors_to_the_page(client, desk, ticket):
    from wagtail.models import Page

    Ticket.objects.filter(pk=ticket.pk).update(page=Page.objects.last())
    client.force_login(desk.first_level1)
    words = panel(client, ticket, "details")
    assert Page.objects.last().title in words and "Edit the page" not in words
    client.force_login(desk.superuser)
    assert "Edit the page" in panel(client, ticket, "details")


@pytest.mark.parametrize("name", ["details", "requester", "articles", "links"])
def test_panels_are_for_those_who_read_the_ticket(client, desk, ticket, name):
    address = reverse("wagtail_helpdesk_admin:ticket_panel", args=[ticket.pk, name])
    for role in ("outsider", "second_level1", "second_leader"):
        client.force_login(getattr(desk, role))
        assert client.get(address).status_code == 404
    client.force_login(desk.first_level1)
    assert address in client.get(page(ticket)).content.decode()
    as_page = client.get(address)  # without script
    assert as_page.status_code == 200 and "<html" in as_page.content.decode()
    assert client.get(address.replace(name, "nonsense")).status_code == 404


def test_the_strip_says_whose_turn_it_is(client, desk, ticket):
    client.force_login(desk.first_level1)

    def strip():
        words = text_of(client.get(page(ticket)))
        return words[words.index("Whose turn it is") : words.index("Conversation")]

    assert "Junior help desk in First nobody there has accepted it yet the requester" in strip()
    tickets.accept(ticket, by=desk.first_level1)
    assert "first_level1 the requester has waited" in strip()
    tickets.reply(ticket, by=desk.first_level1, body="Which lamp?", status="pending")
    assert "The requester we have waited" in strip()
    tickets.reply(ticket, by=ticket.contact, body="Over the door.")
    assert "first_level1 the requester has waited" in strip()
    tickets.reply(ticket, by=desk.first_level1, body="I will look.")
    assert "first_level1 the requester has an answer; it is not solved yet" in strip()
    tickets.escalate(ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Dark.")
    assert "Help desk admin in First nobody there has accepted it yet" in strip()
    tickets.assign(ticket, by=desk.first_leader, assignee=desk.first_level2)
    assert "first_level2 not accepted yet" in strip()
    tickets.accept(ticket, by=desk.first_level2)
    tickets.wait(ticket, by=desk.first_level2, status="on_hold")
    assert "A third party we have waited" in strip()
    tickets.solve(ticket, by=desk.first_level2, outcome="fixed")
    assert "Nobody solved 0" in strip()
    # The requester still has the problem, and says no more than that.
    tickets.reopen(ticket, by=ticket.contact)
    assert "first_level2 the requester has waited" in strip()


@pytest.mark.parametrize("name", ["ticket", "ticket_history"])
def test_who_solved_it_says_the_outcome_and_the_solution(client, desk, ticket, name):
    client.force_login(desk.first_level1)
    tickets.solve(ticket, by=desk.first_level1, outcome="workaround", solution="A <b>candle</b>")
    said = "first_level1 solved it: Workaround. Solution: “A <b>candle</b>”"
    assert said in html.unescape(client.get(page(ticket, name)).content.decode())
    # The ticket keeps the last solution; who solved it before has only the outcome.
    tickets.reopen(ticket, by=ticket.contact)
    tickets.solve(ticket, by=desk.first_leader, outcome="fixed", solution="New wire")
    words = text_of(client.get(page(ticket, name)))
    assert "first_level1 solved it: Workaround. " in words
    assert "first_leader solved it: Fixed. Solution: “New wire”" in words
    assert words.count("New wire") == 1
    tickets.reopen(ticket, by=ticket.contact)
    tickets.solve(ticket, by=ticket.contact, outcome="answered")
    words = text_of(client.get(page(ticket, name)))
    assert "A. Visitor says that it is solved." in words and words.count("New wire") == 1


def test_the_history_tells_everything_and_who_had_it(client, desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.note(ticket, by=desk.first_level1, body="hidden-marker")
    client.force_login(desk.first_level2)
    words = text_of(client.get(page(ticket, "ticket_history")))
    assert "A. Visitor sent the complaint." in words
    assert "first_level1 added a private note." in words
    assert "first_level1 accepted it." in words
    assert "hidden-marker" not in words


@pytest.mark.parametrize(("language", "day"), [("en", "March 2, 2026"), ("id", "2 Maret 2026")])
def test_dates_can_be_read_in_one_way_only(client, desk, language, day):
    """Django's short English format has the month first, and half the world reads it otherwise."""
    reader = desk.first_level2
    with time_machine.travel(datetime(2026, 3, 2, 9, tzinfo=UTC)):
        ticket, until = make_ticket(desk), timezone.now() + timedelta(hours=1)
        tickets.escalate(ticket, by=desk.first_level1, reason="wrong-division", note="Not ours.")
        tickets.accept(ticket, by=reader)
        tickets.link(ticket, by=reader, to=make_ticket(desk), relation="related")
        tickets.wait(ticket, by=reader, status="pending", until=until)
        profile = UserProfile.get_for_user(reader)
        profile.preferred_language = language
        profile.save()
        client.force_login(reader)
        panels = [
            reverse("wagtail_helpdesk_admin:ticket_panel", args=[ticket.pk, name])
            for name in ("details", "requester", "links")
        ]
        for address in [page(ticket), page(ticket, "ticket_history"), *panels]:
            words = text_of(client.get(address))
            assert day in words, address
            assert not re.search(r"\b\d{1,2}[/-]\d{1,2}[/-]\d{2,4}\b", words), address


# --- Writing ------------------------------------------------------------------------------------


def test_a_reply_is_stored_and_mailed(client, desk, ticket):
    client.force_login(desk.first_level1)
    response = send(client, ticket, "reply", "Which lamp?", status="pending", channel="web")
    assert response.status_code == 302 and response.url == page(ticket)
    ticket.refresh_from_db()
    message = ticket.messages.get()
    assert (message.kind, message.body, message.by_user) == (
        MessageKind.REPLY,
        "Which lamp?",
        desk.first_level1,
    )
    assert ticket.status == Status.PENDING
    assert OutboxMessage.objects.filter(kind="reply", message=message).exists()


def test_an_answer_by_telephone_is_recorded_and_not_mailed(client, desk, ticket):
    client.force_login(desk.first_level1)
    send(client, ticket, "reply", "I told them.", channel="telephone")
    assert ticket.messages.get().channel == "telephone"
    assert not OutboxMessage.objects.filter(kind="reply").exists()


def test_a_note_is_mailed_to_nobody(client, desk, ticket):
    client.force_login(desk.first_level1)
    posted = OutboxMessage.objects.count()
    # What belongs to a reply is left alone.
    send(client, ticket, "note", "Careful.", status="pending", channel="web")
    ticket.refresh_from_db()
    assert ticket.messages.get().kind == MessageKind.NOTE
    assert ticket.status == Status.NEW
    assert OutboxMessage.objects.count() == posted


@pytest.mark.parametrize("verb", ["reply", "note"])
def test_an_empty_text_is_refused_in_words(client, desk, ticket, verb):
    client.force_login(desk.first_level1)
    response = send(client, ticket, verb, "  \n")
    assert response.status_code == 422 and "Enter a text." in text_of(response)
    assert not ticket.messages.exists()


def test_getting_the_address_of_a_button_leads_to_the_ticket(client, desk, ticket):
    client.force_login(desk.first_level1)
    assert client.get(page(ticket, "ticket_reply")).url == page(ticket)


@pytest.mark.parametrize("verb", ["reply", "note"])
def test_sending_stops_when_a_colleague_was_quicker(client, desk, ticket, verb):
    """Two clients: what is new is shown, the text is kept, and goes out on the second press."""
    seen = Ticket.objects.get(pk=ticket.pk).version
    tickets.reply(ticket, by=desk.first_level2, body="I have answered already.")
    client.force_login(desk.first_level1)
    response = send(client, ticket, verb, "My own answer", seen_version=seen)
    assert response.status_code == 409
    words = text_of(response)
    assert "This happened while you were writing:" in words
    assert "first_level2 wrote: I have answered already." in words
    assert "My own answer" in response.content.decode()
    assert "Discard" in words
    assert ticket.messages.count() == 1

    form = response.content.decode().split('id="composer"')[1]
    version = re.search(r'name="seen_version" value="(\d+)"', form)
    again = send(client, ticket, verb, "My own answer", seen_version=version.group(1))
    assert again.status_code == 302
    assert ticket.messages.count() == 2


def test_only_what_came_in_between_is_news(client, desk, ticket):
    tickets.note(ticket, by=desk.first_level2, body="Old remark")
    seen = Ticket.objects.get(pk=ticket.pk).version
    tickets.reply(ticket, by=ticket.contact, body="One more thing")
    client.force_login(desk.first_level1)
    content = send(client, ticket, "reply", "Text", seen_version=seen).content.decode()
    assert content.count("wh-entry--fresh") == 1
    news = content[content.index("wh-news") : content.index("</form>", content.index("wh-news"))]
    assert "One more thing" in news and "Old remark" not in news


def test_an_old_form_after_the_escalation_is_refused_with_its_text(client, desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    seen = ticket.version
    tickets.escalate(
        ticket, by=desk.first_leader, reason="needs-deeper-knowledge", note="I take it up."
    )
    client.force_login(desk.first_level1)
    response = send(client, ticket, "reply", "My long answer", seen_version=seen)
    assert response.status_code == 409
    assert "My long answer" in response.content.decode()
    assert "Send reply" not in text_of(response)

    response = send(client, ticket, "reply", "My long answer")
    assert response.status_code == 403
    assert "You may not do this with this ticket" in text_of(response)
    assert "My long answer" in response.content.decode()
    assert not ticket.messages.exists()
    # The text can still become a note.
    assert send(client, ticket, "note", "My long answer").status_code == 302


def test_a_closed_ticket_takes_notes_and_keeps_the_text_of_a_reply(client, desk, ticket):
    tickets.close(ticket, by=desk.first_level1)
    client.force_login(desk.first_level1)
    response = send(client, ticket, "reply", "Too late")
    assert response.status_code == 409 and "Too late" in response.content.decode()
    assert "it is closed; reopen it first." in text_of(response)
    assert send(client, ticket, "note", "Filed away").status_code == 302


def test_a_form_without_a_version_is_refused(client, desk, ticket):
    client.force_login(desk.first_level1)
    response = client.post(page(ticket, "ticket_reply"), {"body": "Kept"})
    assert response.status_code == 422 and "Kept" in response.content.decode()
    assert not ticket.messages.exists()


@pytest.mark.parametrize("role", ["outsider", "second_level1", "second_leader"])
@pytest.mark.parametrize("verb", ["reply", "note"])
def test_nobody_writes_on_a_ticket_they_cannot_see(client, desk, ticket, role, verb):
    client.force_login(getattr(desk, role))
    assert send(client, ticket, verb, "Hello").status_code == 404
    assert not ticket.messages.exists()


@pytest.mark.parametrize("verb", ["reply", "note"])
def test_nothing_else_of_the_post_reaches_the_ticket(client, desk, ticket, verb):
    client.force_login(desk.first_level1)
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    extra = {
        "level": desk.level3.pk, "division": desk.second.pk, "assignee": desk.first_level1.pk,
        "priority": "urgent", "contact": 1, "subject": "changed", "reference": "HD-00000-00000",
        "created_at": "2020-01-01", "outcome": "fixed", "solution": "x", "link_nonce": "x",
        "by_user": desk.manager.pk, "kind": "reply",
    }  # fmt: skip
    assert send(client, ticket, verb, "Text", **extra).status_code == 302
    after = Ticket.objects.filter(pk=ticket.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"version", "updated_at"} <= (
        {"status", "first_responded_at"} if verb == "reply" else set()
    )
    assert ticket.messages.get().by_user == desk.first_level1


# --- Files --------------------------------------------------------------------------------------


def upload(name="log.txt", content=b"07:12 link down"):
    return SimpleUploadedFile(name, content)


def test_files_go_with_the_message(client, desk, ticket):
    client.force_login(desk.first_level1)
    send(client, ticket, "reply", "See the log", attachments=[upload(), upload("b.txt")])
    message = ticket.messages.get()
    assert [file.name for file in message.attachments.all()] == ["log.txt", "b.txt"]
    assert "log.txt" in text_of(client.get(page(ticket)))


def test_a_refused_file_loses_neither_text_nor_the_other_file(client, desk, ticket):
    client.force_login(desk.first_level1)
    files = [upload(), upload("run.exe", b"MZ\x90\x00")]
    response = send(client, ticket, "reply", "See the log", attachments=files)
    content = response.content.decode()
    assert response.status_code == 422 and "See the log" in content
    kept = Attachment.objects.get()
    assert kept.name == "log.txt" and f'value="{kept.key}" checked' in content
    assert send(client, ticket, "reply", "See the log", stored=[kept.key]).status_code == 302
    assert ticket.messages.get().attachments.get() == kept


def test_files_are_kept_when_a_colleague_was_quicker(client, desk, ticket):
    seen = ticket.version
    tickets.note(ticket, by=desk.first_level2, body="Mine")
    client.force_login(desk.first_level1)
    response = send(client, ticket, "reply", "Text", seen_version=seen, attachments=[upload()])
    kept = Attachment.objects.get()
    assert response.status_code == 409 and kept.key in response.content.decode()
    assert kept.ticket is None


def test_a_store_that_fails_keeps_the_text(client, desk, ticket, monkeypatch):
    from wagtail_helpdesk.storage import private_storage

    def fail(*args, **kwargs):
        raise OSError("No space left")

    client.force_login(desk.first_level1)
    str(private_storage)
    monkeypatch.setattr(private_storage._wrapped, "save", fail, raising=False)
    response = send(client, ticket, "reply", "Kept text", attachments=[upload()])
    assert response.status_code == 422 and "Kept text" in response.content.decode()
    assert "could not be stored" in text_of(response)


def test_a_colleagues_unclaimed_file_cannot_be_taken(client, desk, ticket):
    theirs = store(upload(), owner_key=owner_key("user", desk.first_level2.pk))
    client.force_login(desk.first_level1)
    send(client, ticket, "reply", "Text", stored=[theirs.key])
    assert not ticket.messages.get().attachments.exists()


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("outsider", 404),
        ("second_level1", 404),
        ("first_level1", 200),
        ("first_leader", 200),
        ("manager", 200),
    ],
)
def test_who_opens_a_file(client, desk, role, status):
    stored = store(upload(), owner_key=owner_key("session", "x"))
    make_ticket(desk, attachments=[stored])
    client.force_login(getattr(desk, role))
    response = client.get(reverse("wagtail_helpdesk_admin:file", args=[stored.key]))
    assert response.status_code == status
    if status == 200:
        assert response["Content-Disposition"].startswith("attachment")
        assert b"".join(response.streaming_content) == b"07:12 link down"


def test_an_unclaimed_file_has_no_address(client, desk):
    stored = store(upload(), owner_key=owner_key("user", desk.manager.pk))
    client.force_login(desk.manager)
    address = reverse("wagtail_helpdesk_admin:file", args=[stored.key])
    assert client.get(address).status_code == 404


def test_what_only_staff_read_is_on_no_public_page(client, desk, ticket):
    """Notes, their files, reasons and solutions, written through the staff's pages."""
    client.force_login(desk.first_level1)
    send(client, ticket, "note", "note-marker", attachments=[upload("file-marker.txt")])
    send(client, ticket, "reply", "public-marker", attachments=[upload("public-file.txt")])
    tickets.escalate(
        ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="step-marker"
    )
    visitor = Client()
    opened = visitor.post(reverse("wagtail_helpdesk:open_link", args=[make_token(ticket)]))
    content = visitor.get(opened.url).content.decode()
    assert "public-marker" in content and "public-file.txt" in content
    for marker in ("note-marker", "file-marker", "step-marker"):
        assert marker not in content
    secret = Attachment.objects.get(name="file-marker.txt")
    address = reverse("wagtail_helpdesk:file", args=[secret.key])
    assert visitor.get(address).status_code == 404


def test_the_buttons_of_the_panels_are_written_as_wagtail_writes_them(client, desk, ticket):
    client.force_login(desk.first_level1)
    for language in ("en", "id"):
        with override(language):
            for panel in PANELS.values():
                shown = panel(ticket, None)
                wagtails = render_to_string(
                    BaseSidePanel.SidePanelToggle.template_name,
                    {"toggle": shown.toggle, "panel": shown, "count": 0},
                )
                assert shown.toggle.render_html() == wagtails
    page = client.get(reverse("wagtail_helpdesk_admin:ticket", args=[ticket.pk])).content.decode()
    for name in PANELS:
        assert f'data-side-panel-toggle="{name}"' in page
        url = reverse("wagtail_helpdesk_admin:ticket_panel", args=[ticket.pk, name])
        assert f'data-wh-panel-url-value="{url}"' in page
