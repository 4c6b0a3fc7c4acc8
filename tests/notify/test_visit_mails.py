"""What the requester is told of a visit, and the file for their calendar."""

from datetime import timedelta

import pytest
from icalendar import Calendar

from tests.notify.conftest import row_of
from tests.notify.test_mails import sent, whole
from tests.tickets.verbs import plan
from wagtail_helpdesk import tickets
from wagtail_helpdesk.clocks.words import window_in_words
from wagtail_helpdesk.models import HelpdeskSettings, SupportLevel
from wagtail_helpdesk.notify.delivery import deliver_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(desk, ticket):
    SupportLevel.objects.update(on_site=True)
    desk.first_level3.first_name, desk.first_level3.last_name = "Lukman", "Hakimsurname"
    desk.first_level3.save()
    deliver_due()
    return plan(
        ticket, desk, by=desk.manager, hours=0, place="Jalan Mawar 3; depan, kiri\nATTENDEE:x"
    )


def file_of(message):
    """The calendar in a mail, as its reader's program finds it, and the part's type."""
    [part] = [
        part for part in message.message().walk() if part.get_content_type() == "text/calendar"
    ]
    raw = part.get_payload(decode=True)
    assert all(len(line) <= 75 for line in raw.replace(b"\r\n", b"\n").split(b"\n"))
    return Calendar.from_ical(raw), part


def test_one_appointment_through_its_life(desk, ticket, visit):
    deliver_due()
    calendar, part = file_of(sent("visit_planned"))
    assert part.get_param("method") == calendar["method"] == "PUBLISH"
    assert part.get_filename() == "visit.ics"
    [event] = calendar.walk("VEVENT")
    assert (event["uid"], event["sequence"]) == (visit.uid, 0)
    assert event.decoded("dtstart") == visit.starts_at.replace(microsecond=0)
    assert event.decoded("dtend") == visit.ends_at.replace(microsecond=0)
    assert event["location"] == visit.place  # a text, whatever it looks like
    assert "attendee" not in event
    starts = visit.starts_at + timedelta(days=1)
    moved = tickets.report_visit(
        ticket, by=desk.manager, visit=visit, outcome="moved", starts=starts,
        ends=starts + timedelta(hours=1),
    )  # fmt: skip
    deliver_due()
    [event] = file_of(sent("visit_moved"))[0].walk("VEVENT")
    assert (event["uid"], event["sequence"]) == (visit.uid, 1)
    tickets.call_off_visit(ticket, by=desk.manager, visit=moved)
    deliver_due()
    calendar, part = file_of(sent("visit_called_off"))
    assert part.get_param("method") == calendar["method"] == "CANCEL"
    [event] = calendar.walk("VEVENT")
    assert (event["uid"], event["sequence"], event["status"]) == (visit.uid, 2, "CANCELLED")


def test_what_it_says(desk, ticket, visit):
    deliver_due()
    message = sent("visit_planned")
    for word in (window_in_words(visit.starts_at, visit.ends_at), "Jalan Mawar 3", "SECRET person"):
        assert word in message.body
    assert "WIB" in message.body
    assert "Lukman" not in str(message.message())
    link = "/helpdesk/t/"
    assert link in message.body
    assert link not in str(file_of(message)[0].to_ical())  # calendars are passed around


@pytest.mark.parametrize("shown", [False, True])
def test_first_names_only_where_the_site_shows_them(desk, ticket, visit, shown):
    HelpdeskSettings.objects.create(site=desk.site, show_staff_names=shown)
    deliver_due()
    said = whole(sent("visit_planned"))
    assert ("Lukman" in said) == shown
    assert "Hakimsurname" not in said


@pytest.mark.parametrize("outcome", ["done", "not_at_home"])
def test_what_was_found_stays_with_staff(desk, ticket, visit, outcome):
    deliver_due()
    tickets.report_visit(
        ticket, by=desk.manager, visit=visit, outcome=outcome, findings="Rats in the annexe."
    )
    deliver_due()
    message = sent({"done": "visit_done", "not_at_home": "visit_missed"}[outcome])
    assert "Rats" not in whole(message)
    assert not [part for part in message.message().walk() if "calendar" in part.get_content_type()]


def test_a_mail_that_is_late_sends_nobody_to_the_door(desk, ticket, visit):
    tickets.call_off_visit(ticket, by=desk.manager, visit=visit)
    deliver_due()
    assert row_of("visit_planned").state == "cancelled"
    assert row_of("visit_called_off").state == "sent"
