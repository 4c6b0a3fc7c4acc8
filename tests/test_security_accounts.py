"""An account that the desk's history names is kept; the attempt to delete it is no error of the server."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from tests.factories import make_user
from wagtail_helpdesk import tickets


def delete(by, *users, bulk=False):
    client = Client()
    client.force_login(by)
    if bulk:
        opts = get_user_model()._meta
        url = reverse("wagtail_bulk_action", args=[opts.app_label, opts.model_name, "delete"])
        url += "?" + "&".join(["next=/admin/users/", *(f"id={user.pk}" for user in users)])
    else:
        url = reverse("wagtailusers_users:delete", args=[users[0].pk])
    return client.post(url, follow=True)


@pytest.fixture
def busy(desk, ticket):
    tickets.accept(ticket, by=desk.first_level1)
    tickets.reply(ticket, by=desk.first_level1, body="We look at it.")
    return desk.first_level1


@pytest.mark.parametrize("bulk", [False, True])
def test_who_has_written_is_kept(desk, busy, bulk):
    idle = make_user("idle")
    response = delete(desk.superuser, busy, idle, bulk=bulk)
    assert response.status_code == 200
    assert "Switch the account off instead" in response.content.decode()
    assert get_user_model().objects.filter(pk__in=[busy.pk, idle.pk]).count() == 2


@pytest.mark.parametrize("bulk", [False, True])
def test_who_has_done_nothing_can_go(desk, bulk):
    idle = make_user("idle")
    assert delete(desk.superuser, idle, bulk=bulk).status_code == 200
    assert not get_user_model().objects.filter(pk=idle.pk).exists()


def test_who_may_not_delete_accounts_learns_nothing(desk, busy):
    editor = make_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    response = delete(editor, busy)
    assert "Switch the account off instead" not in response.content.decode()
    assert get_user_model().objects.filter(pk=busy.pk).exists()
