"""Working calendars and SLA policies in the admin: what may be entered, and in which words it is refused."""

import sys
from datetime import UTC, date, datetime, time
from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse
from wagtail.models import ModelLogEntry

from tests.factories import make_policy, make_ticket, promise
from wagtail_helpdesk.clocks import public_holidays
from wagtail_helpdesk.clocks.recompute import recompute_due
from wagtail_helpdesk.models import HelpdeskSettings, Holiday, SlaPolicy, WorkingCalendar
from wagtail_helpdesk.staff.calendars.durations import read_minutes, write_minutes
from wagtail_helpdesk.staff.calendars.hours import read_spans, write_spans, write_week

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
OFFICE = "8:00–12:00, 13:00–17:00"


@pytest.fixture
def manager(client, desk):
    client.force_login(desk.manager)
    return client


def rows(prefix, *forms, initial=0):
    """The fields of a formset."""
    data = {
        f"{prefix}-TOTAL_FORMS": len(forms),
        f"{prefix}-INITIAL_FORMS": initial,
        f"{prefix}-MIN_NUM_FORMS": 0,
        f"{prefix}-MAX_NUM_FORMS": 1000,
    }
    for number, form in enumerate(forms):
        data |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return data


def calendar_form(*holidays, **fields):
    return {
        "name": "Office",
        "time_zone": "Asia/Jakarta",
        **dict.fromkeys(DAYS[:5], OFFICE),
        **rows("holidays", *holidays),
        **fields,
    }


def policy_form(calendar, targets=(), levels=(), **fields):
    return {
        "name": "Usual",
        "calendar": calendar.pk,
        **rows("targets", *targets),
        **rows("level_targets", *levels),
        **fields,
    }


def target(priority, first_response="1:00", resolution="8 h"):
    return {
        "priority": priority,
        "first_response_minutes": first_response,
        "resolution_minutes": resolution,
    }


def add(client, name, form):
    return client.post(reverse(f"wagtail_helpdesk_{name}:add"), form)


def refusal(response):
    """What the page says is wrong."""
    assert response.status_code == 200
    form = response.context["form"]
    said = [str(error) for errors in form.errors.values() for error in errors]
    for formset in form.formsets.values():
        said += [str(error) for error in formset.non_form_errors()]
        said += [str(error) for row in formset.errors for each in row.values() for error in each]
    page = unescape(response.content.decode())
    assert said and all(error in page for error in said)
    return " ".join(said)


# Hours of a day


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("", []),
        ("8-17", [(8, 0, 17, 0)]),
        ("8:00–12:00, 13:00–17:00", [(8, 0, 12, 0), (13, 0, 17, 0)]),
        ("13.30 — 17.00; 8.00-12.00,", [(8, 0, 12, 0), (13, 30, 17, 0)]),
        ("8-12, 12-17", [(8, 0, 12, 0), (12, 0, 17, 0)]),
        ("0:00–24:00", [(0, 0, 0, 0)]),
        ("22:00-0:00", [(22, 0, 0, 0)]),
    ],
)
def test_hours_are_read_as_people_write_them(text, spans):
    expected = [(time(*span[:2]), time(*span[2:])) for span in spans]
    assert read_spans(text) == expected
    assert read_spans(write_spans(expected)) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("8:00–12:00, 11:00–17:00", "overlap"),
        ("8:00–0:00, 13:00–17:00", "overlap"),
        ("17:00–8:00", "ends before it begins"),
        ("8:00–8:00", "ends before it begins"),
        ("8:00–25:00", "isn't understood"),
        ("24:00–8:00", "isn't understood"),
        ("8:75–9:00", "isn't understood"),
        ("8:00", "isn't understood"),
        ("in the morning", "isn't understood"),
    ],
)
def test_hours_that_cant_be_are_refused_in_words(text, said):
    with pytest.raises(ValidationError, match=said):
        read_spans(text)


