"""Two clicks at once, on a database that really runs them at once."""

import pytest
from django.db import connection
from wagtail.models import WorkflowState

from tests import factories
from tests.knowledge.conftest import Library
from tests.parallel import at_once
from wagtail_helpdesk import tickets
from wagtail_helpdesk.knowledge.drafting import draft_article
from wagtail_helpdesk.models import ArticleSource

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.fixture
def desk(transactional_db):
    if connection.vendor != "postgresql":
        pytest.fail('These tests need PostgreSQL: run them by "make test-postgres".')
    return factories.make_desk()


def solved_ticket(desk):
    ticket = factories.make_ticket(desk)
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed", solution="A new bulb")
    return ticket


def test_ten_equal_clicks_make_one_draft(desk):
    library, ticket = Library(desk), solved_ticket(desk)

    def click():
        return draft_article(
            ticket, by=desk.first_level1, topic=library.topic, title="Lamps", answer="A new bulb."
        )

    pages = at_once([click] * 10)
    source = ArticleSource.objects.get()
    assert {getattr(page, "pk", page) for page in pages} == {source.page_id}
    assert WorkflowState.objects.count() == 1


def test_drafts_of_two_tickets_below_one_topic(desk):
    library = Library(desk)

    def write(ticket):
        return lambda: draft_article(
            ticket, by=desk.first_level1, topic=library.topic, title="Lamps", answer="A new bulb."
        )

    pages = at_once([write(solved_ticket(desk)) for _number in range(8)])
    assert len({page.pk for page in pages}) == 8
    assert len({page.slug for page in pages}) == 8
    library.topic.refresh_from_db()
    assert library.topic.numchild == 8
