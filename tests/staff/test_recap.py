"""Reports › Help desk recap: who sees whose figures, what stands there, and the way to the tickets behind."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from tests.factories import make_policy, make_ticket, make_user, promise
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import ComplaintType, Division, Organisation, Ticket
from wagtail_helpdesk.reports.periods import Period
from wagtail_helpdesk.setup.groups import AGENTS, LEADERS, MANAGERS, make_groups
from wagtail_helpdesk.setup.report import Report
from wagtail_helpdesk.staff.reports.recap.figures import change, duration
from wagtail_helpdesk.tallies.folding import fold_all

RECAP = reverse("wagtail_helpdesk_admin:recap")
HOME = reverse("wagtailadmin_home")
#: A Monday.
MONDAY = datetime(2026, 11, 16, 2, tzinfo=UTC)
WEEK = {"period": "week", "day": "2026-11-16"}
#: Of the page, whatever there is to show.
QUERIES = 30


@pytest.fixture
def leader(desk):
    desk.first_leader.user_permissions.add(Permission.objects.get(codename="view_recap"))
    return desk.first_leader


@pytest.fixture
def week(desk, leader):
    """Seven tickets of one division, two of the other; it is the Monday after."""
    promise(desk, make_policy(desk, zone="Asia/Jakarta"))
    other = ComplaintType.objects.create(name="Other", division=desk.first, level=desk.level1)
    with time_machine.travel(MONDAY, tick=False) as clock:
        made = []
        for number in range(7):
            ticket = make_ticket(
                desk, email=f"{number}@example.org", channel="web" if number else "telephone"
            )
            made.append(ticket)
            tickets.accept(ticket, by=desk.first_level1)
            clock.shift(1800)
        for ticket in made[:2]:
            tickets.escalate(ticket, by=desk.first_level1, reason=desk.reasons[0], note="Too deep.")
            tickets.accept(ticket, by=desk.first_level2)
            clock.shift(600)
        for ticket in made[:6]:
            by = desk.first_level2 if ticket in made[:2] else desk.first_level1
            tickets.solve(ticket, by=by, outcome="fixed", solution="Changed the bulb.")
        tickets.reopen(made[5], by=desk.first_level1)
        tickets.triage(made[6], by=desk.first_level1, complaint_type=other)
        for number in range(2):
            make_ticket(desk, division=desk.second, email=f"s{number}@example.org")
        clock.move_to(MONDAY + timedelta(days=7))
        yield made


def page(client, user, **query):
    client.force_login(user)
    response = client.get(RECAP, query)
    assert response.status_code == 200
    return response


def rows(response, key):
    """By what a row is about: its texts."""
    table = next(table for table in response.context["tables"] if table.key == key)
    return {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}


def links(response, key, about):
    table = next(table for table in response.context["tables"] if table.key == key)
    row = next(row for row in table.rows if row[0].text == about)
    return {table.headings[place]: cell.url for place, cell in enumerate(row) if cell.url}


def listed(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response


# What stands there


def test_a_week_of_a_leader(client, week, leader):
    response = page(client, leader)
    assert response.context["days"]
    figures = rows(response, "together")
    assert figures["Received"][:2] == ["7", "0"]
    assert figures["Solved"][:3] == ["6", "0", "+6"]
    assert figures["Reopened"][0] == "1"
    assert figures["Open at the end"][0] == "2"
    assert figures["Passed up"][0] == "2"
    assert response.context["late"].text == "2"
    assert str(listed(client, response.context["late"].url).context["counted"]) == "2"
    assert figures["Resolution, median"][1] == "not enough to say"
    assert figures["Resolution, median"][0].endswith(" h")
    levels = rows(page(client, leader, by="level"), "by")
    assert levels["Help desk admin"][1] == "2"  # solved there
    people = rows(page(client, leader, by="person"), "by")
    assert people["first_level1"][0] == "6"
    assert people["first_level2"][0] == "2"
    assert rows(page(client, leader, by="channel"), "by")["Telephone"][0] == "1"
    assert rows(page(client, leader, by="type"), "by")["Other"][0] == "1"
    steps = rows(response, "escalations")
    assert steps == {"Junior help desk": ["Help desk admin", "needs deeper knowledge", "2"]}
    assert rows(response, "outcomes") == {"Fixed": ["6"]}
    table = next(table for table in response.context["tables"] if table.key == "solutions")
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["Changed the bulb.", "About First", "Fixed", "5"],
        ["Changed the bulb.", "About First", "Reopened", "1"],
    ]
    assert len(rows(response, "development")) == 12


def test_folding_changes_nothing_that_is_shown(client, week, leader):
    before = page(client, leader, **WEEK)
    fold_all()
    after = page(client, leader, **WEEK)
    for table in before.context["tables"]:
        assert rows(before, table.key) == rows(after, table.key)


def test_what_is_kept_goes_when_something_is_counted(client, week, desk, leader):
    fold_all()
    page(client, leader, **WEEK)
    Division.objects.filter(pk=desk.first.pk).update(name="Renamed")
    assert "Renamed" in rows(page(client, leader, by="division", **WEEK), "by")
    with time_machine.travel(MONDAY):
        make_ticket(desk, email="late@example.org")
    assert rows(page(client, leader, **WEEK), "together")["Received"][0] == "8"
    fold_all()
    assert rows(page(client, leader, **WEEK), "together")["Received"][0] == "8"


def test_what_happens_today_leaves_a_week_that_is_over_alone(client, week, desk, leader):
    fold_all()

    def queries():
        with CaptureQueriesContext(connection) as captured:
            page(client, leader, **WEEK)
        return len(captured)

    first, second = queries(), queries()
    assert second < first
    ticket = make_ticket(desk, email="today@example.org")
    assert queries() <= second + 1
    fold_all()
    assert queries() <= second + 1
    tickets.triage(week[0], by=desk.manager, complaint_type=ticket.complaint_type)
    other = ComplaintType.objects.get(name="Other")
    tickets.triage(week[0], by=desk.manager, complaint_type=other)
    assert rows(page(client, leader, by="type", **WEEK), "by")["Other"][0] == "2"
    with time_machine.travel(MONDAY + timedelta(days=7, minutes=1)):
        fold_all()
    assert rows(page(client, leader, by="type", **WEEK), "by")["Other"][0] == "2"


def test_by_organisation(client, week, leader):
    contact = week[0].contact
    contact.organisation = Organisation.objects.create(name="Company")
    contact.save()
    assert rows(page(client, leader, by="organisation"), "by")["Company"][0] == "1"


def test_a_manager_compares_divisions(client, week, desk):
    divisions = rows(page(client, desk.manager), "by")
    assert divisions["First"][0] == "7"
    assert divisions["Second"][0] == "2"


def test_every_figure_has_its_definition(client, week, leader):
    response = page(client, leader)
    table = response.context["tables"][0]
    assert all(row[0].note for row in table.rows)
    for row in table.rows:
        assert row[0].note in unescape(response.content.decode())


# Whose


@pytest.mark.parametrize(
    ("who", "choices"),
    [
        ("first_level1", ["Only you"]),
        ("first_leader", ["First", "Only you"]),
        ("second_leader", ["Only you"]),  # without the permission
        ("manager", ["All divisions", "First", "Second", "Only you"]),
    ],
)
def test_whose_figures_there_are_to_see(client, week, desk, who, choices):
    response = page(client, getattr(desk, who))
    assert [label for _name, label, _chosen in response.context["of_choices"]] == choices


def test_a_leader_of_two_divisions_sees_both_together(client, week, desk, leader):
    Division.objects.update(leader=leader)
    response = page(client, leader)
    assert rows(response, "together")["Received"][0] == "9"
    assert len(rows(response, "by")) == 2


def test_staff_see_their_own_and_nobody_elses(client, week, desk):
    response = page(client, desk.first_level1)
    assert {table.key for table in response.context["tables"]} == {
        "together",
        "development",
        "solutions",
    }
    figures = rows(response, "together")
    assert figures["Worked on and solved"][0] == "6"
    assert figures["Open at the end"][0] == "2"
    for of in ("all", str(desk.first.pk), "me2"):
        assert client.get(RECAP, {"of": of}).status_code == 422
        assert (
            client.get(RECAP, {"of": of, "section": "together", "export": "csv"}).status_code == 422
        )


def test_who_may_view_no_tickets_sees_nothing(client, desk):
    group = make_user("plain")
    group.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(group)
    response = client.get(RECAP)
    assert (response.status_code, response.url) == (302, HOME)


def test_the_shipped_groups(db):
    make_groups(Report())
    from django.contrib.auth.models import Group

    may = {
        name: Group.objects.get(name=name).permissions.filter(codename="view_recap").exists()
        for name in (AGENTS, LEADERS, MANAGERS)
    }
    assert may == {AGENTS: False, LEADERS: True, MANAGERS: True}


# Behind


@pytest.mark.parametrize("fold", [False, True])
def test_a_number_is_the_length_of_its_list(client, week, leader, fold):
    if fold:
        fold_all()
    for by in ("type", "channel", "level", "person"):
        response = page(client, leader, by=by, **WEEK)
        checked = 0
        for table in response.context["tables"]:
            for row in table.rows:
                for cell in row[1:]:
                    if "recap=" in cell.url and " " not in cell.text:
                        found = listed(client, cell.url)
                        assert str(found.context["counted"]) == cell.text, (table.key, cell)
                        assert found.context["behind"]["notes"] == []
                        checked += 1
        assert checked > 15


def test_a_ticket_that_went_elsewhere_is_said_to_be_missing(client, week, desk, leader):
    tickets.triage(week[6], by=desk.manager, division=desk.second)
    response = page(client, leader, **WEEK)
    assert rows(response, "together")["Received"][0] == "7"
    found = listed(client, links(response, "together", "Received")["Week 47 of 2026"])
    assert str(found.context["counted"]) == "6"
    assert found.context["behind"]["notes"] == [
        "1 more are elsewhere now, where you may not see them."
    ]
    assert week[6].reference not in found.content.decode()


def test_a_ticket_that_counts_twice_is_said_to(client, week, desk, leader):
    with time_machine.travel(MONDAY + timedelta(days=1)):
        tickets.solve(week[5], by=desk.first_level1, outcome="fixed")
    response = page(client, leader, **WEEK)
    assert rows(response, "together")["Solved"][0] == "7"
    found = listed(client, links(response, "together", "Solved")["Week 47 of 2026"])
    assert str(found.context["counted"]) == "6"
    assert found.context["behind"]["notes"] == [
        "The figure is 7: some tickets count more than once."
    ]


def test_filters_and_pages_stay_behind_the_figure(client, week, desk, leader):
    url = links(page(client, leader, **WEEK), "together", "Received")["Week 47 of 2026"]
    content = listed(client, url).content.decode()
    assert '<input type="hidden" name="recap" value="received">' in content
    assert str(listed(client, f"{url}&status=solved").context["counted"]) == "5"
    lines = b"".join(client.get(f"{url}&export=csv").streaming_content).decode().splitlines()
    assert len(lines) == 1 + 7


@pytest.mark.parametrize(
    "change",
    [
        {"recap": "nonsense"},
        {"recap": "received\x00"},
        {"recap_of": "all"},
        {"recap_of": "0"},
        {"recap_first": "2026-13-01"},
        {"recap_last": "0001-01-01"},
        {"recap_by": "password", "recap_key": "1"},
        {"recap_by": "type", "recap_key": "1' OR 1=1"},
        {"recap_by": "type", "recap_key": "9" * 40},
        {"recap_by": "type", "recap_key": "²"},
        {"recap_by": "person", "recap_key": "x"},
        {"recap_by": "channel", "recap_key": "\x00"},
        {"recap_by": "level"},
        {"recap": "backlog", "recap_by": "step", "recap_key": "1"},
        {"recap_by": "solution", "recap_key": "x" * 5_000},
    ],
)
def test_an_address_that_makes_no_sense_finds_nothing(client, week, desk, leader, change):
    client.force_login(leader)
    asked = {
        "view": "all", "recap": "received", "recap_of": str(desk.first.pk),
        "recap_first": "2026-11-16", "recap_last": "2026-11-22",
    }  # fmt: skip
    url = reverse("wagtail_helpdesk_admin:tickets")
    assert client.get(url, asked).context["rows"]
    response = client.get(url, {**asked, **change})
    assert response.status_code == 200
    assert not response.context["rows"]


def test_a_list_behind_a_figure_shows_nothing_but_what_one_may_see(client, week, desk, leader):
    client.force_login(desk.first_level1)
    asked = {
        "view": "all", "recap": "received", "recap_of": str(desk.first.pk),
        "recap_first": "2026-11-16", "recap_last": "2026-11-22",
    }  # fmt: skip
    url = reverse("wagtail_helpdesk_admin:tickets")
    response = client.get(url, asked)  # a division's figures are not theirs
    assert not response.context["rows"]
    assert week[0].reference not in response.content.decode()


# Nonsense, and spreadsheets


@pytest.mark.parametrize(
    "query",
    [
        {"period": "century"},
        {"day": "2026-13-01"},
        {"day": "9999-12-31"},
        {"period": "own"},
        {"period": "own", "first": "2026-01-02", "last": "2026-01-01"},
        {"period": "own", "first": "2020-01-01", "last": "2026-01-01"},
        {"by": "password"},
        {"of": "\x00"},
    ],
)
def test_nonsense_gets_a_sentence(client, week, leader, query):
    client.force_login(leader)
    response = client.get(RECAP, query)
    assert response.status_code == 422
    assert response.context["problems"]
    assert client.get(RECAP, {**query, "section": "by", "export": "xlsx"}).status_code == 422


def export(client, section, file_format, **query):
    response = client.get(RECAP, {**query, "section": section, "export": file_format})
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    if file_format == "csv":
        return list(csv.reader(io.StringIO(content.decode())))
    sheet = load_workbook(io.BytesIO(content)).active
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    return [[cell.value for cell in row] for row in sheet]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_spreadsheets_hold_what_the_page_shows(client, week, desk, leader, file_format):
    Ticket.objects.filter(pk=week[0].pk).update(solution="=HYPERLINK(1)\x0b")
    client.force_login(leader)
    for section in (
        "together",
        "development",
        "by",
        "escalations",
        "types",
        "outcomes",
        "solutions",
    ):
        assert len(export(client, section, file_format, **WEEK)) > 1, section
    together = export(client, "together", file_format, **WEEK)
    assert [str(cell) for cell in together[1][:3]] == ["Received", "7", "0"]
    solutions = export(client, "solutions", file_format, **WEEK)
    assert "'=HYPERLINK(1)" in [row[0] for row in solutions]
    assert client.get(RECAP, {"section": "password", "export": "csv"}).status_code == 404


def test_sql_does_not_grow(client, week, desk, leader):
    def queries():
        client.get(RECAP, WEEK)
        with CaptureQueriesContext(connection) as captured:
            client.get(RECAP, WEEK)
        return len(captured)

    client.force_login(desk.manager)
    few = queries()
    with time_machine.travel(MONDAY + timedelta(days=1)):
        for number in range(12):
            kind = ComplaintType.objects.create(
                name=f"T{number}", division=desk.first, level=desk.level1
            )
            ticket = make_ticket(desk, email=f"m{number}@example.org")
            tickets.triage(ticket, by=desk.manager, complaint_type=kind)
            tickets.solve(ticket, by=desk.first_leader, outcome="fixed", solution=f"{number}")
    fold_all()
    assert queries() <= few <= QUERIES


# Words


def test_periods():
    week = Period.around(date(2026, 1, 1), "week")
    assert (week.first, week.last) == (date(2025, 12, 29), date(2026, 1, 4))
    assert week.before.last == date(2025, 12, 28)
    quarter = Period.around(date(2026, 12, 31), "quarter")
    assert (quarter.first, quarter.after.first) == (date(2026, 10, 1), date(2027, 1, 1))
    assert Period.around(date(2024, 2, 29), "month").last == date(2024, 2, 29)
    own = Period(date(2026, 3, 1), date(2026, 3, 10))
    assert own.before == Period(date(2026, 2, 19), date(2026, 2, 28))
    development = Period.around(date(2026, 11, 1), "year").development()
    assert [development[0].first.year, development[-1].first.year, len(development)] == [
        2015,
        2026,
        12,
    ]


def test_words():
    assert duration(90) == "2 min"
    assert duration(5_400) == "1.5 h"
    assert change(7, 2, "number") == "+5"
    assert change(5, 10, "number") == "−5 (−50 %)"
    assert change(5, 5, "number") == "the same"
    assert change(None, 3, "number") == "–"
    with override("id"):
        assert duration(5_400).startswith("1,5")
