"""Registers what the help desk adds to Wagtail. Implements nothing."""

from django.urls import include, path
from wagtail import hooks

from .staff import article_pages, bulk, deletion, home, menu
from .staff import urls as staff_urls
from .staff.account import HelpdeskNoticesPanel
from .staff.icons import register_icons
from .staff.log_actions import register_log_actions
from .staff.permissions import register_permissions
from .staff.viewsets import VIEWSETS
from .staff.viewsets.actions import register_actions

hooks.register("register_log_actions", register_log_actions)
hooks.register("register_actions", register_actions)
hooks.register("register_actions", deletion.register_actions)
hooks.register("register_icons", register_icons)
hooks.register("register_permissions", register_permissions)
hooks.register("register_admin_menu_item", menu.helpdesk_menu_item)
hooks.register("register_reports_menu_item", menu.recap_menu_item)
hooks.register("register_reports_menu_item", menu.gaps_menu_item)
hooks.register("register_reports_menu_item", menu.deflection_menu_item)
hooks.register("construct_settings_menu", menu.hide_second_settings_entry)
hooks.register("register_account_settings_panel", HelpdeskNoticesPanel)
hooks.register("construct_homepage_panels", home.add_panels)
hooks.register("register_page_header_buttons", article_pages.header_buttons)
hooks.register("before_delete_user", deletion.before_delete_user)
hooks.register("before_delete_page", deletion.before_delete_page)
hooks.register("before_bulk_action", deletion.before_bulk_action)
hooks.register("register_admin_viewset", lambda: VIEWSETS)
for action in bulk.ACTIONS:
    hooks.register("register_bulk_action", action)


@hooks.register("register_admin_urls")
def register_admin_urls():
    return [path("helpdesk/", include(staff_urls))]
