"""The knowledge base: finding articles and learning from what was looked for.

``find`` answers a question with articles, ``suggest`` offers a few to somebody who is still writing.
"""

from .finding import Hit, Results, find, suggest

__all__ = ["Hit", "Results", "find", "suggest"]
