"""The desk's own lists in the admin. ``VIEWSETS`` in the order of the menu, then what has no entry."""

from .choosers import CHOOSERS
from .desk import complaint_types, divisions, levels, reasons
from .people import contacts, organisations
from .procedures import canned_replies, procedures
from .promises import calendars, policies
from .synonyms import synonyms

MENU = [
    contacts,
    organisations,
    divisions,
    complaint_types,
    levels,
    reasons,
    procedures,
    canned_replies,
    policies,
    calendars,
    synonyms,
]
VIEWSETS = [*MENU, *CHOOSERS]
