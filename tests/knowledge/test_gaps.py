"""What the knowledge base could not answer: what is counted, and what is not."""

from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from tests.factories import make_ticket
from tests.knowledge.rows import DAY, at, other_site, search, vote
from wagtail_helpdesk.knowledge import gaps
from wagtail_helpdesk.knowledge.scope import Scope
from wagtail_helpdesk.models import ComplaintType, SearchLog, Ticket


@pytest.fixture
def scope(db):
    return Scope.of()


# The scope


def test_without_a_period_it_is_thirty_days_with_today():
    scope, today = Scope.of(), timezone.localdate()
    assert (scope.last, scope.first) == (today, today - 29 * DAY)


def test_an_open_end_is_filled_in():
    today = timezone.localdate()
    assert Scope.of(today - 90 * DAY).last == today
    assert Scope.of(None, today - 90 * DAY).first == today - 119 * DAY
    assert Scope.of(today + DAY).last == today + DAY


def test_days_are_whole_and_the_sites_own(desk):
    """In Jakarta it is tomorrow already when it is 17:00 in Greenwich."""
    day = timezone.localdate()
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    for moment in (midnight - timedelta(seconds=1), midnight, midnight + DAY):
        search(desk.site)
        SearchLog.objects.filter(query="red lamp").update(query=str(moment), created_at=moment)
    found = Scope.of(day, day).rows(SearchLog.objects.all())
    assert [row.query for row in found] == [str(midnight)]


# Searches


def test_searches_that_found_nothing_by_their_text_and_language(desk, library, scope):
    article = library.article("The red lamp")
    search(desk.site, "red lamp", times=2)
    search(desk.site, "red lamp", elsewhere=article, ago=1)
    search(desk.site, "red lamp", language="id")
    search(desk.site, "router", times=4)
    search(desk.site, "cable", found=3, times=9)
    found = list(gaps.found_nothing(scope))
    assert [(row["query"], row["language"], row["times"], row["abroad"]) for row in found] == [
        ("router", "en", 4, 0),
        ("red lamp", "en", 3, 1),
        ("red lamp", "id", 1, 0),
    ]
    assert timezone.localdate(found[1]["last"]) == timezone.localdate()


def test_searches_that_ended_in_a_ticket(desk, library, scope):
    article = library.article("The red lamp")
    search(desk.site, "red lamp", complaint_followed=True, found=4, clicked=article)
    search(desk.site, "red lamp", complaint_followed=True, found=0)
    search(desk.site, "red lamp", complaint_followed=True, found=2)
    search(desk.site, "red lamp", found=2)
    [row] = gaps.ended_in_ticket(scope)
    assert (row["times"], row["without"], row["opened"]) == (3, 1, 1)


@pytest.mark.parametrize("read", [gaps.found_nothing, gaps.ended_in_ticket])
def test_only_what_was_asked_about(desk, read):
    site = other_site(desk)
    search(desk.site, "here", complaint_followed=True)
    search(site, "there", complaint_followed=True)
    search(desk.site, "di sini", language="id", complaint_followed=True)
    search(desk.site, "long ago", ago=31, complaint_followed=True)

    def queries(**asked):
        return {row["query"] for row in read(Scope.of(**asked))}

    assert queries() == {"here", "there", "di sini"}
    assert queries(site=site) == {"there"}
    assert queries(language="id") == {"di sini"}
    assert queries(site=site, language="id") == set()
    assert "long ago" in queries(first=timezone.localdate() - 40 * DAY)


# Types


def types(scope, tickets=None):
    tickets = Ticket.objects.all() if tickets is None else tickets
    return [
        (each.name, number) for each, number in gaps.types_without_article(scope, tickets=tickets)
    ]


def test_types_without_an_article_by_their_tickets(desk, library, scope):
    make_ticket(desk, division=desk.second)
    make_ticket(desk, division=desk.second, email="b@example.org")
    make_ticket(desk)
    assert types(scope) == [("About Second", 2), ("About First", 1)]
    library.article("Lamps", complaint_types=[desk.types["Second"]])
    assert types(scope) == [("About First", 1)]
    ComplaintType.objects.update(retired=True)
    assert types(scope) == []


def test_only_the_tickets_that_may_be_seen_and_of_the_period(desk, scope):
    make_ticket(desk)
    at(make_ticket(desk, email="b@example.org"), 60)
    make_ticket(desk, division=desk.second)
    seen = Ticket.objects.visible_to(desk.first_leader)
    assert types(scope, seen) == [("About First", 1), ("About Second", 0)]


