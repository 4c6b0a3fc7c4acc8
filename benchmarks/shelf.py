"""Writes articles in any number, of words that real articles have and of as many rare ones, and questions to them.

Words come as often as they do in the demonstration's articles; every fourth is invented, and of those
few come often and most hardly ever, like the names of products and places. The same seed writes the same.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from itertools import accumulate, islice

from django.contrib.contenttypes.models import ContentType
from django.utils.html import strip_tags
from wagtail.models import Locale, Page, Site

from wagtail_helpdesk.knowledge.language import function_words, words_of
from wagtail_helpdesk.pages.models import ArticlePage, KnowledgeBasePage, SupportPage, TopicPage
from wagtail_helpdesk.setup.demo import data_files

INVENTED, SHARE = 40_000, 0.25
SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "or", "el")]
BATCH = 500


class Writer:
    """Makes up texts and questions of one language; ``seed`` decides about all of them."""

    def __init__(self, seed: int = 20):
        self.rng = random.Random(seed)  # noqa: S311
        counts = Counter(
            word
            for article in data_files.articles().values()
            for word in words_of(" ".join(_texts(article["en"])))
            if word.isalpha()
        )
        small = function_words("en")
        self._common = _Urn(counts)
        self._telling = _Urn({word: n for word, n in counts.items() if word not in small})
        names = {"".join(self.rng.choices(SYLLABLES, k=3)): 0 for _ in range(INVENTED)}
        self._invented = _Urn({name: 1 / (place + 1) for place, name in enumerate(names)})

    def word(self) -> str:
        urn = self._invented if self.rng.random() < SHARE else self._common
        return urn.draw(self.rng)

    def telling(self) -> str:
        urn = self._invented if self.rng.random() < SHARE else self._telling
        return urn.draw(self.rng)

    def sentence(self) -> str:
        words = [self.word() for _ in range(self.rng.randint(7, 16))]
        return f"{' '.join(words).capitalize()}."

    def title(self) -> str:
        return " ".join(self.telling() for _ in range(self.rng.randint(3, 7))).capitalize()

    def body(self) -> list[dict]:
        return [
            {
                "type": "paragraph",
                "value": f"<p>{' '.join(self.sentence() for _ in range(self.rng.randint(2, 4)))}</p>",
            }
            for _ in range(self.rng.randint(3, 7))
        ]

    # --- Questions --------------------------------------------------------------------------------

    def few_words(self, count: int) -> str:
        return " ".join(self.telling() for _ in range(count))

    def question(self) -> str:
        return f"how do I {' '.join(self.word() for _ in range(self.rng.randint(8, 14)))}?"

    def complaint(self) -> str:
        return " ".join(self.sentence() for _ in range(5))


def publish(count: int, writer: Writer) -> tuple[Site, Locale]:
    """``count`` articles below one topic. Written in bulk, past every signal: it is reading that is measured."""
    site = Site.objects.select_related("root_page").get(is_default_site=True)
    locale = Locale.objects.get(language_code="en")
    support = site.root_page.add_child(instance=SupportPage(title="Support", slug="support"))
    base = support.add_child(instance=KnowledgeBasePage(title="Help", slug="help"))
    topic = base.add_child(instance=TopicPage(title="All", slug="all"))
    kind = ContentType.objects.get_for_model(ArticlePage)
    numbers = iter(range(1, count + 1))
    while batch := list(islice(numbers, BATCH)):
        pages = [
            Page(
                title=(title := writer.title())[:255],
                draft_title=title[:255],
                slug=f"a{number}",
                content_type=kind,
                locale=locale,
                depth=topic.depth + 1,
                path=Page._get_path(topic.path, topic.depth + 1, number),
                url_path=f"{topic.url_path}a{number}/",
            )
            for number in batch
        ]
        for page in Page.objects.bulk_create(pages):
            article = ArticlePage(page_ptr_id=page.pk, body=json.dumps(writer.body()))
            article.__dict__.update({name: getattr(page, name) for name in _columns()})
            article.save_base(raw=True, force_insert=True)
    Page.objects.filter(pk=topic.pk).update(numchild=count)
    return site, locale


def _columns() -> list[str]:
    return [field.attname for field in Page._meta.concrete_fields]


def _texts(value) -> Iterator[str]:
    if isinstance(value, str):
        yield strip_tags(value)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name != "type":
                yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


class _Urn:
    """Draws words, each as often as it weighs."""

    def __init__(self, weights: dict[str, float]):
        self._words = list(weights)
        self._sums = list(accumulate(weights.values()))

    def draw(self, rng: random.Random) -> str:
        return rng.choices(self._words, cum_weights=self._sums)[0]