def test_a_week_in_a_line():
    office = read_spans("8-12, 13-17")
    week = {**dict.fromkeys(range(5), office), 5: read_spans("8-12")}
    assert write_week(week) == "Mon–Fri 8:00–12:00, 13:00–17:00 · Sat 8:00–12:00"
    assert write_week(dict.fromkeys(range(7), read_spans("0-24"))) == "Mon–Sun 0:00–24:00"
    assert write_week({2: office, 0: office}) == f"Mon {OFFICE} · Wed {OFFICE}"
    assert write_week({}) == ""


# Hours and minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1:30", 90),
        ("8 h", 480),
        ("8 jam", 480),
        ("45 min", 45),
        (" 1 H 30 Menit ", 90),
        ("1h30m", 90),
        ("120:00", 7200),
    ],
)
def test_minutes_are_read_as_people_write_them(text, minutes):
    assert read_minutes(text) == minutes
    assert read_minutes(write_minutes(minutes)) == minutes


@pytest.mark.parametrize("text", ["0:00", "0 min", "8", "1:60", "h", "-1:00", "99999 h", "1.5 h"])
def test_no_time_and_unclear_time_is_refused(text):
    with pytest.raises(ValidationError):
        read_minutes(text)


# Calendars


def test_a_calendar_is_made_a_line_a_day(manager):
    form = calendar_form({"date": "2026-12-25", "name": "Christmas"}, saturday="8–12")
    assert add(manager, "calendars", form).status_code == 302
    calendar = WorkingCalendar.objects.get()
    hours = [(row.weekday, row.opens_at.hour, row.closes_at.hour) for row in calendar.hours.all()]
    week = [(day, *span) for day in range(5) for span in ((8, 12), (13, 17))]
    assert hours == [*week, (5, 8, 12)]
    assert calendar.holidays.get().name == "Christmas"
    page = manager.get(reverse("wagtail_helpdesk_calendars:index")).content.decode()
    assert "Mon–Fri 8:00–12:00, 13:00–17:00 · Sat 8:00–12:00" in page


def test_a_new_calendar_begins_in_the_zone_of_the_site(manager, settings):
    settings.TIME_ZONE = "Asia/Makassar"
    page = manager.get(reverse("wagtail_helpdesk_calendars:add")).content.decode()
    assert 'value="Asia/Makassar"' in page
    assert '<option value="Asia/Jayapura">' in page


def test_only_the_days_that_were_changed_are_written_anew(manager):
    add(manager, "calendars", calendar_form())
    calendar = WorkingCalendar.objects.get()
    url = reverse("wagtail_helpdesk_calendars:edit", args=[calendar.pk])
    assert f'value="{OFFICE}"' in manager.get(url).content.decode()
    before = set(calendar.hours.values_list("pk", flat=True))
    assert manager.post(url, calendar_form(friday="", name="Other")).status_code == 302
    after = list(calendar.hours.values_list("weekday", "pk"))
    assert {day for day, _pk in after} == {0, 1, 2, 3}
    assert {pk for _day, pk in after} < before
    assert WorkingCalendar.objects.get().name == "Other"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"monday": "8-12, 11-17"}, "overlap"),
        ({"friday": "17-8"}, "ends before it begins"),
        ({"sunday": "later"}, "isn't understood"),
        (dict.fromkeys(DAYS, ""), "at least one day"),
        ({"time_zone": "Mars/Olympus"}, "Unknown time zone"),
    ],
)
def test_a_calendar_that_cant_be_is_refused_in_words(manager, fields, said):
    assert said in refusal(add(manager, "calendars", calendar_form(**fields)))
    assert not WorkingCalendar.objects.exists()


def test_a_day_is_a_holiday_once(manager):
    day = {"date": "2026-12-25", "name": ""}
    assert "holiday already" in refusal(add(manager, "calendars", calendar_form(day, day)))


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 24, 10, tzinfo=UTC), "Tuesday, 10:00: time counts"),
        (datetime(2026, 11, 24, 18, tzinfo=UTC), "until Wednesday, 25 November 2026, 09:00"),
    ],
)
def test_a_calendar_says_whether_time_counts_now(manager, desk, moment, said):
    calendar = make_policy(desk).calendar
    with time_machine.travel(moment, tick=False):
        manager.force_login(desk.manager)
        url = reverse("wagtail_helpdesk_calendars:edit", args=[calendar.pk])
        assert said in manager.get(url).content.decode()


