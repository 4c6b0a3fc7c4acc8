"""The demonstration: a small company's desk with six weeks behind it. ``manage.py load_helpdesk_demo``.

What it says lies in ``data/`` as TOML, a file per ticket. It is played through the ordinary
operations, so it shows what they do, and a change that breaks them breaks it.
"""

from .load import is_loaded, load

__all__ = ["is_loaded", "load"]
