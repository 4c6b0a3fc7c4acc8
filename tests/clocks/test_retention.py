"""Searches and suggestions go when their time is over, and not before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from tests.knowledge.rows import search, suggest
from wagtail_helpdesk.clocks.timers import run_timers
from wagtail_helpdesk.knowledge import retention
from wagtail_helpdesk.models import SearchLog, Suggestion


@pytest.fixture
def home(desk):
    return Page.objects.get(pk=desk.site.root_page_id)


def test_what_is_too_old_goes_and_what_is_not_stays(desk, home):
    for days in (0, 364, 366, 900):
        search(desk.site, str(days), ago=days, complaint_followed=True, clicked=home)
        suggest(desk.site, home, str(days), ago=days, solved=True)
    assert run_timers().forgotten == 4
    assert set(SearchLog.objects.values_list("query", flat=True)) == {"0", "364"}
    assert set(Suggestion.objects.values_list("form", flat=True)) == {"0", "364"}
    assert run_timers().forgotten == 0
    home.refresh_from_db()


def test_the_setting_says_how_long(desk, settings):
    settings.WAGTAIL_HELPDESK = {"DELIVERY": "sweep", "SEARCH_LOG_DAYS": 30}
    search(desk.site, "old", ago=31)
    search(desk.site, "new", ago=29)
    assert retention.forget_old_searches() == 1
    assert SearchLog.objects.get().query == "new"


@pytest.mark.parametrize("number", [1, 13])
def test_in_batches_that_a_run_bounds(desk, monkeypatch, number):
    monkeypatch.setattr(retention, "BATCH", 3)
    monkeypatch.setattr(retention, "BATCHES", 4)
    for place in range(number):
        search(desk.site, str(place), ago=400 + place)
    with CaptureQueriesContext(connection) as captured:
        assert retention.forget_old_searches() == min(number, 12)
    assert sum("DELETE" in query["sql"] for query in captured) == (4 if number > 12 else 1)
    left = SearchLog.objects.values_list("query", flat=True)
    assert list(left) == (["0"] if number > 12 else [])  # the youngest of them


def test_it_stops_when_it_is_told(desk, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 2)
    for place in range(6):
        search(desk.site, str(place), ago=400)
    turns = iter([False, False, True, True])
    assert retention.forget_old_searches(should_stop=lambda: next(turns)) == 4


def test_what_is_too_old_is_found_by_its_index(desk):
    if connection.vendor != "sqlite":
        pytest.skip("the plan of PostgreSQL depends on its statistics")
    with CaptureQueriesContext(connection) as captured:
        retention.forget_old_searches()
    with connection.cursor() as cursor:
        for query in captured:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            assert "created_at" in " ".join(str(row) for row in cursor.fetchall())
