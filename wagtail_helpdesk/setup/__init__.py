"""Preparing a site for its help desk: what ``manage.py setup_helpdesk`` does.

A list that already has entries is its owner's and stays as it is: nothing that was edited, renamed
or deleted comes back. So running the command again is always safe.
"""

from .prepare import prepare
from .report import Report

__all__ = ["Report", "prepare"]
