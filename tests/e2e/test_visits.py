"""An engineer's day on a 360 px telephone: what is planned, how to get there, and what came of it."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.test_axe import Checked
from tests.factories import make_ticket
from wagtail_helpdesk import tickets
from wagtail_helpdesk.links import link_url
from wagtail_helpdesk.models import Ticket, Visit

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def at_level_3(desk):
    made = [make_ticket(desk, subject=f"Lamp {number}") for number in range(2)]
    for ticket in made:
        tickets.triage(ticket, by=desk.manager, level=desk.level3)
        tickets.accept(ticket, by=desk.first_level3)
    return made


@pytest.mark.parametrize("look", ["phone light id", "phone dark en", "desktop dark en"])
def test_an_engineers_day(people, desk, at_level_3, look):
    first, second = at_level_3
    engineer = people.agent(desk.first_level3, look=look)
    checked = Checked(engineer)
    today = timezone.localtime(timezone=timezone.get_default_timezone()).date()

    def plans(ticket, day, starts, ends):
        engineer.opens(ticket)
        dialog = engineer.opens_dialog("plan_visit")
        checked.page("plan")
        for name, value in {"day": day.isoformat(), "starts": starts, "ends": ends}.items():
            dialog.locator(f"[name={name}]").fill(value)
        dialog.locator("[name=place]").fill("Jalan Mawar 3, Tirtasela")
        dialog.locator("button[type=submit]").click()

    plans(first, today, "09:00", "11:00")
    engineer.sees(".messages .success")
    engineer.sees(".wh-strip", "WIB")
    checked.page("ticket with a visit")
    # Another one at that time is warned of, and planned only when that is said.
    plans(second, today, "10:00", "12:00")
    engineer.sees("[name=despite_overlap]")
    checked.page("overlap")
    assert Visit.objects.count() == 1
    engineer.find("[name=despite_overlap]").check()
    engineer.find("form[action*='/plan_visit/'] button[type=submit]").click()
    engineer.sees(".messages .success")

    engineer.go("/admin/helpdesk/visits/")
    expect(engineer.find(".wh-visit")).to_have_count(2)
    checked.page("visits")
    for button in engineer.find(".wh-visit .button").all():
        assert button.bounding_box()["height"] >= 44
    visit = Visit.objects.get(ticket=first)
    engineer.find(f"a[href*='visit={visit.pk}&outcome=done']").click()
    expect(engineer.find("[name=outcome][value=done]")).to_be_checked()
    expect(engineer.find("[data-wh-visit-target=moved]")).to_be_hidden()
    engineer.find("form[action*='/report_visit/'] button[type=submit]").click()
    engineer.sees(".error-message")  # done needs findings
    checked.page("report without findings")
    engineer.find("[name=findings]").fill("between-colleagues: a mouse in the box.")
    engineer.find("form[action*='/report_visit/'] button[type=submit]").click()
    engineer.page.wait_for_url("**/helpdesk/visits/")

    other = Visit.objects.get(ticket=second)
    engineer.find(f"a[href*='visit={other.pk}&outcome=moved']").click()
    expect(engineer.find("[data-wh-visit-target=moved]")).to_be_visible()
    checked.page("move")
    tomorrow = today + timedelta(days=1)
    for name, value in {"day": tomorrow.isoformat(), "starts": "08:00", "ends": "09:00"}.items():
        engineer.find(f"[name={name}]").fill(value)
    engineer.find("form[action*='/report_visit/'] button[type=submit]").click()
    engineer.page.wait_for_url("**/helpdesk/visits/")
    assert Visit.objects.get(ticket=second, outcome="").sequence == 1

    engineer.find("button[name=renew]").click()
    address = engineer.find("#wh-feed-address").input_value()
    checked.page("calendar")
    calendar = engineer.page.request.get(address)
    assert calendar.ok
    assert other.uid in calendar.text()

    Ticket.objects.filter(pk=first.pk).update(language=engineer.language)  # their pages speak it
    visitor = people.visitor(look=look)
    visited = Checked(visitor)
    visitor.go(link_url(first))
    visitor.find("main form[method=post] button").first.click()
    visitor.sees("form[action*='/confirm-visit/']")
    visited.page("to confirm")
    visitor.find("form[action*='/confirm-visit/'] button").click()
    visitor.sees(".wh-notice--done")
    visited.page("confirmed")
    assert Visit.objects.get(ticket=first).confirmed_at

    engineer.opens(first)
    engineer.solves(outcome="visit", solution="A mouse: new cable")
    engineer.sees_status("solved")
    assert checked.report == visited.report == []