def test_a_calendar_without_hours_says_so(manager):
    calendar = WorkingCalendar.objects.create(name="Empty", time_zone="UTC")
    url = reverse("wagtail_helpdesk_calendars:edit", args=[calendar.pk])
    assert "Time never counts" in manager.get(url).content.decode()


def test_what_a_policy_counts_by_stays(manager, desk):
    calendar = make_policy(desk).calendar
    url = reverse("wagtail_helpdesk_calendars:delete", args=[calendar.pk])
    page = manager.post(url, follow=True).content.decode()
    assert "SLA policies: 1" in page and "another calendar first" in page
    assert WorkingCalendar.objects.exists()


# Policies


def test_a_policy_with_its_targets(manager, desk):
    calendar = make_policy(desk, name="Other").calendar
    form = policy_form(
        calendar,
        [target("urgent"), target("low", "", "40 h")],
        [{"level": desk.level1.pk, "minutes": "1:30"}],
    )
    assert add(manager, "policies", form).status_code == 302
    policy = SlaPolicy.objects.get(name="Usual")
    found = policy.targets.values_list("priority", "first_response_minutes", "resolution_minutes")
    assert set(found) == {("urgent", 60, 480), ("low", None, 2400)}
    assert policy.level_targets.get().minutes == 90
    page = manager.get(reverse("wagtail_helpdesk_policies:index")).content.decode()
    assert "1:00 / 8:00" in page and "– / 40:00" in page
    edit = manager.get(reverse("wagtail_helpdesk_policies:edit", args=[policy.pk]))
    assert 'value="1:30"' in edit.content.decode()


@pytest.mark.parametrize(
    ("targets", "levels", "said"),
    [
        ([target("high"), target("high")], 0, "priority has a target already"),
        ([target("high", "0:00")], 0, "No time at all"),
        ([target("high", "8")], 0, "hours and minutes"),
        ([target("high", "8:00", "1:00")], 0, "before it is answered"),
        ([], ["1:00", "2:00"], "level has a target already"),
        ([], ["0 min"], "No time at all"),
        ([], [""], "Enter hours and minutes"),
    ],
)
def test_targets_that_cant_be_are_refused_in_words(manager, desk, targets, levels, said):
    calendar = make_policy(desk, name="Other").calendar
    rows_ = [{"level": desk.level1.pk, "minutes": each} for each in levels or ()]
    assert said in refusal(add(manager, "policies", policy_form(calendar, targets, rows_)))
    assert SlaPolicy.objects.count() == 1


def test_a_policy_is_chosen_by_type_division_and_site(manager, desk):
    policy = make_policy(desk)
    for name, pk in (
        ("wagtail_helpdesk_types:edit", desk.types["First"].pk),
        ("wagtail_helpdesk_divisions:edit", desk.first.pk),
    ):
        page = manager.get(reverse(name, args=[pk])).content.decode()
        assert 'name="sla_policy"' in page and f'<option value="{policy.pk}">' in page
    url = reverse("wagtailsettings:edit", args=["wagtail_helpdesk", "helpdesksettings"])
    page = manager.get(url, follow=True).content.decode()
    assert 'name="sla_policy"' in page
    promise(desk, policy)
    delete = reverse("wagtail_helpdesk_policies:delete", args=[policy.pk])
    assert "another policy first" in manager.post(delete, follow=True).content.decode()
    assert HelpdeskSettings.objects.get(site=desk.site).sla_policy == policy


