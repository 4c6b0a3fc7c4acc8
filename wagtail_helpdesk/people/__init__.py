"""The operations on requesters: merging two of them, switching one off and on, and whose login is theirs.

Keyword-only after the contact; ``by`` is who acts. Each checks permission, has the contacts to itself,
changes them and writes the audit log in one transaction; signals follow the commit. None knows HTTP.
"""

from .activity import deactivate, reactivate
from .errors import LoginTaken, MergeRefused, StaleContacts
from .logins import link_login, may_claim, unlink_login
from .merge import merge_contacts

__all__ = [
    "LoginTaken",
    "MergeRefused",
    "StaleContacts",
    "deactivate",
    "link_login",
    "may_claim",
    "merge_contacts",
    "reactivate",
    "unlink_login",
]
