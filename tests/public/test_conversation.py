"""The conversation as its requester reads it, and what they can do there."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from tests.factories import make_ticket
from tests.public.helpers import soup, text_file, text_of
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import (
    Attachment,
    Contact,
    HelpdeskSettings,
    Message,
    Status,
    Ticket,
    TicketLink,
)
from wagtail_helpdesk.models.messages import owner_key
from wagtail_helpdesk.tickets.files import store


def address(ticket, verb=""):
    return reverse("wagtail_helpdesk:ticket", args=[ticket.reference]) + (verb and f"{verb}/")


def entries(page):
    return [
        " ".join(entry.get_text(" ").split()) for entry in soup(page).select(".wh-timeline > li")
    ]


def ended(ticket, days):
    """The ticket was solved so many days ago."""
    Ticket.objects.filter(pk=ticket.pk).update(
        status=Status.SOLVED, solved_at=timezone.now() - timedelta(days=days)
    )


def test_it_tells_the_story_and_no_secret(visitor, desk, ticket):
    desk.first_level1.first_name, desk.first_level1.last_name = "Gita", "Surname"
    desk.first_level1.save()
    desk.first_level2.first_name = "Bima"
    desk.first_level2.save()
    tickets.accept(ticket, by=desk.first_level1)
    tickets.note(ticket, by=desk.first_level1, body="SECRET note")
    tickets.reply(ticket, by=desk.first_level1, body="Which lamp?", status="pending")
    tickets.reply(ticket, by=ticket.contact, body="The one over the door.")
    tickets.escalate(
        ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="SECRET reason"
    )
    tickets.accept(ticket, by=desk.first_level2)
    tickets.solve(
        ticket, by=desk.first_level2, outcome="fixed", solution="SECRET wire", body="It shines."
    )
    page = visitor.open(ticket)
    told = entries(page)
    assert [" ".join(entry.split()[:6]) for entry in told] == [
        " ".join(entry.split()[:6])
        for entry in (
            told[0],
            "The help desk is working on it",
            told[2],
            "The help desk waits for your",
            told[4],
            "The help desk is working on it",
            told[6],
            "The help desk marked this as",
        )
    ]
    assert ticket.body in told[0] and told[0].startswith("You")
    assert "Which lamp?" in told[2] and told[2].startswith("The help desk")
    assert "The one over the door." in told[4]
    assert "It shines." in told[6]
    text = text_of(page)
    assert "Solved" in text
    assert "Help desk admin (First)" in text
    for secret in ("SECRET", "Gita", "Surname", "Bima", "deeper", "visitor@example.org"):
        assert secret not in page.content.decode(), secret


def test_first_names_if_the_owner_wants(visitor, desk, ticket):
    desk.first_level1.first_name, desk.first_level1.last_name = "Gita", "Surname"
    desk.first_level1.save()
    HelpdeskSettings.objects.create(site=desk.site, show_staff_names=True)
    tickets.reply(ticket, by=desk.first_level1, body="Which lamp?")
    text = text_of(visitor.open(ticket))
    assert "Gita, help desk" in text
    assert "Surname" not in text


def test_a_reply_with_a_file(visitor, ticket):
    page = visitor.open(ticket)
    done = visitor.send(
        page, address(ticket, "reply"), follow=True, body="Still dark.", attachments=[text_file()]
    )
    assert done.redirect_chain[0][0].startswith(address(ticket))
    message = Message.objects.get()
    assert (message.body, message.by) == ("Still dark.", ticket.contact)
    assert message.attachments.get().name == "note.txt"
    assert "Your answer was sent." in text_of(done)
    assert "note.txt" in entries(done)[-1]


def test_an_empty_reply_keeps_its_file(visitor, ticket):
    page = visitor.open(ticket)
    again = visitor.send(page, address(ticket, "reply"), body=" ", attachments=[text_file()])
    assert again.status_code == 422
    assert [link["href"] for link in soup(again).select(".wh-summary a")] == ["#id_body"]
    done = visitor.send(again, address(ticket, "reply"), body="Here it is.")
    assert done.status_code == 302
    assert Message.objects.get().attachments.count() == 1


def test_a_reply_sent_twice_is_one(visitor, ticket):
    page = visitor.open(ticket)
    for _n in range(3):
        done = visitor.send(page, address(ticket, "reply"), body="Still dark.\r\nReally.")
        assert done.status_code == 302
    assert Message.objects.get().body == "Still dark.\nReally."
    visitor.send(
        visitor.get(address(ticket)), address(ticket, "reply"), body="Still dark.\nReally."
    )
    assert Message.objects.count() == 2


def test_this_is_solved(visitor, ticket):
    page = visitor.open(ticket)
    for _n in range(2):
        done = visitor.send(page, address(ticket, "solve"), follow=True)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.outcome) == (Status.SOLVED, "answered")
    assert "You marked this as solved" in entries(done)[-1]
    assert "You told us that it is solved" in text_of(done)
    assert "We think" not in text_of(done)
    assert ticket.events.filter(verb="solve").count() == 1


def test_who_says_that_it_is_solved_is_who_said_it_last(visitor, ticket, desk):
    visitor.send(visitor.open(ticket), address(ticket, "solve"))
    ticket.refresh_from_db()
    tickets.reopen(ticket, by=desk.first_level1)
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed", solution="New bulb")
    assert "We think that it is solved" in text_of(visitor.open(ticket))


@pytest.mark.parametrize("body", ["", "Dark again."])
@pytest.mark.parametrize("with_file", [False, True])
def test_i_still_have_the_problem(visitor, ticket, desk, body, with_file):
    page = visitor.open(ticket)
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed", solution="New bulb")
    nonce = ticket.link_nonce
    page = visitor.get(address(ticket))
    files = {"attachments": [text_file()]} if with_file else {}
    done = visitor.send(page, address(ticket, "reopen"), body=body, follow=True, **files)
    ticket.refresh_from_db()
    if with_file and not body:
        assert done.status_code == 422
        return
    assert ticket.status == Status.OPEN
    assert ticket.link_nonce != nonce
    # The browser goes on reading, although the links have ended.
    assert done.status_code == 200
    assert "open again" in text_of(done)
    assert Message.objects.filter(body="Dark again.").count() == bool(body)
    visitor.send(page, address(ticket, "reopen"), body=body)
    assert Message.objects.filter(body="Dark again.").count() == bool(body)


def test_after_the_window_a_new_ticket_is_started(visitor, ticket):
    visitor.open(ticket)
    ended(ticket, days=15)
    page = visitor.get(address(ticket))
    assert "starts a new ticket" in text_of(page)
    for _n in range(2):
        done = visitor.send(page, address(ticket, "reply"), body="Dark again.", follow=True)
    new = Ticket.objects.exclude(pk=ticket.pk).get()
    assert done.redirect_chain[0][0] == f"{address(new)}?done=started#latest"
    assert new.body == "Dark again."
    text = text_of(done)
    assert f"Its reference is {new.reference}" in text
    assert ticket.reference in text
    assert new.reference in text_of(visitor.get(address(ticket)))


def test_where_a_merged_ticket_goes_on(visitor, desk, ticket):
    same, foreign = make_ticket(desk), make_ticket(desk, email="other@example.org")
    visitor.open(ticket)
    tickets.merge(ticket, by=desk.first_level1, into=same)
    assert same.reference in text_of(visitor.get(address(ticket)))
    # The other's page doesn't say that it was written for.
    assert ticket.reference not in text_of(visitor.open(same))
    another = make_ticket(desk)
    visitor.open(another)
    tickets.merge(another, by=desk.first_level1, into=foreign)
    assert foreign.reference not in visitor.get(address(another)).content.decode()


def test_links_that_staff_made_stay_inside(visitor, desk, ticket):
    other = make_ticket(desk)
    tickets.link(ticket, by=desk.first_level1, to=other)
    assert TicketLink.objects.count() == 1
    assert other.reference not in text_of(visitor.open(ticket))


def test_every_post_needs_the_csrf_token(visitor, ticket):
    visitor.open(ticket)
    for verb in ("reply", "solve", "reopen", "leave"):
        response = visitor.client.post(address(ticket, verb), {"body": "Forged."})
        assert response.status_code == 403, verb
    for path in ("complaint/", "status/", "status/lost/", "status/link/", "status/forget/"):
        assert visitor.client.post(f"/support/{path}", {}).status_code == 403, path
    ticket.refresh_from_db()
    assert (ticket.status, Message.objects.count()) == (Status.NEW, 0)


def test_get_changes_nothing(visitor, ticket):
    visitor.open(ticket)
    version = Ticket.objects.get().version
    for verb in ("", "reply", "solve", "reopen", "leave"):
        assert visitor.get(address(ticket, verb)).status_code in (200, 302), verb
    assert Ticket.objects.get().version == version
    assert visitor.get(address(ticket)).status_code == 200


def test_without_a_grant_no_verb_works(visitor, stranger, ticket):
    visitor.open(ticket)
    page = visitor.get(address(ticket))
    stranger.get("/support/status/")
    token = stranger.client.cookies["csrftoken"].value
    for verb in ("reply", "solve", "reopen", "leave"):
        response = stranger.client.post(
            address(ticket, verb), {"body": "Mine?", "csrfmiddlewaretoken": token}
        )
        assert response.status_code == 404, verb
    assert Message.objects.count() == 0
    assert page.status_code == 200


def attach(desk, ticket, *, by, operation, name):
    attachment = store(text_file(name), owner_key=owner_key("user", str(by.pk)))
    getattr(tickets, operation)(ticket, by=by, body="See the file.", attachments=[attachment])
    return attachment


def test_files_of_the_conversation_and_no_others(visitor, stranger, desk, ticket):
    public = attach(desk, ticket, by=desk.first_level1, operation="reply", name="public.txt")
    private = attach(desk, ticket, by=desk.first_level1, operation="note", name="private.txt")
    unclaimed = store(text_file("loose.txt"), owner_key=owner_key("session", "x"))
    foreign = make_ticket(desk, email="other@example.org")
    theirs = attach(desk, foreign, by=desk.first_level1, operation="reply", name="theirs.txt")
    page = visitor.open(ticket)
    links = [link["href"] for link in soup(page).select(".wh-timeline a")]
    assert links == [f"/helpdesk/files/{public.key}/"]
    response = visitor.get(links[0])
    assert b"".join(response.streaming_content) == b"The lamp is of the type 12."
    assert response["Content-Disposition"] == 'attachment; filename="public.txt"'
    refused = {
        visitor.get(f"/helpdesk/files/{key}/").content
        for key in (private.key, unclaimed.key, theirs.key, "nonsense", "x" * 500)
    }
    assert len(refused) == 1
    assert stranger.get(links[0]).status_code == 404
    assert Client().get(links[0]).status_code == 404
    assert "private.txt" not in page.content.decode()


def test_another_browsers_files_cannot_be_claimed(visitor, stranger, desk, ticket):
    other = make_ticket(desk, email="other@example.org")
    theirs = visitor.send(
        visitor.open(ticket), address(ticket, "reply"), body="", attachments=[text_file()]
    )
    _action, data = visitor.form(theirs, address(ticket, "reply"))
    mine = stranger.open(other)
    again = stranger.send(mine, address(other, "reply"), body="Hm", kept_files=data["kept_files"])
    assert again.status_code == 422
    assert "no longer there" in text_of(again)
    assert Attachment.objects.get().ticket is None


def test_the_page_costs_the_same_however_long(visitor, desk, ticket, django_assert_num_queries):
    HelpdeskSettings.objects.create(site=desk.site, show_staff_names=True)
    visitor.open(ticket)
    cache.clear()
    for queries in (12, 7, 7):
        for n in range(10):
            by = (desk.first_level1, ticket.contact)[n % 2]
            attachment = store(text_file(), owner_key=owner_key("user", str(by.pk)))
            tickets.reply(ticket, by=by, body=f"Answer {n}", attachments=[attachment])
        Site.get_site_root_paths()  # which Wagtail keeps in the same way
        with django_assert_num_queries(queries):
            assert visitor.get(address(ticket)).status_code == 200


def test_too_many_answers_are_kept_and_not_sent(visitor, ticket, helpdesk):
    helpdesk(THROTTLES={"reply": [(2, 60)]})
    visitor.open(ticket)
    for n in range(3):
        done = visitor.send(visitor.get(address(ticket)), address(ticket, "reply"), body=f"No {n}")
    assert done.status_code == 429
    assert soup(done).find(id="id_body").get_text().strip() == "No 2"
    assert Message.objects.count() == 2


def test_a_contacts_stored_name_is_not_shown_to_who_knows_the_address(visitor, desk):
    Contact.objects.create(name="Realname", email="visitor@example.org", phone="+622112345678")
    ticket = visitor.ticket(name="Somebody")
    page = visitor.get(address(ticket))
    assert page.status_code == 200
    for private in ("Realname", "622112345678"):
        assert private not in page.content.decode()


def test_addresses_are_links_where_staff_wrote_them_and_text_where_strangers_did(visitor, desk):
    ticket = visitor.ticket(body="Look at http://bad.example.org/ now.")
    tickets.reply(
        ticket, by=desk.first_level1, body="Read <b>https://www.example.org/help/</b> first."
    )
    page = soup(visitor.get(f"/helpdesk/tickets/{ticket.reference}/"))
    links = [link["href"] for link in page.select(".wh-message__text a")]
    assert links == ["https://www.example.org/help/"]
    assert "<b>" in page.select(".wh-message__text")[1].get_text()
