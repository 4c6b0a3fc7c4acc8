import json

import pytest
from django.utils.html import escape
from wagtail.models import Locale, Page

from tests.public.helpers import make_support_page
from wagtail_helpdesk.pages.models import ArticlePage, KnowledgeBasePage, TopicPage


class Library:
    """A knowledge base below the desk's support page, and a way to write articles into it."""

    def __init__(self, desk):
        self.site = desk.site
        self.support = make_support_page(desk)
        self.base = self._add(self.support, KnowledgeBasePage(title="Help", slug="help"))
        self.topic = self._add(self.base, TopicPage(title="Connection", slug="connection"))

    def article(self, title, body="", *, parent=None, publish=True, **fields):
        return add_article(parent or self.topic, title, body, publish=publish, **fields)

    def indonesian(self):
        """The Indonesian topic, made when it is first asked for."""
        locale, _made = Locale.objects.get_or_create(language_code="id")
        home = self.site.root_page.get_translation_or_none(locale)
        if home is None:
            home = self.site.root_page.copy_for_translation(locale)
            home.save_revision().publish()
        base = self._add(home, KnowledgeBasePage(title="Bantuan", slug="bantuan"))
        return self._add(base, TopicPage(title="Sambungan", slug="sambungan"))

    def _add(self, parent, page):
        return add_page(parent, page)


def add_page(parent, page):
    page.locale = parent.locale
    return Page.objects.get(pk=parent.pk).add_child(instance=page)


def add_article(topic, title, body="", *, publish=True, **fields):
    """An article of one paragraph below ``topic``."""
    value = [{"type": "paragraph", "value": f"<p>{escape(body)}</p>"}]
    page = add_page(topic, ArticlePage(title=title, body=json.dumps(value), live=False, **fields))
    revision = page.save_revision()
    if publish:
        revision.publish()
    return ArticlePage.objects.get(pk=page.pk)


@pytest.fixture
def library(desk):
    return Library(desk)
