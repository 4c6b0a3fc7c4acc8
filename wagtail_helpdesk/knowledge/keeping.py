"""Keeping the rows that ``find`` ranks by in step with the articles."""

from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction
from django.db.models import F
from wagtail.fields import StreamField

from ..models import ArticleText, VocabularyWord
from .articles import article_models
from .language import base_of, sentences_of, stems_of, words_of

#: Characters of an article that count. More is a book, and would make every search for it slow.
MAX_CHARACTERS = 20_000
BATCH = 500


def keep(page) -> None:
    """Write down the words of a live article; take away those of one that is live no more."""
    with transaction.atomic():
        old = ArticleText.objects.filter(page_id=page.pk).first()
        new = text_of(page) if page.live else None
        if old is not None:
            _count(old.language, _vocabulary(old), -1)
        if new is None:
            ArticleText.objects.filter(page_id=page.pk).delete()
        else:
            new.save()
            _count(new.language, _vocabulary(new), +1)


def forget(page_id: int) -> None:
    """Take the words of an article out that is deleted, or no longer public."""
    for old in ArticleText.objects.filter(page_id=page_id):
        with transaction.atomic():
            _count(old.language, _vocabulary(old), -1)
            old.delete()


def rebuild() -> int:
    """Write everything anew and answer how many articles there are. For a command: it takes its time."""
    with transaction.atomic():
        ArticleText.objects.all().delete()
        VocabularyWord.objects.all().delete()
        count = 0
        vocabulary: dict[str, dict[str, int]] = {}
        for model in article_models():
            pages = model.objects.live().select_related("locale").order_by("pk")
            for texts in _batches(text_of(page) for page in pages.iterator(chunk_size=BATCH)):
                ArticleText.objects.bulk_create(texts)
                count += len(texts)
                for text in texts:
                    counts = vocabulary.setdefault(text.language, {})
                    for word in _vocabulary(text):
                        counts[word] = counts.get(word, 0) + 1
        for language, counts in vocabulary.items():
            for rows in _batches(_rows(language, counts)):
                VocabularyWord.objects.bulk_create(rows)
    return count


def text_of(page) -> ArticleText:
    """What is written down of ``page``: its title, and each sentence of its summary and body."""
    language = base_of(page.locale.language_code)
    passages = [" ".join(page.title.split())]
    room = MAX_CHARACTERS
    for sentence in _sentences(page):
        passages.append(_cut(sentence, room))
        room -= len(sentence)
        if room <= 0:
            break
    words = [words_of(passage) for passage in passages]
    return ArticleText(
        page_id=page.pk,
        language=language,
        passages="\n".join(passages),
        words="\n".join(" ".join(line) for line in words),
        stems="\n".join(" ".join(stems_of(line, language)) for line in words),
    )


def _cut(sentence: str, room: int) -> str:
    """Its beginning, to the last whole word that fits; a text without a space is cut anywhere."""
    if len(sentence) <= room:
        return sentence
    return sentence[: room + 1].rpartition(" ")[0] or sentence[:room]


def _sentences(page) -> Iterator[str]:
    yield from sentences_of(page.summary)
    field = page._meta.get_field("body")
    if isinstance(field, StreamField):
        for text in page.body.stream_block.get_searchable_content(page.body):
            yield from sentences_of(str(text))


def _vocabulary(text: ArticleText) -> set[str]:
    return {word for word in text.words.split() if not word.isdecimal()}


def _rows(language: str, counts: dict[str, int]) -> Iterator[VocabularyWord]:
    words = list(counts)
    for word, stem in zip(words, stems_of(words, language), strict=True):
        yield VocabularyWord(language=language, word=word, stem=stem, articles=counts[word])


def _count(language: str, words: set[str], step: int) -> None:
    for some in _batches(sorted(words)):
        known = VocabularyWord.objects.filter(language=language, word__in=some)
        if step > 0:
            rows = _rows(language, dict.fromkeys(some, 0))
            VocabularyWord.objects.bulk_create(rows, ignore_conflicts=True)
            known.update(articles=F("articles") + 1)
        else:
            known.filter(articles__gt=0).update(articles=F("articles") - 1)


def _batches(items: Iterable) -> Iterator[list]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
