"""A complaint's whole life, each person at a browser of their own."""

import pytest
from django.core import mail

from tests.e2e.people import LOOKS, PRIVATE
from wagtail_helpdesk.models import Ticket

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

COMPLAINT = "Since Monday the lamp over the door stays dark.\n\nPlease help."


@pytest.fixture
def photo():
    return {"name": "lamp.txt", "mimeType": "text/plain", "buffer": b"A lamp of type 12."}


@pytest.mark.parametrize("look", LOOKS)
def test_a_complaint_from_the_first_word_to_the_second_solution(people, desk, photo, look):
    visitor = people.visitor(look=look)
    ticket = complain(visitor, desk, photo)
    ask_back(people.agent(desk.first_level1, look=look), ticket)

    # By the mailed link, at another machine.
    visitor = people.visitor(look=look)
    answer(visitor)

    level1 = people.agent(desk.first_level1, look=look)
    level1.opens(ticket, view="mine")
    level1.sees_status("open")
    level1.sees("#latest, .wh-entry--requester", "It is of type 12")
    level1.escalates(reason="needs-deeper-knowledge", note=f"Bulb changed, {PRIVATE}")
    level1.sees_level(desk.level2)
    level1.look("escalated")
    level1.leaves()

    level2 = people.agent(desk.first_level2, look=look)
    level2.opens(ticket, view="unassigned")
    level2.sees(".wh-entry--step", f"Bulb changed, {PRIVATE}")
    level2.accepts()
    level2.escalates(reason="needs-deeper-knowledge", note=f"Fuse is whole, {PRIVATE}")
    level2.sees_level(desk.level3)
    level2.leaves()

    level3 = people.agent(desk.first_level3, look=look)
    level3.opens(ticket, view="unassigned")
    level3.sees(".wh-entry--step >> nth=1", "Fuse is whole")
    level3.accepts()
    level3.replies("The wire under the roof is broken. I mend it today.")
    level3.solves(outcome="fixed", solution=f"New wire, {PRIVATE}", body="It shines again.")
    level3.sees_status("solved")
    level3.look("solved")

    read_and_reopen(people.visitor(look=look), ticket)

    level3.opens(ticket, view="mine")
    level3.sees_status("open")
    level3.sees(".wh-entry--requester >> nth=-1", "dark again")
    level3.look("reopened")
    level3.solves(outcome="fixed", solution="A new lamp", body="Now with a new lamp.")
    level3.sees_status("solved")

    visitor = people.visitor(look=look)
    visitor.follows_mailed_link()
    visitor.sees(".wh-status--solved")
    visitor.sees(".wh-timeline", "Now with a new lamp.")
    visitor.look("solved-again")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.level, ticket.assignee) == (
        "solved",
        desk.level3,
        desk.first_level3,
    )
    contact_mails = [message for message in mail.outbox if visitor.email in message.to]
    assert contact_mails
    assert not any(PRIVATE in str(message.message()) for message in contact_mails)


def complain(visitor, desk, photo):
    visitor.go("/support/")
    visitor.look("landing")
    visitor.find("main a[href$='/complaint/']").click()
    visitor.page.wait_for_url("**/complaint/")
    visitor.look("form")
    visitor.fill_in_complaint(complaint_type=desk.types["First"], body=COMPLAINT, file=photo)
    visitor.sees("[data-wh-files] li", photo["name"])
    visitor.look("form-filled-in")
    visitor.send()
    reference = visitor.reads_reference()
    visitor.look("sent")
    ticket = Ticket.objects.get(reference=reference)
    assert ticket.language == visitor.language
    return ticket


def ask_back(level1, ticket):
    level1.opens(ticket, view="unassigned")
    level1.sees_status("new")
    level1.sees(".wh-entry--complaint", "the lamp over the door stays dark")
    level1.sees(".wh-entry--complaint .wh-files a", "lamp.txt")
    level1.look("new")
    level1.accepts()
    level1.sees_status("open")
    level1.notes(f"Sounds like the fuse, {PRIVATE}")
    level1.sees(".wh-entry--note", PRIVATE)
    level1.replies("Which type of lamp is it?", status="pending")
    level1.sees_status("pending")
    level1.look("asked-back")
    level1.leaves()


def answer(visitor):
    visitor.follows_mailed_link()
    visitor.sees(".wh-status--pending")
    visitor.sees(".wh-timeline", "Which type of lamp is it?")
    visitor.sees(".wh-files__name", "lamp.txt")
    visitor.look("asked")
    visitor.find("[name=body]").fill("It is of type 12.")
    visitor.send()
    visitor.sees(".wh-notice--done")
    visitor.sees(".wh-status--open")
    visitor.look("answered")


def read_and_reopen(visitor, ticket):
    visitor.looks_up(ticket.reference.lower().replace("-", " "))
    visitor.sees(".wh-status--solved")
    visitor.sees_no(".wh-timeline")
    visitor.look("looked-up")
    visitor.find("form[action$='/status/link/'] button").click()
    visitor.sees(".wh-notice--information")
    visitor.follows_mailed_link()
    visitor.sees(".wh-timeline", "It shines again.")
    visitor.look("solved")
    visitor.find("[name=body]").fill("It is dark again.")
    visitor.send()
    visitor.sees(".wh-notice--done")
    visitor.sees(".wh-status--open")
    visitor.look("reopened")
