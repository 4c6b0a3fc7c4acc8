"""Every URL × every role × own, foreign, formerly held and restricted tickets.

Staff see and do what the one rule says (``tests.tickets.test_permissions.EXPECTED``), whichever URL they
take. A URL name that has no row here fails the test at the end.
"""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from tests.addresses import arguments_of
from tests.factories import make_policy, make_procedure, make_ticket, make_user
from tests.tickets.test_permissions import ACTS, EXPECTED, NOTES
from wagtail_helpdesk import tickets
from wagtail_helpdesk.links import make_token
from wagtail_helpdesk.models import (
    Attachment,
    CannedReply,
    ComplaintType,
    Contact,
    EscalationReason,
    Organisation,
    Synonyms,
    Ticket,
    Visit,
    VisitFeed,
)
from wagtail_helpdesk.models.messages import owner_key

MARKER = "Xylophone-{}"
NOTHING = dict.fromkeys(["own", "above", "foreign", "held", "restricted"])
STAFF = {**EXPECTED, "plain_admin": NOTHING, "anonymous": NOTHING}

#: One ticket's URLs -> what somebody must at least be allowed, and what they post.
TICKET_URLS = {
    "ticket": ("reads", None),
    "ticket_history": ("reads", None),
    "ticket_panel": ("reads", None),
    # On a solved ticket: tests/staff/test_write_article.py.
    "ticket_article": ("reads", {"title": "Lamps", "answer": "Change the bulb."}),
    "file": ("reads", None),
    "ticket_note": (NOTES, {"body": "A note."}),
    "ticket_reply": (ACTS, {"body": "An answer."}),
    "ticket_triage": (ACTS, {"priority": "urgent"}),
    "ticket_assign": (ACTS, {"assignee": ""}),
    "ticket_accept": (ACTS, {}),
    "ticket_escalate": (ACTS, {"note": "Too deep.", "to_level": ""}),
    "ticket_hand_back": (ACTS, {"note": "Back."}),
    "ticket_wait": (ACTS, {"status": "on_hold"}),
    "ticket_solve": (ACTS, {"outcome": "fixed"}),
    "ticket_close": (ACTS, {}),
    "ticket_reopen": (ACTS, {}),
    "ticket_merge": (ACTS, {"reference": ""}),
    "ticket_link": (ACTS, {"reference": ""}),
    "ticket_tick": ("reads", {"tick": "1"}),
    "ticket_draft": (NOTES, {"body": "Begun."}),
    "ticket_next": ("reads", None),
    "ticket_previous": ("reads", None),
    # For who may at least add a note: tests/staff/test_canned_replies.py.
    "ticket_replies": (NOTES, None),
    # With a visit: tests/staff/test_operations_views.py.
    "ticket_plan_visit": (ACTS, {"place": "Here"}),
    "ticket_report_visit": (ACTS, {"outcome": "done"}),
    "ticket_call_off_visit": (ACTS, {}),
}
#: URLs that list tickets: a row appears to those who may read it.
LIST_URLS = {
    "tickets": {"view": "all", "q": "xylophone"},
    "tickets_results": {"view": "all", "q": "xylophone"},
}
#: Small records -> the roles that may manage them.
RECORDS = [
    "contacts",
    "organisations",
    "divisions",
    "types",
    "levels",
    "reasons",
    "procedures",
    "replies",
    "policies",
    "calendars",
    "synonyms",
]
CHOOSERS = ["colleagues", "accounts", "choose_organisation"]
MANAGERS = {"manager", "superuser"}
#: Reports on the knowledge base, and a section of each to export.
SECTIONS = {"gaps": "nothing", "deflection": "articles"}
RECORDERS = {name for name in EXPECTED if name != "nobody"}
BULK = ["assign", "escalate", "close"]
PUBLIC = {
    "open_link",
    "ticket",
    "ticket_reply",
    "ticket_solve",
    "ticket_reopen",
    "ticket_rate",
    "rate_link",
    "ticket_leave",
    "ticket_confirm_visit",
    "file",
}


