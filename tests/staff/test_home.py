"""The admin's home page tells what concerns whoever looks at it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_ticket, make_user
from wagtail_helpdesk import tickets
from wagtail_helpdesk.clocks.heartbeat import TIMERS
from wagtail_helpdesk.models import Division, Heartbeat, OutboxMessage
from wagtail_helpdesk.staff.home import HelpdeskPanel

HOME = reverse("wagtailadmin_home")


class Request:
    def __init__(self, user):
        self.user = user


def texts(user):
    panel = HelpdeskPanel(Request(user))
    assert panel.is_shown()
    return [line.text for line in panel.get_context_data({})["lines"]]


def test_what_waits_and_what_is_mine(desk, ticket):
    assert texts(desk.first_level1) == ["1 ticket waits at your level for somebody to accept it"]
    tickets.accept(ticket, by=desk.first_level1)
    assert texts(desk.first_level1) == ["1 ticket is assigned to you"]
    assert texts(desk.second_level1) == [] == texts(desk.outsider)


def test_the_requesters_answer_is_told_until_somebody_replies(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.reply(ticket, by=desk.first_level1, body="Which lamp?", status="pending")
    assert texts(desk.first_level1) == ["1 ticket is assigned to you"]
    tickets.reply(ticket, by=ticket.contact, body="The one over the door.")
    assert "1 of them has an answer from the requester" in texts(desk.first_level1)
    tickets.note(ticket, by=desk.first_level1, body="Aha.")
    assert "1 of them has an answer from the requester" in texts(desk.first_level1)
    tickets.reply(ticket, by=desk.first_level1, body="Thank you.")
    assert texts(desk.first_level1) == ["1 ticket is assigned to you"]


def test_mail_trouble_is_told_to_who_may_see_mail(desk, ticket):
    Heartbeat.objects.create(name=TIMERS, at=timezone.now())
    mail = OutboxMessage.objects.get()
    assert texts(desk.manager) == []
    OutboxMessage.objects.filter(pk=mail.pk).update(state="dead")
    assert texts(desk.manager) == ["1 mail was given up"]
    assert not any("mail" in text for text in texts(desk.first_level1))
    OutboxMessage.objects.filter(pk=mail.pk).update(
        state="queued", next_try_at=timezone.now() - timedelta(hours=2)
    )
    assert texts(desk.manager) == ["1 mail has been waiting for long to be sent"]


@pytest.mark.parametrize("minutes", [None, 10_000])
def test_a_late_sweep_is_told(desk, minutes):
    if minutes:
        at = timezone.now() - timedelta(minutes=minutes)
        Heartbeat.objects.create(name=TIMERS, at=at)
    assert any("has not run lately" in text for text in texts(desk.manager))
    Heartbeat.objects.update_or_create(name=TIMERS, defaults={"at": timezone.now()})
    assert texts(desk.manager) == []


def test_the_checklist_stays_until_all_is_done(client, desk):
    from wagtail_helpdesk.pages.models import SupportPage

    def steps(user):
        return HelpdeskPanel(Request(user)).get_context_data({})["steps"]

    assert [step.is_done for step in steps(desk.manager)] == [True, True, True, False]
    assert steps(desk.first_leader) == []
    client.force_login(desk.manager)
    assert "Publish a support page" in client.get(HOME).content.decode()
    desk.site.root_page.add_child(instance=SupportPage(title="Support", slug="support"))
    assert steps(desk.manager) == []
    Division.objects.update(leader=None)
    for member in desk.first.members.all() | desk.second.members.all():
        member.delete()
    assert [step.is_done for step in steps(desk.manager)] == [True, False, True, True]


def test_other_staff_see_no_panel(client, desk, ticket):
    editor = make_user("editor")
    editor.user_permissions.add(
        *desk.agents.permissions.filter(content_type__app_label="wagtailadmin")
    )
    client.force_login(editor)
    assert 'id="helpdesk' not in client.get(HOME).content.decode()
    client.force_login(desk.first_level1)
    page = client.get(HOME).content.decode()
    assert 'id="helpdesk' in page and "waits at your level" in page


@pytest.mark.parametrize("who", ["first_level1", "first_leader", "manager", "outsider"])
def test_the_panel_costs_four_queries(desk, who, django_assert_max_num_queries):
    make_ticket(desk)
    user = type(desk.manager).objects.get(pk=getattr(desk, who).pk)
    user.has_perm("x.y")  # permissions are cached on the user by every admin page
    with django_assert_max_num_queries(4):
        HelpdeskPanel(Request(user)).get_context_data({})
