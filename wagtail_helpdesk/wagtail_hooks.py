"""Registers what the help desk adds to Wagtail. Implements nothing."""

from wagtail import hooks

from .staff.log_actions import register_log_actions

hooks.register("register_log_actions", register_log_actions)