@pytest.fixture
def cases(desk):
    """One ticket of each case, with a word and a file that must not show."""
    admin = Permission.objects.get(codename="access_admin", content_type__app_label="wagtailadmin")
    group = Group.objects.create(name="Editors of nothing")
    group.permissions.add(admin)
    desk.plain_admin = make_user("plain_admin", groups=[group])
    desk.nobody.groups.add(group)
    desk.level3.restricted = True
    desk.level3.save()
    made = {}
    for name in ("own", "above", "foreign", "held", "restricted"):
        division = desk.second if name == "foreign" else desk.first
        made[name] = make_ticket(
            desk,
            division=division,
            subject=f"Xylophone {name}",
            email=f"{name}@example.org",
            body=MARKER.format(name),
        )
        attach(made[name])
    tickets.triage(made["above"], by=desk.manager, level=desk.level2)
    tickets.accept(made["held"], by=desk.first_level1)
    tickets.escalate(
        made["held"], by=desk.first_level1, reason="needs-deeper-knowledge", note="Help."
    )
    tickets.triage(made["restricted"], by=desk.manager, level=desk.level3)
    for ticket in made.values():
        from wagtail_helpdesk.tickets.claim import keep_words

        keep_words(ticket)
    return made


def attach(ticket):
    attachment = Attachment(
        ticket=ticket,
        owner_key=owner_key("user", "0"),
        name="a.txt",
        content_type="text/plain",
        size=4,
    )
    attachment.file.save("a", ContentFile(b"text"), save=False)
    attachment.save()
    return attachment


def client_of(desk, who):
    client = Client()
    if who != "anonymous":
        client.force_login(getattr(desk, who))
    return client


def allowed_at_least(needed, granted):
    order = [None, NOTES, ACTS]
    return order.index(granted) >= (1 if needed == "reads" else order.index(needed))


def address(name, ticket):
    if name == "file":
        return reverse("wagtail_helpdesk_admin:file", args=[ticket.attachments.get().key])
    arguments = [ticket.pk, "requester"] if name == "ticket_panel" else [ticket.pk]
    return reverse(f"wagtail_helpdesk_admin:{name}", args=arguments)


def is_refused(response):
    """The admin answers a refusal with 404, or sends to its front page or the login."""
    home, login = reverse("wagtailadmin_home"), reverse("wagtailadmin_login")
    if response.status_code == 302:
        return response.url == home or response.url.startswith(login)
    return response.status_code in (403, 404)


@pytest.mark.parametrize("who", STAFF)
def test_one_ticket(desk, cases, who):
    client = client_of(desk, who)
    for name, (needed, data) in TICKET_URLS.items():
        for case, ticket in cases.items():
            where = (who, name, case)
            allowed = allowed_at_least(needed, STAFF[who][case])
            check_reading(client, address(name, ticket), MARKER.format(case), allowed, name, where)
            if data is not None:
                check_writing(client, name, ticket, data, allowed, where)


def check_reading(client, url, marker, allowed, name, where):
    response = client.get(url)
    if allowed:
        # A page of an operation may send on to the ticket: its status does not allow it now.
        assert not is_refused(response), (where, response.status_code, response.headers)
    else:
        assert response.status_code != 200, where
        assert marker not in response.content.decode(), where
    if name == "file" and allowed:
        assert shown_text(response) == "text", where


def check_writing(client, name, ticket, data, allowed, where):
    """Post it, look, and take it back."""
    before = Ticket.objects.values().get(pk=ticket.pk)
    reason = EscalationReason.objects.first()
    data = {**data, "seen_version": before["version"], "reason": reason.pk}
    with transaction.atomic():
        response = client.post(address(name, ticket), data)
        after = Ticket.objects.values().get(pk=ticket.pk)
        transaction.set_rollback(True)
    if not allowed:
        assert response.status_code != 200, where
        assert after == before, where
    elif name in ("ticket_note", "ticket_reply", "ticket_close"):
        assert after["version"] == before["version"] + 1, where


