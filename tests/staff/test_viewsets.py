"""The desk's own lists: who reaches them, and what they refuse."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import NoReverseMatch, reverse
from wagtail.models import ModelLogEntry

from tests.addresses import arguments_of
from tests.factories import make_policy, make_procedure, make_ticket, make_user
from wagtail_helpdesk.models import (
    CannedReply,
    ComplaintType,
    Contact,
    Division,
    DivisionMember,
    EscalationReason,
    Organisation,
    OutboxMessage,
    SupportLevel,
    Synonyms,
)
from wagtail_helpdesk.staff.viewsets import CHOOSERS, MENU

HOME = reverse("wagtailadmin_home")
VIEWS = ["index", "index_results", "add", "edit", "delete", "history", "history_results"]


def addresses(viewset):
    record = viewset.model.objects.order_by("pk").first()
    for pattern in viewset.get_urlpatterns():
        arguments = arguments_of(str(pattern.pattern), record)
        yield pattern.name, reverse(viewset.get_url_name(pattern.name), kwargs=arguments)


@pytest.fixture
def filled(desk):
    Organisation.objects.create(name="Lamps Ltd")
    Synonyms.objects.create(language="en", words="lamp, light")
    make_policy(desk)
    make_procedure(desk)
    CannedReply.objects.create(title="Thanks", body="Thank you.")
    return make_ticket(desk)


def editor_with(desk, *codenames):
    user = make_user("editor")
    user.user_permissions.add(
        Permission.objects.get(codename="access_admin"),
        *Permission.objects.filter(
            content_type__app_label="wagtail_helpdesk", codename__in=codenames
        ),
    )
    return user


@pytest.mark.parametrize("viewset", MENU, ids=lambda viewset: viewset.name)
def test_every_address_asks_for_permission(client, filled, desk, viewset):
    for _name, url in addresses(viewset):
        client.force_login(desk.manager)
        assert client.get(url).status_code in (200, 302)
        if "delete" not in url:
            assert client.get(url).status_code == 200, url
        for user in (desk.first_level1, desk.outsider):
            client.force_login(user)
            for response in (client.get(url), client.post(url)):
                assert (response.status_code, response.url) == (302, HOME), url


@pytest.mark.parametrize("viewset", MENU, ids=lambda viewset: viewset.name)
def test_neither_copies_nor_usage_counts_that_know_no_tickets(viewset):
    for name in ("copy", "usage"):
        with pytest.raises(NoReverseMatch):
            reverse(viewset.get_url_name(name), args=[1])


def test_reading_contacts_is_not_changing_them(client, desk, filled):
    user = editor_with(desk, "view_contact")
    client.force_login(user)
    contact = filled.contact
    assert contact.email in client.get(reverse("wagtail_helpdesk_contacts:index")).content.decode()
    inspect = reverse("wagtail_helpdesk_contacts:inspect", args=[contact.pk])
    page = client.get(inspect).content.decode()
    assert contact.email in page and filled.reference not in page
    for name in ("edit", "delete"):
        url = reverse(f"wagtail_helpdesk_contacts:{name}", args=[contact.pk])
        assert client.post(url, {"name": "Mallory"}).url == HOME
    assert Contact.objects.get().name == contact.name


def test_a_contacts_page_lists_only_readable_tickets(client, desk, filled):
    url = reverse("wagtail_helpdesk_contacts:inspect", args=[filled.contact_id])
    desk.agents.permissions.add(Permission.objects.get(codename="view_contact"))
    client.force_login(desk.first_level1)
    assert filled.reference in client.get(url).content.decode()
    client.force_login(desk.second_level1)
    assert filled.reference not in client.get(url).content.decode()


def test_the_menu_shows_what_one_may_use(client, desk, filled):
    def menu(user):
        client.force_login(user)
        return client.get(HOME).content.decode()

    agent, manager = menu(desk.first_level1), menu(desk.manager)
    assert reverse("wagtail_helpdesk_admin:tickets") in agent
    for url in ("contacts:index", "divisions:index", "types:index", "levels:index"):
        assert reverse(f"wagtail_helpdesk_{url}") in manager
        assert f'"{reverse(f"wagtail_helpdesk_{url}")}"' not in agent
    settings = reverse("wagtailsettings:edit", args=["wagtail_helpdesk", "helpdesksettings"])
    assert manager.count(settings) == 1 and settings not in agent
    assert reverse("wagtail_helpdesk_admin:tickets") not in menu(editor_with(desk))


def test_groups_can_grant_the_verbs(client, desk):
    client.force_login(desk.superuser)
    page = client.get(reverse("wagtailusers_groups:edit", args=[desk.agents.pk])).content.decode()
    for codename in ("escalate_ticket", "export_ticket", "manage_helpdesk", "view_contact"):
        assert f'value="{Permission.objects.get(codename=codename).pk}"' in page


# Deleting


@pytest.mark.parametrize(
    ("name", "pick"),
    [
        ("contacts", lambda ticket: ticket.contact),
        ("divisions", lambda ticket: ticket.division),
        ("types", lambda ticket: ticket.complaint_type),
        ("levels", lambda ticket: ticket.level),
    ],
)
def test_what_tickets_refer_to_stays_with_a_clear_word(client, desk, filled, name, pick):
    record = pick(filled)
    url = reverse(f"wagtail_helpdesk_{name}:delete", args=[record.pk])
    client.force_login(desk.manager)
    for send in (client.get, client.post):
        response = send(url, follow=True)
        assert response.status_code == 200
        page = response.content.decode()
        assert "deleted, because it is in use" in page and "Tickets: 1" in page
    assert type(record).objects.filter(pk=record.pk).exists()


def test_what_nothing_refers_to_can_go(client, desk):
    client.force_login(desk.manager)
    division = Division.objects.create(name="Third")
    DivisionMember.objects.create(division=division, user=desk.outsider, level=desk.level1)
    for name, record in (
        ("divisions", division),
        ("levels", SupportLevel.objects.create(rank=9, name="Ninth")),
        ("reasons", EscalationReason.objects.create(code="x", name="X")),
        ("contacts", Contact.objects.create(name="Gone", email="gone@example.org")),
        ("organisations", Organisation.objects.create(name="Gone Ltd")),
    ):
        url = reverse(f"wagtail_helpdesk_{name}:delete", args=[record.pk])
        assert client.get(url).status_code == 200
        assert client.post(url).status_code == 302
        assert not type(record).objects.filter(pk=record.pk).exists()


def test_without_the_permission_nothing_is_told_of_the_use(client, desk, filled):
    client.force_login(editor_with(desk, "view_division", "change_division"))
    url = reverse("wagtail_helpdesk_divisions:delete", args=[filled.division_id])
    response = client.get(url, follow=True)
    assert "in use" not in response.content.decode()


# Editing


def test_a_division_with_its_members_and_names(client, desk):
    client.force_login(desk.manager)
    form = {
        "name": "Third",
        "leader": desk.first_leader.pk,
        "members-TOTAL_FORMS": 1,
        "members-INITIAL_FORMS": 0,
        "members-MIN_NUM_FORMS": 0,
        "members-MAX_NUM_FORMS": 1000,
        "members-0-user": desk.outsider.pk,
        "members-0-level": desk.level2.pk,
        "members-0-ORDER": 1,
        "names-TOTAL_FORMS": 1,
        "names-INITIAL_FORMS": 0,
        "names-MIN_NUM_FORMS": 0,
        "names-MAX_NUM_FORMS": 1000,
        "names-0-language": "id",
        "names-0-name": "Ketiga",
        "names-0-ORDER": 1,
    }
    response = client.post(reverse("wagtail_helpdesk_divisions:add"), form)
    assert response.status_code == 302, response.context["form"].errors
    division = Division.objects.get(name="Third")
    assert division.leader == desk.first_leader and division.name_in("id") == "Ketiga"
    assert division.members.get().level == desk.level2


def contact_form(**fields):
    return {"name": "B. Visitor", "email": "", "phone": "", "organisation": "", "user": ""} | fields


def test_a_contacts_number_is_stored_as_it_is_found(client, desk):
    client.force_login(desk.manager)
    url = reverse("wagtail_helpdesk_contacts:add")
    assert client.post(url, contact_form(phone="0812-3456-789")).status_code == 302
    contact = Contact.objects.get()
    assert contact.phone == "+628123456789" and contact.email_key is None
    index = reverse("wagtail_helpdesk_contacts:index")
    assert "B. Visitor" in client.get(index, {"q": "0812"}).content.decode()
    assert "B. Visitor" not in client.get(index, {"q": "0813"}).content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "email"),
        ({"email": "VISITOR@example.org"}, "email"),
        ({"phone": "+628111111111"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"name": "\x00 ", "email": "x@example.org"}, "name"),
    ],
)
def test_a_contact_that_cant_be_is_refused(client, desk, filled, fields, field):
    Contact.objects.create(name="Caller", phone="+628111111111")
    client.force_login(desk.manager)
    response = client.post(reverse("wagtail_helpdesk_contacts:add"), contact_form(**fields))
    assert response.status_code == 200 and field in response.context["form"].errors
    assert Contact.objects.count() == 2


def test_the_audit_log_names_no_person(client, desk, filled):
    client.force_login(desk.manager)
    contact = filled.contact
    edit = reverse("wagtail_helpdesk_contacts:edit", args=[contact.pk])
    response = client.post(edit, contact_form(name="Renamed", email=contact.email))
    assert response.status_code == 302
    new = contact_form(name="Somebody", email="somebody@example.org")
    client.post(reverse("wagtail_helpdesk_contacts:add"), new)
    made = Contact.objects.get(name="Somebody")
    client.post(reverse("wagtail_helpdesk_contacts:delete", args=[made.pk]))
    client.post(reverse("wagtail_helpdesk_organisations:add"), {"name": "Family Person"})
    entries = ModelLogEntry.objects.filter(content_type__model__in=["contact", "organisation"])
    assert {entry.action for entry in entries} == {
        "wagtail.create",
        "wagtail.edit",
        "wagtail.delete",
    }
    logged = " ".join(f"{entry.label} {entry.data}" for entry in entries)
    for name in ("Renamed", "Somebody", "Person", "Visitor", "example.org"):
        assert name not in logged


def test_a_type_is_retired_not_deleted(client, desk, filled):
    client.force_login(desk.manager)
    url = reverse("wagtail_helpdesk_types:delete", args=[filled.complaint_type_id])
    assert "Retire it instead" in client.get(url, follow=True).content.decode()
    assert ComplaintType.objects.filter(pk=filled.complaint_type_id).exists()


# Choosers


@pytest.mark.parametrize("chooser", CHOOSERS, ids=lambda chooser: chooser.name)
def test_choosers_ask_for_permission_on_every_address(client, desk, filled, chooser):
    pk = chooser.get_choices().first().pk
    for pattern in chooser.get_urlpatterns():
        args = [pk] if "pk" in str(pattern.pattern) else []
        url = reverse(chooser.get_url_name(pattern.name), args=args)
        for user in (desk.first_level1, desk.outsider, editor_with_name(desk, "view_contact")):
            client.force_login(user)
            response = client.get(url, {"id": pk, "multiple": 1})
            assert (response.status_code, response.url) == (302, HOME), url
        client.force_login(desk.manager)
        if pattern.name != "create" or chooser.form_fields:
            assert client.get(url, {"id": pk}).status_code == 200, url


def editor_with_name(desk, *codenames):
    from django.contrib.auth import get_user_model

    return get_user_model().objects.filter(username="editor").first() or editor_with(
        desk, *codenames
    )


def test_colleagues_are_those_who_reach_the_admin(client, desk):
    colleagues, accounts, _organisations = CHOOSERS
    assert desk.first_level1 in colleagues.get_choices()
    assert desk.superuser in colleagues.get_choices()
    assert desk.nobody not in colleagues.get_choices()
    assert desk.nobody in accounts.get_choices()
    client.force_login(desk.manager)
    for name in ("chosen", "chosen"):
        url = reverse(colleagues.get_url_name(name), args=[desk.nobody.pk])
        assert client.get(url).status_code == 404
        url = reverse(colleagues.get_url_name(name), args=["x"])
        assert client.get(url).status_code == 404
    found = client.get(
        reverse(colleagues.get_url_name("choose_results")), {"q": "first_level2"}
    ).content.decode()
    assert "first_level2" in found and "second_level1" not in found


# Outgoing mail


def test_dead_mail_is_seen_and_sent_again(client, desk, filled):
    mail = OutboxMessage.objects.get()
    OutboxMessage.objects.update(state="dead", attempts=12, last_error="550 User unknown")
    client.force_login(desk.manager)
    page = client.get(reverse("wagtail_helpdesk_admin:mail")).content.decode()
    assert "550 User unknown" in page and filled.reference in page
    retry = reverse("wagtail_helpdesk_admin:mail_retry")
    assert client.get(retry).status_code == 405
    client.post(retry, {"id": mail.pk})
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == ("queued", 0)
    client.post(retry, {"id": mail.pk})
    assert OutboxMessage.objects.filter(state="queued").count() == 1
    results = reverse("wagtail_helpdesk_admin:mail_results")
    assert filled.reference not in client.get(results, {"state": "dead"}).content.decode()
    assert filled.reference not in client.get(results, {"state": "?"}).content.decode()


def test_mail_is_scoped_like_its_tickets(client, desk, filled):
    mail = reverse("wagtail_helpdesk_admin:mail")
    retry = reverse("wagtail_helpdesk_admin:mail_retry")
    for user in (desk.first_level1, desk.outsider):
        client.force_login(user)
        assert client.get(mail).url == HOME and client.post(retry, {"id": "all"}).url == HOME
    desk.agents.permissions.add(
        *Permission.objects.filter(codename__in=["view_outboxmessage", "change_outboxmessage"])
    )
    OutboxMessage.objects.update(state="dead")
    client.force_login(desk.second_level1)
    assert filled.reference not in client.get(mail).content.decode()
    client.post(retry, {"id": "all"})
    assert OutboxMessage.objects.get().state == "dead"
    client.force_login(desk.first_level1)
    assert filled.reference in client.get(mail).content.decode()
    client.post(retry, {"id": "all"})
    assert OutboxMessage.objects.get().state == "queued"