def test_what_was_entered_changes_what_is_due(manager, desk, django_capture_on_commit_callbacks):
    policy = make_policy(desk, resolution=480)
    promise(desk, policy)
    ticket = make_ticket(desk)
    before = ticket.resolution_due_at
    row = policy.targets.get(priority=ticket.priority)
    others = policy.targets.exclude(pk=row.pk)
    others.delete()
    form = policy_form(
        policy.calendar,
        [{"id": row.pk, **target(ticket.priority, "1:00", "2:00")}],
        **rows("targets", {"id": row.pk, **target(ticket.priority, "1:00", "2:00")}, initial=1),
    )
    with django_capture_on_commit_callbacks(execute=True):
        url = reverse("wagtail_helpdesk_policies:edit", args=[policy.pk])
        assert manager.post(url, form).status_code == 302
    assert recompute_due(limit=10) == 1
    ticket.refresh_from_db()
    assert ticket.resolution_due_at < before


def test_lists_cost_no_more_with_more_rows(manager, desk, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for name in ("calendars", "policies"):
        url = reverse(f"wagtail_helpdesk_{name}:index")
        make_policy(desk, name=f"First {name}")
        manager.get(url)
        with CaptureQueriesContext(
            connection,
        ) as few:
            manager.get(url)
        for number in range(5):
            make_policy(desk, name=f"{name} {number}")
        with django_assert_num_queries(len(few)):
            manager.get(url)


# Public holidays


def holidays_url(calendar):
    return reverse("wagtail_helpdesk_calendars:holidays", args=[calendar.pk])


@pytest.fixture
def calendar(desk):
    return make_policy(desk).calendar


def test_holidays_of_a_country_are_added_and_what_is_there_stays(
    manager, calendar, django_capture_on_commit_callbacks
):
    Holiday.objects.create(calendar=calendar, date=date(2026, 12, 25), name="Ours")
    with time_machine.travel(datetime(2026, 11, 24, tzinfo=UTC), tick=False):
        public_holidays.fill(calendar, "id", years=[2026], language="id-id")
    assert calendar.holidays.count() == 17
    names = dict(calendar.holidays.values_list("date", "name"))
    assert names[date(2026, 8, 17)] == "Hari Kemerdekaan Republik Indonesia"
    assert names[date(2026, 12, 25)] == "Ours"
    again = public_holidays.fill(calendar, "ID", years=[2026], language="en")
    assert (again.added, again.kept) == (0, 17)


def test_filling_changes_what_is_due(calendar, django_capture_on_commit_callbacks):
    from wagtail_helpdesk.clocks.timetable import timetable

    policy = calendar.policies.get()
    assert timetable().policies[policy.pk].hours.holidays == frozenset()
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        public_holidays.fill(calendar, "DE", subdivision="BY", years=[2026], language="de")
    assert date(2026, 1, 6) in timetable().policies[policy.pk].hours.holidays
    assert len(callbacks) == 1, "not one for every day"


def test_names_are_in_the_language_that_was_asked_for_or_the_country_s_own():
    day = date(2026, 12, 25)
    named = {
        language: public_holidays.public_holidays(country, years=[2026], language=language)[day]
        for country, language in (("ID", "en"), ("ID", "id"), ("DE", "de"), ("IT", "id"))
    }
    assert named["en"] == "Christmas Day" and named["de"] == "Erster Weihnachtstag"
    own = public_holidays.public_holidays("IT", years=[2026], language="id")[day]
    assert own == public_holidays.public_holidays("IT", years=[2026], language="it")[day]


def test_every_country_that_is_offered_can_be_filled_in():
    offered = public_holidays.countries()
    assert offered["ID"] == "Indonesia" and offered["BA"] == "Bosnia and Herzegovina"
    assert list(offered.values()) == sorted(offered.values())
    for code in ("AX", "US", "CD", "GW"):
        assert public_holidays.public_holidays(code, years=[2026], language="id"), code


def test_the_form_on_the_calendar_s_page(manager, calendar):
    edit = reverse("wagtail_helpdesk_calendars:edit", args=[calendar.pk])
    assert holidays_url(calendar) in manager.get(edit).content.decode()
    assert "Indonesia (ID)" in manager.get(holidays_url(calendar)).content.decode()
    year = date.today().year
    form = {"country": "ID", "years": [year, year + 1]}
    response = manager.post(holidays_url(calendar), form, follow=True)
    assert response.redirect_chain[-1][0] == edit
    number = calendar.holidays.count()
    assert number > 20 and f"{number} holidays were added." in response.content.decode()
    assert ModelLogEntry.objects.filter(action="wagtail.edit").count() == 1
    again = manager.post(holidays_url(calendar), form, follow=True).content.decode()
    assert f"0 holidays were added. {number} were there before" in again
    assert ModelLogEntry.objects.filter(action="wagtail.edit").count() == 1


@pytest.mark.parametrize(
    ("fields", "field", "said"),
    [
        ({"country": "XX"}, "country", "Select a valid choice"),
        ({"country": "DE", "subdivision": "ZZ"}, "subdivision", "It has: Augsburg, BB"),
        ({"country": "ID", "subdivision": "JB"}, "subdivision", "leave this empty"),
        ({"country": "ID", "years": [1]}, "years", "Select a valid choice"),
    ],
)
def test_what_the_package_doesnt_know_is_said_beside_the_field(
    manager, calendar, fields, field, said
):
    form = {"years": [date.today().year], **fields}
    response = manager.post(holidays_url(calendar), form)
    assert response.status_code == 200
    assert said in str(response.context["form"].errors[field])
    assert not calendar.holidays.exists()


def test_without_the_package_page_and_command_say_what_to_install(manager, calendar, monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    for response in (
        manager.get(holidays_url(calendar)),
        manager.post(holidays_url(calendar), {"country": "ID", "years": [date.today().year]}),
    ):
        assert "wagtail-helpdesk[holidays]" in response.content.decode().replace("&#x27;", "'")
    with pytest.raises(CommandError, match=r"wagtail-helpdesk\[holidays\]"):
        call_command("fill_helpdesk_holidays", calendar.name, "ID")


def test_reading_a_calendar_is_not_filling_it(client, desk, calendar):
    desk.agents.permissions.add(Permission.objects.get(codename="view_workingcalendar"))
    client.force_login(desk.first_level1)
    index = client.get(reverse("wagtail_helpdesk_calendars:index"))
    assert "Mon–Fri 9:00–17:00" in index.content.decode()
    assert holidays_url(calendar) not in index.content.decode()
    form = {"country": "ID", "years": [date.today().year]}
    for response in (client.get(holidays_url(calendar)), client.post(holidays_url(calendar), form)):
        assert response.url == reverse("wagtailadmin_home")
    assert not calendar.holidays.exists()


def test_the_command(calendar, capsys):
    call_command("fill_helpdesk_holidays", calendar.name, "ID", years=[2026, 2027], language="id")
    assert f"{calendar}: 35 added, 0 kept." in capsys.readouterr().out
    call_command("fill_helpdesk_holidays", str(calendar.pk), "de", subdivision="BY")
    assert calendar.holidays.filter(date__month=1, date__day=6).exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["Elsewhere", "ID"], "No calendar is called “Elsewhere”. There are: “Usual hours”"),
        (["Usual hours", "XX"], "“XX”. Countries: AD AE"),
        (["Usual hours", "DE", "--subdivision", "ZZ"], "no part “ZZ”. It has: Augsburg BB"),
        (["Usual hours", "ID", "--subdivision", "ZZ"], "It has none"),
    ],
)
def test_the_command_says_what_it_doesnt_know(calendar, arguments, said):
    with pytest.raises(CommandError, match=said):
        call_command("fill_helpdesk_holidays", *arguments)


def test_a_name_that_two_calendars_have_is_not_guessed(desk, calendar):
    WorkingCalendar.objects.create(name=calendar.name, time_zone="UTC")
    with pytest.raises(CommandError, match="Several calendars"):
        call_command("fill_helpdesk_holidays", calendar.name, "ID")
