"""The fields of an index, and how an object becomes a document of it.

A searchable field lies in the index as ``s_<path>`` (its words, with positions), ``t_<path>``
(stems that differ from their word) and, for autocomplete, ``a_<path>`` (beginnings of words).
The path is the field's name, after those of the relations that lead to it. Boosts are no part
of the index: they are applied when it is asked, so changing one needs no rebuild.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Manager, Model
from django.utils.encoding import force_str
from modelsearch.backends.base import get_model_root
from modelsearch.index import AutocompleteField, RelatedFields, SearchField, get_indexed_models
from whoosh import fields, formats
from whoosh.system import pack_uint

from .analysis import analyser_for, prefixes, words
from .options import Options, covers

#: The field that names the object: the key of its root model, as text.
KEY = "key"
#: Words of two values of a field are so far apart that no phrase reaches over.
GAP = 100

Document = dict[str, Any]


class WordsField(fields.FieldType):
    """Words found by our own analysis, as ``{word: positions}``, or ``{word: count}``."""

    def __init__(self, *, scorable: bool) -> None:
        super().__init__(formats.Positions() if scorable else formats.Frequency(), None, scorable)

    def index(
        self, value: dict[str, Any], **kwargs: Any
    ) -> Iterator[tuple[bytes, int, float, bytes]]:
        encode = self.format.encode if self.scorable else pack_uint
        for word, places in value.items():
            count = len(places) if self.scorable else places
            yield word.encode(), count, float(count), encode(places)


WORDS = WordsField(scorable=True)
STEMS = WordsField(scorable=False)


def root_of(model: type[Model]) -> type[Model]:
    return get_model_root(model._meta.concrete_model)


def key_of(obj: Model) -> str:
    """What the index calls the object: children of a model go by their root's key."""
    return force_str(getattr(obj, root_of(type(obj))._meta.pk.attname))


def index_name(root: type[Model]) -> str:
    return root._meta.label_lower.replace(".", "_")


def family(root: type[Model], models: tuple[str, ...] | None) -> list[type[Model]]:
    """The models whose objects lie in the index of this root."""
    return [
        model
        for model in get_indexed_models()
        if issubclass(model, root) and root_of(model) is root and covers(models, model)
    ]


def make_schema(root: type[Model], models: tuple[str, ...] | None) -> fields.Schema:
    schema = fields.Schema(**{KEY: fields.ID(unique=True, sortable=True)})
    for model in family(root, models):
        for field, path in paths(model):
            for name, kind in _index_fields(field, path):
                if name not in schema:
                    schema.add(name, kind)
    return schema


def _index_fields(field: Any, path: str) -> list[tuple[str, fields.FieldType]]:
    if isinstance(field, SearchField):
        return [(f"s_{path}", WORDS), (f"t_{path}", STEMS)]
    return [(f"a_{path}", STEMS)]


@lru_cache(maxsize=1024)
def paths(model: type[Model]) -> tuple[tuple[Any, str], ...]:
    """Each search or autocomplete field that a model declares, and the path to it."""
    return tuple(_walk(model.get_search_fields(), ""))


def _walk(search_fields: Any, before: str) -> Iterator[tuple[Any, str]]:
    for field in search_fields:
        if isinstance(field, RelatedFields):
            yield from _walk(field.fields, f"{before}{field.field_name}__")
        elif isinstance(field, SearchField | AutocompleteField):
            yield field, before + field.field_name


@lru_cache(maxsize=1024)
def scope(model: type[Model], kind: type) -> tuple[tuple[str, float], ...]:
    """``(path, boost)`` of the fields that a search of this model looks into.

    A search of pages looks into what the kinds of pages add, too. The model's own boost counts;
    where only descendants have the field, the greatest of theirs.
    """
    boosts: dict[str, float] = {}
    descendants = [other for other in apps.get_models() if issubclass(other, model)]
    for other in [model, *descendants]:
        if not hasattr(other, "get_search_fields"):
            continue
        own = {path for _, path in paths(model)} if other is not model else set()
        for field, path in paths(other):
            if isinstance(field, kind) and path not in own:
                boost = getattr(field, "boost", None)
                boosts[path] = max(boosts.get(path, 0.0), 1.0 if boost is None else float(boost))
    return tuple(boosts.items())


def make_document(obj: Model, options: Options) -> Document:
    """What the index is told about an object."""
    analyser = analyser_for(language_of(obj), options)
    document: Document = {KEY: key_of(obj)}
    texts: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for field, path, text in values(obj, obj.get_search_fields(), ""):
        texts[isinstance(field, SearchField), path].append(text)
    for (searched, path), found in texts.items():
        if searched:
            positions, stems = _words(analyser, found)
            document[f"s_{path}"] = positions
            document[f"t_{path}"] = stems
        else:
            starts = {start for text in found for word in words(text) for start in prefixes(word)}
            document[f"a_{path}"] = dict.fromkeys(starts, 1)
    return document


def _words(analyser: Any, texts: list[str]) -> tuple[dict[str, list[int]], dict[str, int]]:
    positions: dict[str, list[int]] = {}
    stems: dict[str, int] = {}
    place = 0
    for text in texts:
        for word, stem in analyser.pairs(text):
            positions.setdefault(word, []).append(place)
            if stem:
                marked = analyser.mark(stem)
                stems[marked] = stems.get(marked, 0) + 1
            place += 1
        place += GAP
    return positions, stems


def values(obj: Any, search_fields: Any, before: str) -> Iterator[tuple[Any, str, str]]:
    """``(field, path, text)`` for all that is to be indexed of an object and its relations."""
    for field in search_fields:
        if isinstance(field, RelatedFields):
            for related in _related(field, obj):
                yield from values(related, field.fields, f"{before}{field.field_name}__")
        elif isinstance(field, SearchField | AutocompleteField):
            for text in _texts(field.get_value(obj)):
                yield field, before + field.field_name, text


def _related(field: RelatedFields, obj: Any) -> list[Any]:
    value = field.get_value(obj)
    if value is None:
        return []
    if isinstance(value, Manager):
        return list(value.all())
    return [value() if callable(value) else value]


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, dict):
        value = value.values()
    elif isinstance(value, str) or not hasattr(value, "__iter__"):
        return [force_str(value)]
    return [text for part in value for text in _texts(part)]


def language_of(obj: Any) -> str:
    """The language of a translatable object, else the site's."""
    locale = getattr(obj, "locale", None)
    return getattr(locale, "language_code", None) or settings.LANGUAGE_CODE
