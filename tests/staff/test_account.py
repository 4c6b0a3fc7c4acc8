"""Notices of the help desk in the account settings."""

import pytest
from django.urls import reverse

from tests.factories import make_user
from wagtail_helpdesk.models import StaffPreferences


def settings_of(user):
    """The account form as it is sent: the panels beside ours need their fields too."""
    return {
        "name_email-first_name": user.first_name or "F",
        "name_email-last_name": user.last_name or "L",
        "name_email-email": user.email,
        "theme-theme": "system",
        "theme-contrast": "system",
        "theme-density": "default",
        "theme-keyboard_shortcuts": "on",
        "locale-preferred_language": "en",
        "locale-current_time_zone": "Asia/Jakarta",
    }


def account():
    return reverse("wagtailadmin_account")


@pytest.mark.parametrize("role", ["first_level1", "first_leader", "manager", "superuser"])
def test_staff_choose_their_notices(client, desk, role):
    user = getattr(desk, role)
    client.force_login(user)
    assert "A ticket was assigned to me" in client.get(account()).content.decode()
    assert not StaffPreferences.objects.exists()  # looking writes nothing
    chosen = {"helpdesk_notices-assigned": "on", "helpdesk_notices-answered": "on"}
    response = client.post(account(), {**settings_of(user), **chosen})
    assert response.status_code == 302, response.content.decode()[:2000]
    preferences = StaffPreferences.objects.get(user=user)
    assert (preferences.assigned, preferences.escalated, preferences.answered) == (
        True,
        False,
        True,
    )
    client.post(account(), {**settings_of(user), "helpdesk_notices-escalated": "on"})
    preferences = StaffPreferences.objects.get(user=user)
    assert (preferences.assigned, preferences.escalated) == (False, True)


def test_who_may_read_no_tickets_is_not_asked(client, desk):
    editor = make_user("editor", groups=[])
    from django.contrib.auth.models import Permission

    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor)
    assert "A ticket was assigned to me" not in client.get(account()).content.decode()
    client.post(account(), {**settings_of(editor), "helpdesk_notices-assigned": "on"})
    assert not StaffPreferences.objects.exists()


def test_nobody_chooses_for_somebody_else(client, desk):
    client.force_login(desk.first_level1)
    data = {**settings_of(desk.first_level1), "helpdesk_notices-user": desk.first_level2.pk}
    client.post(account(), data)
    assert StaffPreferences.objects.get().user == desk.first_level1
