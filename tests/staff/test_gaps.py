"""Reports › Knowledge gaps: who sees it, what it shows, and what leaves it as a spreadsheet."""

import csv
import io
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from wagtail.models import GroupPagePermission
from wagtail.users.models import UserProfile

from tests.factories import make_ticket, make_user
from tests.knowledge.conftest import Library
from tests.knowledge.rows import other_site, search, vote
from wagtail_helpdesk.models import ComplaintType, SearchLog
from wagtail_helpdesk.setup.defaults import TYPES
from wagtail_helpdesk.setup.groups import LEADERS, make_groups
from wagtail_helpdesk.setup.report import Report

HOME = reverse("wagtailadmin_home")
GAPS = reverse("wagtail_helpdesk_admin:gaps")
RESULTS = reverse("wagtail_helpdesk_admin:gaps_results")
#: Of the page, whatever there is to show: four or so for a section, the rest for who asks.
QUERIES = 28
SECTIONS = ["nothing", "ticket", "types", "unhelpful", "languages"]


@pytest.fixture
def library(desk):
    return Library(desk)


@pytest.fixture
def reader(client, desk):
    client.force_login(desk.manager)
    return client


def page(client, url=GAPS, **query):
    response = client.get(url, query)
    assert response.status_code == 200
    return response


def sections(response):
    return {section.key: section for section in response.context["object_list"]}


def titles(response, key):
    return [row.title for row in sections(response)[key].rows]


def export(client, section, file_format="csv", **query):
    """The rows, their heading first."""
    response = client.get(GAPS, {**query, "section": section, "export": file_format})
    assert response.status_code == 200
    content = b"".join(response.streaming_content)
    if file_format == "csv":
        return list(csv.reader(io.StringIO(content.decode())))
    sheet = load_workbook(io.BytesIO(content)).active
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    return [[cell.value for cell in row] for row in sheet]


# Who


def test_leaders_and_managers_as_they_are_shipped(client, desk):
    Group.objects.all().delete()
    make_groups(Report())
    for group in Group.objects.filter(name__startswith="Help desk"):
        client.force_login(make_user(group.name, groups=[group]))
        response = client.get(GAPS)
        menu = f'"{GAPS}"' in client.get(HOME).content.decode()
        if group.name == "Help desk agents":
            assert (response.status_code, response.url, menu) == (302, HOME, False)
        else:
            assert (response.status_code, menu) == (200, True), group.name
    assert Group.objects.filter(name=LEADERS).exists()


def test_a_group_can_grant_it(client, desk):
    client.force_login(desk.superuser)
    form = client.get(reverse("wagtailusers_groups:edit", args=[desk.agents.pk])).content.decode()
    for codename in ("view_searchlog", "add_synonyms"):
        assert f'value="{Permission.objects.get(codename=codename).pk}"' in form


# What


def test_empty_sections_say_so(reader):
    text = page(reader).content.decode()
    for words in (
        "Every search found something.",
        "No search was followed by a complaint.",
        "Nobody found an article unhelpful.",
        "Nobody needed an article in a language that it does not exist in.",
    ):
        assert words in text
    assert "About First" in text  # a type without an article


def test_every_section_has_its_rows_and_says_how_it_counts(reader, desk, library):
    lamp = library.article("Red lamp")
    search(desk.site, "dark lamp", times=3)
    search(desk.site, "moving", complaint_followed=True, found=2)
    search(desk.site, "lampu", language="id", elsewhere=lamp)
    vote(lamp, helpful=False, reason="wrong", comment="It has <b>two</b> lamps")
    make_ticket(desk)
    response = page(reader)
    assert list(sections(response)) == SECTIONS
    assert titles(response, "nothing") == ["dark lamp", "lampu"]
    assert titles(response, "ticket") == ["moving"]
    assert titles(response, "types") == ["About First", "About Second"]
    assert titles(response, "unhelpful") == titles(response, "languages") == ["Red lamp"]
    text = response.content.decode()
    for section in sections(response).values():
        assert section.counted and f'<h2 id="{section.key}">' in text
    assert "It is wrong or out of date: 1" in text
    assert "It has &lt;b&gt;two&lt;/b&gt; lamps" in text and "<b>two</b>" not in text
    [nothing, lampu] = sections(response)["nothing"].rows
    assert not nothing.notes and lampu.notes


def test_what_visitors_typed_is_text(reader, desk):
    search(desk.site, "<script>alert(1)</script>")
    text = page(reader).content.decode()
    assert "<script>alert(1)" not in text
    assert text.count("&lt;script&gt;alert(1)") >= 1


def test_ten_rows_and_the_rest_in_the_export(reader, desk):
    for number in range(13):
        search(desk.site, f"word {number:02}", times=1 + (number == 7))
    response = page(reader)
    assert len(titles(response, "nothing")) == 10 and titles(response, "nothing")[0] == "word 07"
    assert "3 more are in the export." in response.content.decode()
    assert len(export(reader, "nothing")) == 14


