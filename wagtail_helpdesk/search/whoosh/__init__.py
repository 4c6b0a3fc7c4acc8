"""The search backend: set it under ``WAGTAILSEARCH_BACKENDS`` by this package's name.

Reading order: ``backend`` and ``options``; ``index`` (what is to be written), ``commits`` (when),
``journal`` and ``writing`` (how, and what happens to what could not be written), ``rebuild``;
``compiler`` (what was asked), ``reading`` and ``scoring`` (what the index says), ``results`` (what
the database makes of it). ``directory`` knows the files, ``analysis`` and ``stemming`` the words.
"""

from .backend import WhooshSearchBackend

SearchBackend = WhooshSearchBackend

__all__ = ["SearchBackend", "WhooshSearchBackend"]
