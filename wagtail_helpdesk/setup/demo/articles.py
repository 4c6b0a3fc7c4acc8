"""The knowledge base of the demonstration, below each language's support page."""

import uuid
from typing import Any

from django.apps import apps
from django.utils.text import slugify
from wagtail.models import Site

from ...models import ComplaintType
from ..languages import base_of
from ..pages import support_page_model
from . import data_files

#: The same page in two languages gets one translation key, made of its key and this.
_NAMESPACE = uuid.UUID("5b0f3a0e-6d0c-4f0e-9c55-1d8d5c3a7a41")


def publish_knowledge_base(site: Site, company: dict[str, Any]) -> int:
    """Publish topics and articles, where there is no knowledge base yet. Returns the number of articles."""
    model = support_page_model()
    if model is None or _model("KnowledgeBasePage").objects.exists():
        return 0
    types = {
        key: ComplaintType.objects.filter(name=row["name"]).first()
        for key, row in company["types"].items()
    }
    count = 0
    for front in site.root_page.get_translations(inclusive=True):
        support = model.objects.descendant_of(front).live().first()
        language = base_of(front.locale.language_code)
        if support is not None and language in ("en", "id"):
            count += _publish_below(support, language, types)
    return count


def _publish_below(support: Any, language: str, types: dict[str, ComplaintType | None]) -> int:
    texts = data_files.topics()
    base = _publish(
        support, _model("KnowledgeBasePage"), "help", texts["knowledge_base"][language], slug="help"
    )
    topics = {
        key: _publish(base, _model("TopicPage"), key, text[language])
        for key, text in texts["topics"].items()
    }
    articles = data_files.articles()
    for key, article in articles.items():
        text = {**article[language], "internal": article["internal"]}
        page = _publish(topics[article["topic"]], _model("ArticlePage"), key, text)
        page.complaint_types.set([types[name] for name in article["types"] if types[name]])
        page.save_revision().publish()
    return len(articles)


def _publish(parent: Any, model: Any, key: str, text: dict[str, Any], slug: str = "") -> Any:
    page = model(
        slug=slug or slugify(text["title"]),
        locale=parent.locale,
        translation_key=uuid.uuid5(_NAMESPACE, key),
        **text,
    )
    parent.add_child(instance=page)
    page.save_revision().publish()
    return page


def _model(name: str) -> Any:
    return apps.get_model("wagtail_helpdesk_pages", name)