def test_three_comments_and_the_rest_in_the_export(reader, desk, library):
    lamp = library.article("Red lamp")
    for number in range(5):
        vote(lamp, helpful=False, comment=f"comment {number}")
    response = page(reader)
    [row] = sections(response)["unhelpful"].rows
    assert row.quotes == ["comment 4", "comment 3", "comment 2"]
    assert "2 more comments are in the export." in row.notes
    [heading, line] = export(reader, "unhelpful")
    cells = dict(zip(heading, line, strict=True))
    assert cells["Comments"].split("\n") == [f"comment {number}" for number in (4, 3, 2, 1, 0)]
    assert cells["It is wrong or out of date"] == "0" and cells["Unhelpful"] == "5"


def test_only_tickets_that_the_reader_may_see_are_counted(client, desk):
    desk.agents.permissions.add(Permission.objects.get(codename="view_searchlog"))
    make_ticket(desk)
    for user, number in ((desk.first_leader, 1), (desk.second_leader, 0)):
        client.force_login(user)
        cells = {
            row.title: [value for _column, value in row.cells]
            for row in sections(page(client))["types"].rows
        }
        assert cells["About First"] == [number]


# What next


def test_the_next_step_is_for_who_may_take_it(client, desk, library):
    lamp = library.article("Red lamp")
    indonesian = library.indonesian()
    search(desk.site, "router")
    search(desk.site, "lampu", language="id", elsewhere=lamp)
    search(desk.site, "lampe", language="fr")
    vote(lamp, helpful=False)
    desk.agents.permissions.add(Permission.objects.get(codename="view_searchlog"))

    def urls(user):
        client.force_login(user)
        return {
            (key, row.title): (row.url, [action.url for action in row.actions])
            for key, section in sections(page(client)).items()
            for row in section.rows
        }

    edit = reverse("wagtailadmin_pages:edit", args=[lamp.pk])
    explore = lambda topic: reverse("wagtailadmin_explore", args=[topic.get_parent().pk])  # noqa: E731
    plain = urls(desk.first_leader)
    assert plain["nothing", "router"] == ("", [])
    assert plain["unhelpful", "Red lamp"] == (lamp.get_url(), [])
    grant = {"group": desk.agents, "page": desk.site.root_page.get_parent()}
    GroupPagePermission.objects.create(permission_type="add", **grant)
    author = urls(desk.first_leader)
    assert author["nothing", "router"] == ("", [explore(library.topic)])
    assert author["unhelpful", "Red lamp"] == (lamp.get_url(), [])
    GroupPagePermission.objects.create(permission_type="change", **grant)
    editor = urls(desk.first_leader)
    assert editor["nothing", "router"] == ("", [explore(library.topic)])
    assert editor["nothing", "lampu"] == ("", [explore(indonesian)])
    assert editor["nothing", "lampe"] == ("", [explore(library.topic)])
    assert editor["types", "About First"] == ("", [explore(library.topic)])
    assert editor["unhelpful", "Red lamp"] == (lamp.get_url(), [edit])
    assert editor["languages", "Red lamp"] == (lamp.get_url(), [edit])
    translate = reverse("simple_translation:submit_page_translation", args=[lamp.pk])
    assert urls(desk.superuser)["languages", "Red lamp"][1] == [translate]


def test_an_article_that_is_no_longer_public_leads_to_its_editor(reader, client, desk, library):
    lamp = library.article("Red lamp")
    vote(lamp, helpful=False)
    lamp.unpublish()
    [row] = sections(page(reader))["unhelpful"].rows
    assert (row.url, row.actions) == ("", [])
    client.force_login(desk.superuser)
    [row] = sections(page(client))["unhelpful"].rows
    assert row.url == reverse("wagtailadmin_pages:edit", args=[lamp.pk])


# Filters


def test_period_site_and_language(reader, desk, library):
    site, today = other_site(desk), timezone.localdate()
    library.indonesian()
    search(desk.site, "here")
    search(site, "there")
    search(desk.site, "di sini", language="id")
    search(desk.site, "then", ago=45)
    assert set(titles(page(reader), "nothing")) == {"here", "there", "di sini"}
    assert titles(page(reader, site=site.pk), "nothing") == ["there"]
    assert titles(page(reader, RESULTS, language="id"), "nothing") == ["di sini"]
    days = {
        "period_from": today - timedelta(days=50),
        "period_to": today - timedelta(days=40),
    }
    assert titles(page(reader, **days), "nothing") == ["then"]
    assert [row[0] for row in export(reader, "nothing", **days)] == ["Search", "then"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"period_from": "2026-13-45"}, "Period: Enter a valid date."),
        ({"period_from": "2026-11-20", "period_to": "2026-11-01"}, "must not be after"),
        ({"period_from": "0001-01-01"}, "Enter a year between 2000 and 2999."),
        ({"period_to": "9999-12-31"}, "Enter a year between 2000 and 2999."),
        ({"language": "xx"}, "Language: Select a valid choice."),
        ({"site": "99999999999999999999"}, "Site: Select a valid choice."),
        ({"site": "1' OR 1=1"}, "Site: Select a valid choice."),
    ],
)
@pytest.mark.parametrize("url", [GAPS, RESULTS])
def test_nonsense_is_named_and_nothing_is_shown_or_exported(
    reader, desk, library, query, says, url
):
    other_site(desk)
    library.indonesian()
    search(desk.site, "secret")
    for more in ({}, {"export": "csv", "section": "nothing"}, {"_w_filter_fragment": "1"}):
        response = page(reader, url, **query, **more)
        text = response.content.decode()
        assert says in text and "secret" not in text
        assert "Show the last 30 days" in text


