"""A site with tickets is kept, whichever way somebody would delete it: itself, or with its root page."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.actions.delete import DeletePermissionError
from wagtail.actions.registry import action_registry
from wagtail.models import Page, Site

from tests.factories import make_ticket, make_user

IN_USE = "deleted, because it is in use: Tickets: 1."


@pytest.fixture
def site(desk):
    """A second one, with a ticket."""
    root = Page.objects.get(depth=1).add_child(instance=Page(title="Second home"))
    desk.site = Site.objects.create(hostname="second.example", root_page=root)
    make_ticket(desk)
    return desk.site


def test_the_page_before_says_why_and_has_no_button(client, desk, site):
    client.force_login(desk.superuser)
    page = client.get(reverse("wagtailsites:delete", args=[site.pk])).content.decode()
    assert IN_USE in page and "Point the site to another address" in page
    assert "Yes, delete" not in page


def test_what_is_posted_all_the_same_is_refused(client, desk, site):
    client.force_login(desk.superuser)
    response = client.post(reverse("wagtailsites:delete", args=[site.pk]))
    assert (response.status_code, response.url) == (302, reverse("wagtailadmin_home"))
    assert Site.objects.filter(pk=site.pk).exists()
    with pytest.raises(DeletePermissionError, match="in use"):
        action_registry.get_action_class(Site, "delete")(site, user=desk.superuser).execute()


def test_a_site_without_tickets_can_go(client, desk):
    root = Page.objects.get(depth=2)
    site = Site.objects.create(hostname="empty.example", root_page=root)
    client.force_login(desk.superuser)
    url = reverse("wagtailsites:delete", args=[site.pk])
    assert "Yes, delete" in client.get(url).content.decode()
    assert client.post(url).status_code == 302
    assert not Site.objects.filter(pk=site.pk).exists()


def test_who_may_not_delete_sites_learns_nothing(client, desk, site):
    editor = make_user("editor")
    editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(editor)
    response = client.get(reverse("wagtailsites:delete", args=[site.pk]), follow=True)
    assert IN_USE not in response.content.decode()


@pytest.mark.parametrize(
    ("bulk", "send"), [(False, "get"), (False, "post"), (True, "post")]
)  # Wagtail's bulk actions ask nobody before they are confirmed
def test_its_root_page_is_kept_too(client, desk, site, bulk, send):
    client.force_login(desk.superuser)
    if bulk:
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        url += f"?next=/admin/pages/&id={site.root_page_id}"
    else:
        url = reverse("wagtailadmin_pages:delete", args=[site.root_page_id])
    response = getattr(client, send)(url, follow=True)
    assert response.status_code == 200
    assert IN_USE in response.content.decode()
    assert Page.objects.filter(pk=site.root_page_id).exists()


@pytest.mark.parametrize("bulk", [False, True])
def test_other_pages_can_go(client, desk, site, bulk):
    page = site.root_page.add_child(instance=Page(title="Old news"))
    client.force_login(desk.superuser)
    if bulk:
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
        url += f"?next=/admin/pages/&id={page.pk}"
    else:
        url = reverse("wagtailadmin_pages:delete", args=[page.pk])
    assert client.post(url).status_code == 302
    assert not Page.objects.filter(pk=page.pk).exists()
