"""Registers what the help desk adds to Wagtail. Implements nothing."""

from django.urls import include, path
from wagtail import hooks

from .staff import urls as staff_urls
from .staff.log_actions import register_log_actions

hooks.register("register_log_actions", register_log_actions)


@hooks.register("register_admin_urls")
def register_admin_urls():
    return [path("helpdesk/", include(staff_urls))]
