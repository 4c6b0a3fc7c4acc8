"""Bulk actions on the queue, registered with Wagtail by ``wagtail_hooks``."""

from .actions import AssignTickets, CloseTickets, EscalateTickets

ACTIONS = [AssignTickets, EscalateTickets, CloseTickets]
