"""From what modelsearch asks to what the index can answer. Nothing here parses what people type."""

from collections.abc import Iterable
from typing import Any

from django.db.models.expressions import Col
from django.db.models.functions.datetime import Extract
from django.db.models.lookups import Lookup
from django.db.models.sql.where import NothingNode, WhereNode
from modelsearch import query as asked
from modelsearch.backends.base import BaseSearchQueryCompiler
from modelsearch.index import AutocompleteField, SearchField

from .analysis import MAX_PREFIX, Analyser, analyser_for, asked_language, words
from .options import Options
from .schema import scope
from .scoring import (
    STEM_WEIGHT,
    AllOf,
    AnyOf,
    Boosted,
    Everything,
    Form,
    Mistyped,
    NoneOf,
    Nothing,
    Phrase,
    Question,
    Ranking,
    Word,
)

#: Characters of a text, and different words of a whole question, that are looked at.
MAX_CHARACTERS = 10_000
MAX_WORDS = 64
#: Words of a phrase that must stand in order.
MAX_PHRASE = 24
#: Words that may be mistyped; each costs a walk through the vocabulary.
MAX_MISTYPED = 5


class WhooshQueryCompiler(BaseSearchQueryCompiler):
    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    #: The kind of field that is searched.
    kind: type = SearchField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language = asked_language()
        #: What the index said, and which of it the queryset has: kept for slices and counts.
        self.ranking: Ranking | None = None
        self.allowed: list[int] | None = None
        self._question: Question | None = None

    def _get_filters_from_where_node(self, where_node: Any, check_only: bool = False) -> Any:
        """The database filters, so that subqueries, ``Exists`` and functions are as good as any.

        Where a filter names a plain column, modelsearch's rule holds: it must be a FilterField.
        """
        if isinstance(where_node, Lookup):
            if not isinstance(where_node.lhs, Col | Extract):
                return None
        elif not isinstance(where_node, WhereNode | NothingNode):
            return None
        return super()._get_filters_from_where_node(where_node, check_only=check_only)

    def question(self, options: Options) -> Question:
        if self._question is None:
            self._question = self._make_question(options)
        return self._question

    def _make_question(self, options: Options) -> Question:
        fields = scope(self.queryset.model, self.kind)
        if self.fields:
            fields = tuple((path, boost) for path, boost in fields if path in set(self.fields))
        translation = Translation(fields, analyser_for(self.language, options))
        return self.translate(translation) or Nothing()

    def translate(self, translation: "Translation") -> Question | None:
        return translation.translate(self.query, translation.searched)


class WhooshAutocompleteQueryCompiler(WhooshQueryCompiler):
    kind = AutocompleteField

    def translate(self, translation: "Translation") -> Question | None:
        return translation.translate(self.query, translation.begun)


class Translation:
    """One question, translated part by part, with a limit on the words of the whole."""

    def __init__(self, fields: Iterable[tuple[str, float]], analyser: Analyser) -> None:
        self.fields = tuple(fields)
        self.word_fields = tuple((f"s_{path}", boost) for path, boost in self.fields)
        self.analyser = analyser
        self.words: set[str] = set()
        self.mistyped = 0

    def translate(self, query: asked.SearchQuery, make: Any) -> Question | None:
        """None where a part says nothing (no letter in it), which is then left out."""
        match query:
            case asked.PlainText():
                return _boosted(self._plain(query, make), query.boost)
            case asked.Phrase():
                return self._phrase(query.query_string, make)
            case asked.Fuzzy():
                return self._fuzzy(query)
            case asked.Boost():
                return _boosted(self.translate(query.subquery, make), query.boost)
            case asked.And():
                return _joined(AllOf, [self.translate(part, make) for part in query.subqueries])
            case asked.Or():
                return _joined(AnyOf, [self.translate(part, make) for part in query.subqueries])
            case asked.Not():
                part = self.translate(query.subquery, make)
                return None if part is None else NoneOf(part)
            case asked.MatchAll():
                return Everything()
        raise NotImplementedError(
            f"{type(query).__name__} is not supported by this search backend."
        )

    # --- The three ways to look for a word --------------------------------------------------------

    def searched(self, word: str, stem: str) -> Question:
        forms = []
        for path, boost in self.fields:
            lengths = f"s_{path}"
            forms.append(Form(lengths, word, boost, lengths))
            root = stem or word
            forms.append(Form(f"t_{path}", self.analyser.mark(root), boost * STEM_WEIGHT, lengths))
            if stem:
                forms.append(Form(lengths, stem, boost * STEM_WEIGHT, lengths))
        return Word(tuple(forms))

    def begun(self, word: str, stem: str) -> Question:
        start = word[:MAX_PREFIX]
        return Word(tuple(Form(f"a_{path}", start, boost) for path, boost in self.fields))

    def _fuzzy(self, query: asked.Fuzzy) -> Question | None:
        parts: list[Question] = []
        for word, stem in self._pairs(query.query_string):
            self.mistyped += 1
            if self.mistyped <= MAX_MISTYPED:
                parts.append(Mistyped(word, self.word_fields))
            else:
                parts.append(self.searched(word, stem))
        return _joined(AllOf if query.operator == "and" else AnyOf, parts)

    # --- Parts --------------------------------------------------------------------------------------

    def _plain(self, query: asked.PlainText, make: Any) -> Question | None:
        parts = [make(word, stem) for word, stem in self._pairs(query.query_string)]
        return _joined(AllOf if query.operator == "and" else AnyOf, parts)

    def _phrase(self, text: str, make: Any) -> Question | None:
        found = words(text[:MAX_CHARACTERS])[:MAX_PHRASE]
        if make == self.begun or len(found) < 2:
            return _joined(AllOf, [make(word, "") for word in found])
        if len(self.words | set(found)) > MAX_WORDS:
            return None
        self.words |= set(found)
        return Phrase(tuple(found), self.word_fields)

    def _pairs(self, text: str) -> list[tuple[str, str]]:
        """The different words of a text, as long as the whole question has room for them."""
        found: dict[str, str] = {}
        for word, stem in self.analyser.pairs(text[:MAX_CHARACTERS]):
            if word in self.words or len(self.words) < MAX_WORDS:
                self.words.add(word)
                found[word] = stem
        return list(found.items())


def _joined(kind: type, parts: Iterable[Question | None]) -> Question | None:
    said: list[Question] = []
    for part in parts:
        if isinstance(part, kind):
            said.extend(part.parts)  # flat, however deep it was nested
        elif part is not None:
            said.append(part)
    if len(said) < 2:
        return said[0] if said else None
    return kind(tuple(dict.fromkeys(said)))


def _boosted(question: Question | None, boost: float) -> Question | None:
    return question if question is None or boost == 1 else Boosted(question, float(boost))
