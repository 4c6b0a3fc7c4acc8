"""Whether suggested articles spare complaints: how it is counted."""

import pytest
from django.utils import timezone

from tests.knowledge.rows import DAY, other_site, suggest
from wagtail_helpdesk.knowledge import deflection
from wagtail_helpdesk.knowledge.deflection import Totals
from wagtail_helpdesk.knowledge.scope import Scope


@pytest.fixture
def scope(db):
    return Scope.of()


def test_the_way_of_an_article(desk, library, scope):
    lamp, router = library.article("Lamp"), library.article("Router")
    suggest(desk.site, lamp, "a")
    suggest(desk.site, lamp, "b", opened=True, complaint_followed=True)
    suggest(desk.site, lamp, "c", opened=True, solved=True)
    suggest(desk.site, lamp, "d", opened=True, solved=True, complaint_followed=True)
    suggest(desk.site, router, "c", opened=True)
    rows = list(deflection.by_article(scope))
    assert [row["title"] for row in rows] == ["Lamp", "Router"]
    names = ("suggested", "used", "solved_it", "followed", "deflected")
    assert [[row[name] for name in names] for row in rows] == [[4, 3, 2, 2, 1], [1, 1, 0, 0, 0]]


def test_all_articles_count_each_complaint_once(desk, library, scope):
    assert deflection.totals(scope) == Totals()
    lamp, router = library.article("Lamp"), library.article("Router")
    for article in (lamp, router):
        suggest(desk.site, article, "a", opened=True, solved=article == lamp)
        suggest(desk.site, article, "b", opened=True, complaint_followed=True)
        suggest(desk.site, article, "c", solved=article == lamp, complaint_followed=True)
    assert deflection.totals(scope) == Totals(
        suggested=3, used=2, solved_it=2, followed=2, deflected=1
    )


def test_only_what_was_asked_about(desk, library):
    lamp, site = library.article("Lamp"), other_site(desk)
    suggest(desk.site, lamp, "a")
    suggest(site, lamp, "b", language="id")
    suggest(desk.site, lamp, "c", ago=31)

    def number(**asked):
        scope = Scope.of(**asked)
        [row] = list(deflection.by_article(scope)) or [{"suggested": 0}]
        assert row["suggested"] == deflection.totals(scope).suggested
        return row["suggested"]

    assert number() == 2
    assert number(site=site) == number(language="id") == 1
    assert number(site=site, language="en") == 0
    assert number(first=timezone.localdate() - 40 * DAY) == 3


@pytest.mark.parametrize(
    ("deflected", "suggested", "share"), [(2, 4, None), (0, 5, 0), (2, 5, 40), (1, 3_000, 0)]
)
def test_a_share_needs_five(deflected, suggested, share):
    assert deflection.share(deflected, suggested) == share
