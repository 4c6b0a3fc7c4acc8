"""A leader's Monday: last week on one page, from a figure to its tickets and back, and a spreadsheet for the meeting."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.test_axe import Checked
from tests.factories import make_policy, make_ticket, promise
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Division, Ticket
from wagtail_helpdesk.tallies.folding import fold_all

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]

RECAP = "/admin/helpdesk/reports/recap/"
LONG = "w" * 90


@pytest.fixture
def last_week(desk, support):
    """What two divisions of one leader did last week, and a little of the weeks before."""
    Division.objects.update(leader=desk.first_leader)
    Division.objects.filter(pk=desk.second.pk).update(name=f"Second {LONG}")
    desk.first_leader.user_permissions.add(Permission.objects.get(codename="view_recap"))
    promise(desk, make_policy(desk, zone="Asia/Jakarta"))
    now = timezone.now()
    monday = now - timedelta(days=now.weekday() + 7)
    with time_machine.travel(monday, tick=False) as clock:
        for back in (40, 22, 15, 0):
            clock.move_to(monday - timedelta(days=back))
            for number in range(8 if back == 0 else 3):
                _ticket_of(desk, number, clock)
    fold_all()
    return desk


def _ticket_of(desk, number, clock):
    division = desk.first if number % 4 else desk.second
    by = desk.first_level1 if division == desk.first else desk.second_level1
    ticket = make_ticket(
        desk,
        division=division,
        email=f"{number}@example.org",
        channel="web" if number % 3 else "telephone",
    )
    clock.shift(3600)
    tickets.accept(ticket, by=by)
    if number % 3 == 1:
        tickets.escalate(ticket, by=by, reason=desk.reasons[0], note="Too deep.")
        by = desk.first_level2 if division == desk.first else desk.second_level2
        tickets.accept(ticket, by=by)
    clock.shift(5400)
    if number != 5:
        line = "<img src=x onerror=alert(1)>" if number == 2 else "Changed the bulb."
        tickets.solve(ticket, by=by, outcome="fixed", solution=line, body="We changed the bulb.")


def test_a_leaders_monday(people, last_week):
    leader = people.agent(last_week.first_leader)
    leader.go("/admin/")
    leader.find("button[aria-label='Reports'], button:has-text('Reports')").first.click()
    leader.find("a[href$='/reports/recap/']").click()
    # Last week is there without asking, of both divisions beside each other, with the weeks before it.
    leader.sees("[aria-labelledby=by] tbody th", "First")
    expect(leader.find("table[aria-labelledby=by] tbody tr")).to_have_count(2)
    expect(leader.find("table[aria-labelledby=development] tbody tr")).to_have_count(12)
    expect(leader.find("svg[role=img] title").first).not_to_be_empty()
    leader.look("recap")
    # From a figure to its tickets: as many as it says. And back, to the same days.
    figure = leader.find("table[aria-labelledby=together] a[href*='recap=solved&']").first
    number = int(figure.inner_text())
    assert number == 7
    figure.click()
    leader.sees(".wh-behind")
    expect(leader.find(".wh-queue tbody tr")).to_have_count(number)
    leader.look("behind a figure")
    leader.find(".wh-behind a").click()
    leader.sees("table[aria-labelledby=together]")
    # By whom, and what helped.
    leader.find("[aria-labelledby=by] nav a[href*='by=person']").click()
    leader.sees("table[aria-labelledby=by] tbody", "first_level1")
    leader.sees("table[aria-labelledby=solutions] tbody", "<img src=x onerror=alert(1)>")
    # An earlier period, one of the divisions, and a month.
    leader.find(".wh-recap__turn a").first.click()
    leader.find(".wh-recap__kinds a[href*='period=month']").first.click()
    leader.page.wait_for_url(re.compile("period=month"))
    details = leader.find(".wh-recap__other")
    if details.get_attribute("open") is None:
        details.locator("summary").click()
    leader.find("#recap-of").select_option(str(last_week.first.pk))
    leader.find(".wh-recap__other button").click()
    leader.page.wait_for_url(re.compile(f"of={last_week.first.pk}"))
    leader.sees(".wh-recap__title", "First")
    # For the meeting.
    with leader.page.expect_download() as download:
        leader.find("a[href*='section=together'][href$='export=xlsx']").click()
    assert download.value.suggested_filename.startswith("recap-together-")


def test_staff_see_themselves_alone(people, last_week):
    agent = people.agent(last_week.first_level1, look="phone light en")
    agent.go(RECAP)
    agent.sees("table[aria-labelledby=together]")
    agent.sees_no("table[aria-labelledby=by]")
    expect(agent.find("#recap-of option")).to_have_count(1)
    agent.look("own recap")


@pytest.mark.parametrize(
    "look", ["phone light en", "phone dark id", "desktop dark en", "desktop light id"]
)
def test_no_violation_of_what_axe_can_find(people, last_week, look):
    leader = people.agent(last_week.first_leader, look=look)
    checked = Checked(leader)
    for name, address in (
        ("recap", RECAP),
        ("month by level", f"{RECAP}?period=month&by=level"),
        ("nothing happened", f"{RECAP}?period=year&day=2001-01-01"),
        ("behind", _behind(last_week)),
    ):
        leader.go(address)
        leader.look(name)
        checked.page(name)
    leader.page.goto(f"{RECAP}?period=century")
    checked.page("nonsense")
    assert checked.report == []


def _behind(desk):
    first = Ticket.objects.order_by("created_at").first().created_at.date()
    return (
        f"/admin/helpdesk/tickets/?view=all&recap=received&recap_of={desk.first.pk}"
        f"&recap_first={first}&recap_last={timezone.localdate()}"
    )