@pytest.mark.parametrize("who", STAFF)
def test_lists_searches_and_exports_show_what_may_be_read(desk, cases, who):
    client = client_of(desk, who)
    for name, query in LIST_URLS.items():
        for export in (None, "csv", "xlsx"):
            response = client.get(
                reverse(f"wagtail_helpdesk_admin:{name}"),
                {**query, **({"export": export} if export else {})},
            )
            text = shown_text(response)
            for case, ticket in cases.items():
                readable = STAFF[who][case] is not None
                assert (ticket.reference in text) == readable, (who, name, export, case)


def shown_text(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        from io import BytesIO

        from openpyxl import load_workbook

        rows = load_workbook(BytesIO(content)).active.iter_rows(values_only=True)
        return "\n".join(str(row) for row in rows)
    return content.decode()


@pytest.mark.parametrize("who", STAFF)
def test_bulk_actions_touch_what_may_be_touched(desk, cases, who):
    client = client_of(desk, who)
    each = "&".join(f"id={ticket.pk}" for ticket in cases.values())
    for action in BULK:
        for selection in (each, "id=all"):
            check_bulk(client, cases, who, action, f"{selection}&view=all")


def check_bulk(client, cases, who, action, query):
    url = reverse("wagtail_bulk_action", args=["wagtail_helpdesk", "ticket", action])
    url = f"{url}?{query}"
    before = dict(Ticket.objects.values_list("pk", "version"))
    with transaction.atomic():
        page = client.get(url)
        text = page.content.decode() if page.status_code == 200 else ""
        reason = EscalationReason.objects.first()
        client.post(url, {"assignee": "", "reason": reason.pk, "note": "All of them."})
        after = dict(Ticket.objects.values_list("pk", "version"))
        transaction.set_rollback(True)
    for case, ticket in cases.items():
        where = (who, action, query, case)
        if STAFF[who][case] is None:
            assert ticket.reference not in text, where
            assert f"Xylophone {case}" not in text, where
        if STAFF[who][case] != ACTS:
            assert after[ticket.pk] == before[ticket.pk], where
        elif action == "close":
            assert after[ticket.pk] == before[ticket.pk] + 1, where


@pytest.mark.parametrize("who", STAFF)
def test_small_records_are_the_managers(desk, cases, who):
    client = client_of(desk, who)
    Organisation.objects.create(name="Example Ltd")
    Synonyms.objects.create(language="en", words="lamp, light")
    make_policy(desk)
    make_procedure(desk)
    CannedReply.objects.create(title="Thanks", body="Thank you.")
    for record in RECORDS:
        namespace = f"wagtail_helpdesk_{record}"
        for name, pattern in names_of(namespace).items():
            arguments = arguments_of(pattern, target(record))
            check_record(client, who, name, reverse(f"{namespace}:{name}", kwargs=arguments))


def check_record(client, who, name, url):
    with transaction.atomic():
        responses = client.get(url), client.post(url, {})
        transaction.set_rollback(True)
    for response in responses:
        assert response.status_code in (200, 302, 403, 404, 405)
        if who not in MANAGERS:
            assert is_refused(response), (who, url, response.status_code)
    if who in MANAGERS and name in ("index", "add", "edit", "holidays"):
        assert responses[0].status_code == 200, (who, url)


def target(record):
    from wagtail_helpdesk.models import (
        Division,
        Procedure,
        SlaPolicy,
        SupportLevel,
        WorkingCalendar,
    )

    models = {
        "contacts": Contact,
        "organisations": Organisation,
        "divisions": Division,
        "types": ComplaintType,
        "levels": SupportLevel,
        "reasons": EscalationReason,
        "synonyms": Synonyms,
        "procedures": Procedure,
        "replies": CannedReply,
        "policies": SlaPolicy,
        "calendars": WorkingCalendar,
    }
    return models[record].objects.order_by("pk").first()


@pytest.mark.parametrize("who", ["anonymous", "plain_admin", "nobody", "outsider", "first_level1"])
def test_choosers_show_no_people_to_those_who_may_not_change_them(desk, cases, who):
    client = client_of(desk, who)
    namespaces = [f"wagtail_helpdesk_{chooser}" for chooser in CHOOSERS]
    for namespace, name, pattern in all_urls():
        if namespace not in namespaces:
            continue
        url = reverse(f"{namespace}:{name}", args=[desk.first_level3.pk] if "pk" in pattern else [])
        response = client.get(url, {"id": desk.first_level3.pk})
        assert is_refused(response), (who, url, response.status_code)
        assert "first_level3" not in response.content.decode()


@pytest.mark.parametrize("who", STAFF)
def test_outgoing_mail_is_the_managers(desk, cases, who):
    client = client_of(desk, who)
    for name, method in (("mail", "get"), ("mail_results", "get"), ("mail_retry", "post")):
        response = getattr(client, method)(reverse(f"wagtail_helpdesk_admin:{name}"))
        assert is_refused(response) == (who not in MANAGERS), (who, name, response.status_code)


@pytest.mark.parametrize("who", STAFF)
def test_reports_on_the_knowledge_base_ask_for_their_permission(desk, cases, who):
    """The groups of these tests grant it to managers; the shipped ones to leaders too."""
    client = client_of(desk, who)
    for name in SECTIONS:
        for view in (name, f"{name}_results"):
            url = reverse(f"wagtail_helpdesk_admin:{view}")
            for query in ({}, {"export": "csv", "section": SECTIONS[name]}):
                response = client.get(url, query)
                assert is_refused(response) == (who not in MANAGERS), (who, view, query)
            assert client.post(url).status_code in (302, 405)


@pytest.mark.parametrize("who", STAFF)
def test_the_recap_shows_what_one_leads_and_did(desk, cases, who):
    """Beside one's own figures: those of a division for its leader with the permission, all for managers."""
    Permission.objects.get(codename="view_recap").user_set.add(
        desk.first_leader, desk.first_level1, desk.nobody
    )
    client = client_of(desk, who)
    url = reverse("wagtail_helpdesk_admin:recap")
    may_see = {"all": MANAGERS, str(desk.first.pk): {*MANAGERS, "first_leader"}, "me": RECORDERS}
    for of, allowed in may_see.items():
        for query in ({"of": of}, {"of": of, "section": "together", "export": "csv"}):
            response = client.get(url, query)
            shown = response.status_code == 200
            assert shown == (who in allowed), (who, query, response.status_code)
            assert shown or is_refused(response) or response.status_code == 422
            assert "Xylophone" not in shown_text(response)
    assert client.post(url).status_code in (302, 405)


@pytest.mark.parametrize("who", STAFF)
def test_whose_rights_somebody_may_look_at(desk, cases, who):
    """Managers at anybody's, leaders at their people's, staff at their own; tests/staff/test_access.py."""
    client = client_of(desk, who)
    for whom in ("first_level1", "second_level1", "manager", "first_leader"):
        url = reverse("wagtail_helpdesk_admin:access_of", args=[getattr(desk, whom).pk])
        response = client.get(url)
        leads = who.removesuffix("leader") == whom.removesuffix("level1") and who != whom
        allowed = who in MANAGERS or who == whom or leads
        assert is_refused(response) != allowed, (who, whom, response.status_code)
    response = client.get(reverse("wagtail_helpdesk_admin:access"))
    assert is_refused(response) == (who not in RECORDERS), (who, response.status_code)


@pytest.mark.parametrize("who", STAFF)
def test_recording_asks_for_the_verb(desk, cases, who):
    response = client_of(desk, who).get(reverse("wagtail_helpdesk_admin:submit"))
    assert is_refused(response) == (who not in RECORDERS), (who, response.status_code)


@pytest.mark.parametrize("who", STAFF)
def test_visits_are_those_of_readable_tickets(desk, cases, who):
    """Whosever visits they are: who may not read a ticket learns of none, not even of their own."""
    client, now = client_of(desk, who), timezone.now()
    for ticket in cases.values():
        Visit.objects.create(
            ticket=ticket,
            engineer=getattr(desk, who, desk.manager),
            starts_at=now,
            ends_at=now + timedelta(minutes=1),
            place=MARKER.format(ticket.pk),
            created_at=now,
        )
    reads = who in RECORDERS  # whoever has the verbs gets the page, if with nothing on it
    for whose in ("mine", "divisions", "all", "nonsense"):
        response = client.get(reverse("wagtail_helpdesk_admin:visits"), {"whose": whose})
        assert is_refused(response) != reads, (who, whose)
        for case, ticket in cases.items():
            readable, where = STAFF[who][case] is not None, (who, whose, case)
            for word in (ticket.reference, MARKER.format(ticket.pk)):
                shown = reads and word in response.content.decode()
                assert shown <= readable, where
                assert whose != "mine" or shown == readable, where
    response = client.post(reverse("wagtail_helpdesk_admin:visit_feed"), {"renew": "1"})
    assert is_refused(response) != reads
    assert VisitFeed.objects.exists() == reads


@pytest.mark.parametrize(
    "who", ["anonymous", "first_level1", "manager", "another visitor", "owner", "link"]
)
def test_a_conversation_opens_for_its_requester_only(desk, cases, who):
    ticket = cases["own"]
    client = visitor(desk, cases, who)
    before = Ticket.objects.values().get(pk=ticket.pk)
    mine = who in ("owner", "link")
    for name in sorted(PUBLIC - {"open_link", "rate_link"}):
        argument = ticket.attachments.get().key if name == "file" else ticket.reference
        url = reverse(f"wagtail_helpdesk:{name}", args=[argument])
        response = client.get(url)
        text = shown_text(response)
        if name in ("ticket", "file"):
            assert (response.status_code == 200) == mine, (who, name, response.status_code)
        if not mine:
            assert MARKER.format("own") not in text, (who, name)
            client.post(url, {"body": "I am somebody else.", "nonce": "x"})
            assert Ticket.objects.values().get(pk=ticket.pk) == before


def visitor(desk, cases, who):
    """A browser that may have opened a link: this ticket's, another's, or none."""
    client = Client()
    if who == "owner":
        user = make_user("owner")
        Contact.objects.filter(pk=cases["own"].contact_id).update(user=user)
        client.force_login(user)
    elif who in ("link", "another visitor"):
        ticket = cases["own" if who == "link" else "foreign"]
        assert (
            client.post(
                reverse("wagtail_helpdesk:open_link", args=[make_token(ticket)])
            ).status_code
            == 302
        )
    elif who != "anonymous":
        client.force_login(getattr(desk, who))
    return client


def names_of(namespace):
    """The URL names of a namespace, with their patterns."""
    return {name: pattern for space, name, pattern in all_urls() if space == namespace}


def all_urls():
    def walk(resolver, space, before):
        for each in resolver.url_patterns:
            pattern = before + str(each.pattern)
            if hasattr(each, "url_patterns"):
                yield from walk(each, each.namespace or space, pattern)
            elif each.name and re.search("helpdesk", f"{space}{pattern}"):
                yield space or "", each.name, pattern

    return list(walk(get_resolver(), "", ""))


def test_every_url_has_a_row():
    rows = {("wagtail_helpdesk_admin", name) for name in [*TICKET_URLS, *LIST_URLS]}
    rows |= {
        ("wagtail_helpdesk_admin", name)
        for name in (
            *("mail", "mail_results", "mail_retry", "submit", "access", "access_of", "recap"),
            *("visits", "visit_feed"),
        )
    }
    rows |= {
        ("wagtail_helpdesk_admin", name)
        for report in SECTIONS
        for name in (report, f"{report}_results")
    }
    # Nobody's session matters to a calendar: tests/public/test_visit_feed.py has its readers.
    rows |= {("wagtail_helpdesk", name) for name in (*PUBLIC, "visit_feed")}
    ours = {f"wagtail_helpdesk_{name}" for name in [*RECORDS, *CHOOSERS]}
    captcha = {"captcha-image", "captcha-image-2x", "captcha-audio", "captcha-refresh"}
    missing = [
        f"{space}:{name}"
        for space, name, _pattern in all_urls()
        if (space, name) not in rows and space not in ours and name not in captcha
    ]
    assert not missing
