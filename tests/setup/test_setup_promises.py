"""What ``setup_helpdesk`` promises to begin with, and that it leaves alone what an owner has."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.utils import translation
from wagtail.models import Site

from tests.factories import make_user
from wagtail_helpdesk.models import (
    ComplaintType,
    Contact,
    HelpdeskSettings,
    Priority,
    SlaPolicy,
    SupportLevel,
    WorkingCalendar,
)
from wagtail_helpdesk.setup import prepare
from wagtail_helpdesk.setup.groups import AGENTS, MANAGERS
from wagtail_helpdesk.setup.promises import follow
from wagtail_helpdesk.setup.report import Report
from wagtail_helpdesk.tickets import submit

pytestmark = pytest.mark.django_db


def test_office_hours_in_the_site_s_zone(settings):
    settings.TIME_ZONE = "Asia/Jakarta"
    report = prepare()
    calendar = WorkingCalendar.objects.get()
    assert calendar.time_zone == "Asia/Jakarta"
    hours = calendar.working_time
    # A week has forty hours, and none on Saturday.
    start, end = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC)
    assert hours.seconds_between(start, end) == 40 * 3600
    assert hours.is_open(datetime(2026, 11, 23, 1, tzinfo=UTC))  # 8:00 there
    assert not hours.is_open(datetime(2026, 11, 23, 5, 30, tzinfo=UTC))  # 12:30 there
    assert not hours.is_open(datetime(2026, 11, 28, 2, tzinfo=UTC))
    assert any("Office hours" in line and "Asia/Jakarta" in line for line in report.made)
    assert any("Usual targets" in line for line in report.made)


def test_every_priority_and_level_has_its_target():
    prepare()
    policy = SlaPolicy.objects.get()
    targets = {
        row.priority: (row.first_response_minutes, row.resolution_minutes)
        for row in policy.targets.all()
    }
    assert targets[Priority.URGENT] == (60, 480)
    ordered = [targets[priority] for priority in reversed(Priority.values)]
    assert ordered == sorted(ordered) and len(targets) == 4
    assert [row.minutes for row in policy.level_targets.order_by("level__rank")] == [240, 480, 960]
    assert HelpdeskSettings.objects.get(site=Site.objects.get()).sla_policy == policy


def test_a_complaint_is_promised_something():
    prepare()
    type_ = ComplaintType.objects.filter(priority=Priority.HIGH).first()
    ticket = submit(
        site=Site.objects.get(),
        contact=Contact(name="A. Visitor", email="visitor@example.org"),
        complaint_type=type_,
        subject="Dark",
        body="The lamp is dark.",
    )
    assert ticket.created_at < ticket.first_response_due_at < ticket.resolution_due_at


def test_twice_is_once_and_what_an_owner_changed_stays():
    prepare()
    SlaPolicy.objects.get().targets.filter(priority=Priority.LOW).delete()
    WorkingCalendar.objects.update(name="Ours", time_zone="Europe/Berlin")
    HelpdeskSettings.objects.update(sla_policy=None)
    report = prepare()
    assert SlaPolicy.objects.get().targets.count() == 3
    assert WorkingCalendar.objects.get().time_zone == "Europe/Berlin"
    assert HelpdeskSettings.objects.get().sla_policy is None, "no promise is a decision too"
    assert any("policies" in line for line in report.kept)
    assert not any("polic" in line or "calendar" in line for line in report.made)


def test_a_calendar_and_a_choice_that_are_there_are_used():
    calendar = WorkingCalendar.objects.create(name="Ours", time_zone="UTC")
    prepare()
    assert SlaPolicy.objects.get().calendar == calendar
    mine = SlaPolicy.objects.create(name="Mine", calendar=calendar)
    HelpdeskSettings.objects.update(sla_policy=mine)
    SlaPolicy.objects.exclude(pk=mine.pk).delete()
    prepare()
    assert HelpdeskSettings.objects.get().sla_policy == SlaPolicy.objects.get() == mine


def test_a_site_that_follows_a_policy_goes_on_to():
    prepare()
    site, mine = Site.objects.get(), SlaPolicy.objects.get()
    other = SlaPolicy.objects.create(name="Other", calendar=mine.calendar)
    report = Report()
    follow(site, other, report)
    assert HelpdeskSettings.objects.get().sla_policy == mine
    assert report.kept and not report.made


def test_an_owner_with_one_level_gets_its_target():
    level = SupportLevel.objects.create(rank=5, name="Only one")
    prepare()
    assert SlaPolicy.objects.get().level_targets.get().level == level


def test_agents_see_what_is_promised_and_managers_change_it(client):
    prepare()
    agent = make_user("agent", groups=[Group.objects.get(name=AGENTS)])
    manager = make_user("boss", groups=[Group.objects.get(name=MANAGERS)])
    for model in ("slapolicy", "workingcalendar"):
        assert agent.has_perm(f"wagtail_helpdesk.view_{model}")
        for action in ("add", "change", "delete"):
            assert not agent.has_perm(f"wagtail_helpdesk.{action}_{model}")
            assert manager.has_perm(f"wagtail_helpdesk.{action}_{model}")


def test_staff_read_the_names_in_their_language():
    with translation.override("id"):
        prepare()
    assert SlaPolicy.objects.get().name == "Usual targets"
    assert WorkingCalendar.objects.get().name == "Office hours"
    with translation.override("id"):
        assert str(WorkingCalendar.objects.get()) == "Jam kantor"
