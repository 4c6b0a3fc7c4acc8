"""The entrance: what modelsearch makes for ``BACKEND: "wagtail_helpdesk.search.whoosh"``."""

from typing import Any

from django.db.models import Model
from modelsearch.backends.base import BaseIndex, BaseSearchBackend

from .compiler import WhooshAutocompleteQueryCompiler, WhooshQueryCompiler
from .index import NoIndex, WhooshIndex
from .options import Options
from .rebuild import WhooshRebuilder
from .results import WhooshSearchResults
from .schema import root_of


class WhooshSearchBackend(BaseSearchBackend):
    """Full-text search without a server: the index lies in a directory of this machine.

    Options: ``PATH``, ``STEMMING``, ``LANGUAGES``, ``MODELS``, ``FALLBACK``, ``WRITE_TIMEOUT``
    (see ``Options``).
    """

    query_compiler_class = WhooshQueryCompiler
    autocomplete_query_compiler_class = WhooshAutocompleteQueryCompiler
    results_class = WhooshSearchResults
    index_class = WhooshIndex
    rebuilder_class = WhooshRebuilder
    # Saving must work without the index. It would all the same: nothing here raises then.
    catch_indexing_errors = True

    def __init__(self, params: dict[str, Any]) -> None:
        super().__init__(params)
        self.options = Options.from_params(params)

    def get_index_for_model(self, model: type[Model]) -> BaseIndex:
        if not self.options.covers(model):
            return NoIndex(self)
        return WhooshIndex(self, root_of(model))