def test_one_site_and_one_language_are_not_offered(reader, desk):
    response = page(reader, site="nonsense", language="nonsense")
    assert set(response.context["filters"].form.fields) == {"period"}


# Spreadsheets


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_is_exported(reader, desk, library, section, file_format):
    lamp = library.article("Red lamp")
    search(desk.site, "dark lamp", complaint_followed=True, elsewhere=lamp, language="id")
    vote(lamp, helpful=False, comment="\x0b=1+1")
    found = export(reader, section, file_format)
    subject = {"types": "About First", "unhelpful": "Red lamp", "languages": "Red lamp"}
    assert found[1][0] == subject.get(section, "dark lamp")
    assert len({len(row) for row in found}) == 1 and len(set(found[0])) == len(found[0])


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_formulas_are_text(reader, desk, library, file_format, start):
    lamp = library.article(f"{start}1+1")
    search(desk.site, f"{start}1+1")
    vote(lamp, helpful=False, comment=f"{start}cmd|' /C calc'!A0\x01\x0b")
    assert export(reader, "nothing", file_format)[1][0] == f"'{start}1+1"
    [heading, row] = export(reader, "unhelpful", file_format)
    cells = dict(zip(heading, row, strict=True))
    assert cells["Article"] == f"'{start}1+1"
    assert cells["Comments"] == f"'{start}cmd|' /C calc'!A0"


def test_numbers_stay_numbers_and_times_have_a_zone(reader, desk):
    search(desk.site, "lamp", times=3)
    [heading, row] = export(reader, "nothing", "xlsx")
    cells = dict(zip(heading, row, strict=True))
    assert cells["Searches"] == 3 and cells["Last search"].endswith("+07:00")


def test_a_spreadsheet_speaks_the_readers_language_to_its_end(reader, desk):
    profile = UserProfile.get_for_user(desk.manager)
    profile.preferred_language = "id-id"
    profile.save()
    english, indonesian = TYPES[0].name, TYPES[0].names["id"][0]
    ComplaintType.objects.filter(pk=desk.types["First"].pk).update(name=english)
    assert english != indonesian
    [heading, *rows] = export(reader, "types")
    assert heading == ["Jenis keluhan", "Tiket"] and [indonesian, "0"] in rows


@pytest.mark.parametrize("section", ["", "nonsense", "__class__", "found_nothing"])
def test_what_is_no_section_is_not_found(reader, section):
    assert reader.get(GAPS, {"section": section, "export": "csv"}).status_code == 404


# What it costs


def many_rows(desk, library, number):
    """``number`` rows for every section."""
    for place in range(number):
        article = library.article(f"Article {place}")
        search(desk.site, f"nothing {place}", elsewhere=article, language="id")
        search(desk.site, f"ticket {place}", complaint_followed=True, found=1)
        vote(article, helpful=False, reason="wrong", comment="Why?")


@pytest.mark.parametrize("user", ["manager", "superuser"])
def test_the_number_of_queries_does_not_grow(client, desk, library, user):
    library.indonesian()
    client.force_login(getattr(desk, user))
    numbers = []
    for more in (1, 11):
        many_rows(desk, library, more)
        page(client)  # the root pages of the sites are in the cache from now on
        with CaptureQueriesContext(connection) as captured:
            page(client)
        exports = []
        for section in SECTIONS:
            with CaptureQueriesContext(connection) as asked:
                export(client, section)
            exports.append(len(asked))
        numbers.append((len(captured), exports))
    assert numbers[0] == numbers[1]
    assert numbers[0][0] <= QUERIES, numbers


def test_twenty_thousand_searches(reader, desk, library):
    """A year of a busy site, of which the report reads the last thirty days, or all."""
    rows = [
        SearchLog(
            query=f"question number {number % 4_000}",
            found=number % 3,
            language="en",
            site=desk.site,
            complaint_followed=number % 7 == 0,
        )
        for number in range(20_000)
    ]
    SearchLog.objects.bulk_create(rows, batch_size=1_000)
    for days in range(0, 360, 10):
        SearchLog.objects.annotate(turn=F("pk") % 36).filter(turn=days // 10).update(
            created_at=timezone.now() - timedelta(days=days)
        )
    year = {"period_from": timezone.localdate() - timedelta(days=364)}
    page(reader)
    for query in ({}, year):
        with CaptureQueriesContext(connection) as captured:
            began = time.perf_counter()
            response = page(reader, **query)
            took = time.perf_counter() - began
        assert len(captured) <= QUERIES
        assert took < 5
    assert len(export(reader, "nothing", **year)) == sections(response)["nothing"].total + 1