@pytest.mark.parametrize("how", ["draft", "internal", "password", "log-in", "nowhere"])
def test_an_article_that_not_everybody_reads_is_none(desk, library, scope, how):
    article = library.article(
        "Lamps",
        complaint_types=[desk.types["First"]],
        publish=how != "draft",
        internal=how == "internal",
    )
    assert (("About First", 0) in types(scope)) == (how in ("draft", "internal"))
    if how == "password":
        PageViewRestriction.objects.create(
            page=library.topic, restriction_type="password", password="x"
        )
    elif how == "log-in":
        PageViewRestriction.objects.create(page=library.base, restriction_type="login")
    elif how == "nowhere":
        root = desk.site.root_page.get_parent()
        article.move(other_site(desk).root_page, pos="last-child")
        Site.objects.filter(hostname="other.example.org").delete()
        assert root
    assert ("About First", 0) in types(scope)


def test_types_in_a_language_and_on_a_site(desk, library):
    site = other_site(desk)
    library.article("Lampu", parent=library.indonesian(), complaint_types=[desk.types["First"]])
    desk.types["Second"].sites.add(site)
    names = lambda **asked: [name for name, _number in types(Scope.of(**asked))]  # noqa: E731
    assert names() == ["About Second"]
    assert names(language="en") == ["About First", "About Second"]
    assert names(site=desk.site) == []
    assert names(site=desk.site, language="en") == ["About First"]
    assert names(site=site) == ["About First", "About Second"]


# Votes


def test_articles_voted_unhelpful_with_their_reasons(desk, library, scope):
    lamp, router = library.article("Lamp"), library.article("Router")
    vote(lamp, helpful=True)
    vote(lamp, helpful=False, reason="wrong", comment="It has two lamps")
    vote(lamp, helpful=False, reason="wrong")
    vote(lamp, helpful=False, reason="unclear", ago=40)
    vote(lamp, helpful=False)
    vote(router, helpful=True)
    [row] = gaps.voted_unhelpful(scope)
    assert row["title"] == "Lamp" and row["language"] == "en"
    assert (row["no"], row["yes"], row["comments"]) == (3, 1, 1)
    assert (row["wrong"], row["unclear"], row["incomplete"]) == (2, 0, 0)


def test_comments_the_newest_first(desk, library, scope):
    lamp, router = library.article("Lamp"), library.article("Router")
    for number in range(5):
        vote(lamp, helpful=False, comment=f"lamp {number}", ago=10 - number)
    vote(lamp, helpful=False, comment="old", ago=40)
    vote(lamp, helpful=True, comment="fine")
    vote(router, helpful=False, comment="router")
    found = gaps.comments_on(scope, [lamp.pk], limit=2)
    assert found == {lamp.pk: ["lamp 4", "lamp 3"]}
    assert set(gaps.comments_on(scope, limit=2)) == {lamp.pk, router.pk}


def test_votes_belong_to_the_articles_site_and_language(desk, library):
    vote(library.article("Lamp"), helpful=False)
    vote(library.article("Lampu", parent=library.indonesian()), helpful=False)
    titles = lambda **asked: {row["title"] for row in gaps.voted_unhelpful(Scope.of(**asked))}  # noqa: E731
    assert titles() == titles(site=desk.site) == {"Lamp", "Lampu"}
    assert titles(language="id") == {"Lampu"}
    assert titles(site=other_site(desk)) == set()


# Languages


def test_articles_asked_for_in_another_language(desk, library, scope):
    lamp = library.article("Lamp")
    indonesian = library.indonesian()
    search(desk.site, "lampu", language="id", elsewhere=lamp, times=2)
    search(desk.site, "lampe", language="fr", elsewhere=lamp)
    search(desk.site, "lampu", language="id")
    rows = [
        (row["title"], row["written"], row["wanted"], row["times"])
        for row in gaps.in_another_language(scope)
    ]
    assert rows == [("Lamp", "en", "id", 2), ("Lamp", "en", "fr", 1)]
    twin = library.article("Lampu", parent=indonesian, publish=False)
    twin.translation_key = lamp.translation_key
    twin.save()
    assert len(gaps.in_another_language(scope)) == 2
    twin.save_revision().publish()
    assert [row["wanted"] for row in gaps.in_another_language(scope)] == ["fr"]
