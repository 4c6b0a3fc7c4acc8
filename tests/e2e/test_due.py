"""What is late and what is due soon, seen at a telephone and at a desk: nothing too wide, nothing that axe finds."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.test_axe import Checked
from tests.factories import make_policy, make_ticket, promise
from wagtail_helpdesk.models import Ticket, WorkingHours
from wagtail_helpdesk.tickets import accept, wait

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.parametrize("look", ["phone light id", "desktop dark en"])
def test_late_and_due_soon(people, desk, look):
    # Round the clock, so that it is due in hours whenever this runs.
    policy = make_policy(desk, first_response=180, resolution=600, level=300)
    policy.calendar.hours.all().delete()
    for weekday in range(7):
        WorkingHours.objects.create(
            calendar=policy.calendar, weekday=weekday, opens_at="00:00", closes_at="00:00"
        )
    promise(desk, policy)
    late, soon, stands = (make_ticket(desk, subject=f"Lamp {number}") for number in range(3))
    Ticket.objects.filter(pk=late.pk).update(
        due_at=timezone.now() - timedelta(days=1, hours=2),
        first_response_due_at=timezone.now() - timedelta(days=1, hours=2),
    )
    accept(stands, by=desk.first_level1)
    wait(stands, by=desk.first_level1, status="pending")
    agent = people.agent(desk.first_level1, look=look)
    checked = Checked(agent)
    agent.go("/admin/helpdesk/tickets/?view=divisions")
    marks = agent.find(".wh-queue__due .wh-due")
    expect(marks).to_have_count(3)
    assert [mark.get_attribute("class").split("--")[1] for mark in marks.all()] == [
        "late",
        "soon",
        "stands",
    ]
    checked.page("queue")
    for view, ticket in (("late", late), ("due_soon", soon)):
        agent.find(f".wh-views a[href$='view={view}']").click()
        agent.page.wait_for_url(f"**view={view}")
        expect(agent.find(".wh-queue tbody tr")).to_have_count(1)
        agent.sees(".wh-queue__reference", ticket.reference)
        expect(agent.find("td.wh-queue__due svg")).to_be_visible()
        checked.page(view)
    for ticket, kind in ((late, "late"), (stands, "stands")):
        agent.opens(ticket)
        agent.sees(f".wh-strip__item--due .wh-due--{kind}")
        agent.find(".wh-clocks summary").press("Enter")
        expect(agent.find(".wh-clocks li")).to_have_count(2)
        expect(agent.find(".wh-clocks li").first).to_be_visible()
        checked.page(f"ticket that {kind}")
    assert checked.report == []
