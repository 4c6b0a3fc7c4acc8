"""Reports › Deflection: what came of suggested articles, and when there is too little to say."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.knowledge.conftest import Library
from tests.knowledge.rows import other_site, suggest

DEFLECTION = reverse("wagtail_helpdesk_admin:deflection")
RESULTS = reverse("wagtail_helpdesk_admin:deflection_results")


@pytest.fixture
def library(desk):
    return Library(desk)


@pytest.fixture
def reader(client, desk):
    client.force_login(desk.manager)
    return client


def cells(client, url=DEFLECTION, **query):
    """section -> subject -> heading -> value"""
    response = client.get(url, query)
    assert response.status_code == 200
    return {
        section.key: {
            row.title: {column.heading: value for column, value in row.cells}
            for row in section.rows
        }
        for section in response.context["object_list"]
    }


def export(client, section, **query):
    response = client.get(DEFLECTION, {**query, "section": section, "export": "csv"})
    return list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_nothing_yet(reader):
    text = reader.get(DEFLECTION).content.decode()
    assert text.count("No article was suggested to anybody.") == 2


def test_the_definition_stands_on_the_screen(reader):
    text = reader.get(DEFLECTION).content.decode()
    assert (
        "A complaint is deflected when they say “This solved it” and no complaint follows." in text
    )


def test_articles_and_all_together(reader, desk, library):
    lamp, router = library.article("Lamp"), library.article("=Router")
    for number in range(6):
        suggest(desk.site, lamp, str(number), opened=number < 4, solved=number < 3)
    for number in range(4):
        suggest(desk.site, router, str(number), complaint_followed=number == 0, solved=True)
    found = cells(reader)
    assert found["articles"]["Lamp"] == {
        "Language": "English",
        "Suggested": 6,
        "Opened": 4,
        "“This solved it”": 3,
        "Complaint followed": 0,
        "Deflected": 3,
        "Share deflected": "50%",
    }
    assert found["articles"]["=Router"]["Deflected"] == 3
    assert found["articles"]["=Router"]["Share deflected"] == "not enough to say"
    [together] = found["together"].values()
    assert (together["Suggested"], together["Share deflected"]) == (6, "67%")
    [_heading, first, second] = export(reader, "articles")
    assert first[0] == "Lamp" and second[0] == "'=Router" and second[-1] == "not enough to say"
    assert export(reader, "together")[1][1] == "6"


def test_filters(reader, desk, library):
    library.indonesian()
    lamp, site = library.article("Lamp"), other_site(desk)
    suggest(desk.site, lamp, "a")
    suggest(site, lamp, "b", language="id")
    suggest(site, lamp, "c", ago=40)
    assert cells(reader)["articles"]["Lamp"]["Suggested"] == 2
    assert cells(reader, RESULTS, site=site.pk)["articles"]["Lamp"]["Suggested"] == 1
    assert cells(reader, site=site.pk, language="en")["articles"] == {}
    assert (
        cells(reader, site=site.pk, period_from="2020-01-01")["articles"]["Lamp"]["Suggested"] == 2
    )
    assert cells(reader, period_from="2020-02-30") == {}


def test_the_number_of_queries_does_not_grow(reader, desk, library):
    numbers = []
    for more in (1, 12):
        for place in range(more):
            suggest(desk.site, library.article(f"Article {place}"), str(place))
        cells(reader)  # the root pages of the sites are in the cache from now on
        with CaptureQueriesContext(connection) as captured:
            cells(reader)
        numbers.append(len(captured))
    assert numbers[0] == numbers[1] <= 20, numbers
