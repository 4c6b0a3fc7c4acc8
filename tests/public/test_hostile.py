"""Whatever is typed or forged: a clear message, nothing lost, never a server error, never a secret."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import make_ticket
from tests.public.helpers import BODY, FORM, LOST, STATUS, Visitor, soup, text_of
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Ticket

FIELDS = [
    "name",
    "email",
    "phone",
    "complaint_type",
    "subject",
    "body",
    "consent",
    "captcha_0",
    "captcha_1",
    "captcha_kind",
    "captcha_proof",
    "form",
    "page",
    "website",
    "kept_files",
    "remove_file",
]
# Lone surrogates can't be sent: a browser can't encode them.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)
quick = settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("field", FIELDS)
@quick
@given(text=texts)
def test_any_text_in_any_field(visitor, helpdesk, field, text):
    helpdesk(THROTTLES={"submit": [(10**6, 60)], "submit_site": [(10**6, 60)]})
    response = visitor.complain(**{field: text})
    assert response.status_code in (200, 302, 422), response.status_code
    if response.status_code == 302:
        stored = Ticket.objects.latest("pk")
        assert "\x00" not in stored.body + stored.subject + stored.contact.name
        assert visitor.get(response["Location"]).status_code == 200
        assert visitor.get(f"/helpdesk/tickets/{stored.reference}/").status_code == 200
    elif field != "body":
        assert soup(response).find(id="id_body").get_text().strip() == BODY


@pytest.mark.parametrize("field", ["reference", "email", "phone"])
@quick
@given(text=texts)
def test_any_text_in_the_lookup(visitor, helpdesk, field, text):
    helpdesk(THROTTLES={"lookup": [(10**6, 60)]})
    values = {"reference": "HD-00000-00000", "email": "a@example.org", "phone": "", field: text}
    response = visitor.send(visitor.get(STATUS), STATUS, **values)
    assert response.status_code in (200, 422)


@quick
@given(text=texts)
def test_any_text_for_a_lost_reference(visitor, helpdesk, text):
    helpdesk(THROTTLES={"lookup": [(10**6, 60)], "link_mail": [(10**6, 60)]})
    assert visitor.send(visitor.get(LOST), LOST, email=text).status_code in (302, 422)


@quick
@given(text=texts)
def test_any_text_as_an_answer(visitor, desk, text, ticket, helpdesk):
    helpdesk(THROTTLES={"reply": [(10**6, 60)]})
    page = visitor.open(ticket)
    address = f"/helpdesk/tickets/{ticket.reference}/"
    response = visitor.send(page, address + "reply/", body=text)
    assert response.status_code in (302, 422)
    assert visitor.get(address).status_code == 200


@quick
@given(text=texts.filter(lambda text: not set(text) & set("/?#\\") and text not in ("", ".", "..")))
def test_any_text_in_an_address(support, ticket, text):
    client = Client()
    for template in (
        "/helpdesk/t/{}/",
        "/helpdesk/tickets/{}/",
        "/helpdesk/files/{}/",
        "/support/complaint/sent/{}/",
    ):
        assert client.get(template.format(text)).status_code in (302, 404), template
    for name in ("page", "type", "subject"):
        assert client.get(FORM, {name: text}).status_code == 200, name


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"complaint_type": "999999"}, "complaint_type"),
        ({"complaint_type": "9" * 40}, "complaint_type"),
        ({"complaint_type": "1; DROP TABLE"}, "complaint_type"),
        ({"body": "x" * 10_001}, "body"),
        ({"subject": "x" * 201}, "subject"),
        ({"name": "x" * 201}, "name"),
        ({"name": "\x00\x01\u202e"}, "name"),
        ({"body": " \r\n\x00"}, "body"),
        ({"email": "a@b"}, "email"),
        ({"email": "a@example.org\r\nBcc: b@example.org"}, "email"),
        ({"email": "é@example.org"}, "email"),
        ({"email": f"a@{'ü' * 60}.{'ü' * 60}.{'ü' * 60}.example.org"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"phone": "0812 3456 7890" * 50}, "phone"),
        ({"consent": ""}, "consent"),
    ],
)
def test_what_can_not_be_taken_is_named(visitor, changes, field):
    response = visitor.complain(**changes)
    assert response.status_code == 422, text_of(response)
    links = [link["href"] for link in soup(response).select(".wh-summary a")]
    assert links == [f"#id_{field}"]
    message = text_of(response).lower()
    assert "please" not in message and "invalid" not in message
    assert not Ticket.objects.exists()


def test_the_limits_are_the_limits(visitor):
    body = "line\r\n" * 1999 + "x" * 5
    ticket = visitor.ticket(body=body, subject="x" * 200, name="x" * 200)
    assert (len(ticket.body), len(ticket.subject)) == (10_000, 200)


def test_a_retired_type_is_not_taken(visitor, desk):
    page = visitor.get(FORM)
    kind = desk.types["First"]
    kind.retired = True
    kind.save()
    response = visitor.send(page, FORM, **visitor.answers)
    assert response.status_code == 422
    assert "no longer offered" in text_of(response)
    assert soup(response).find(id="id_body").get_text().strip() == BODY


SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ settings.SECRET_KEY }}"


def test_what_was_written_stays_text(visitor, desk):
    ticket = visitor.ticket(name=SCRIPT, subject=SCRIPT, body=SCRIPT)
    tickets.reply(ticket, by=desk.first_level1, body=SCRIPT)
    page = visitor.get(f"/helpdesk/tickets/{ticket.reference}/")
    assert "<script>alert" not in page.content.decode()
    assert "<img src=x" not in page.content.decode()
    assert SCRIPT in soup(page).select_one(".wh-message__text").get_text()
    error = visitor.complain(name="", subject=SCRIPT, body=SCRIPT)
    assert "<script>alert" not in error.content.decode()


MARK = "PRIVATE-NOTE-MARKER"


def test_a_private_note_is_in_no_public_output(visitor, desk):
    ticket = visitor.ticket()
    tickets.note(ticket, by=desk.first_level1, body=MARK)
    tickets.escalate(
        ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note=f"{MARK} reason"
    )
    tickets.solve(ticket, by=desk.first_level2, outcome="fixed", solution=MARK)
    tickets.reopen(ticket, by=desk.first_level2, body=MARK)
    other = make_ticket(desk)
    tickets.merge(other, by=desk.first_level2, into=ticket)
    visitor.open(ticket)
    visitor.look_up(ticket.reference)
    addresses = [
        f"/helpdesk/tickets/{ticket.reference}/",
        f"/support/complaint/sent/{ticket.reference}/",
        STATUS,
        "/support/",
        FORM,
        LOST,
    ]
    for address in addresses:
        page = visitor.get(address)
        assert page.status_code == 200, address
        assert MARK not in page.content.decode(), address


def test_unknown_buttons_and_fields_change_nothing(visitor, desk):
    ticket = visitor.ticket(
        status="closed", level=str(desk.level3.pk), assignee=str(desk.manager.pk), priority="urgent"
    )
    assert (ticket.status, ticket.level, ticket.assignee, ticket.priority) == (
        "new",
        desk.level1,
        None,
        "normal",
    )


def test_a_visitor_of_another_desk_sees_nothing_of_a_type_for_other_sites(visitor, desk):
    from wagtail.models import Site

    other = Site.objects.create(hostname="other.example.org", root_page=desk.site.root_page)
    desk.types["Second"].sites.set([other])
    page = visitor.get(FORM)
    options = [option["value"] for option in soup(page).select("#id_complaint_type option")]
    assert options == ["", str(desk.types["First"].pk)]
    response = visitor.send(
        page, FORM, **{**visitor.answers, "complaint_type": str(desk.types["Second"].pk)}
    )
    assert response.status_code == 422
    assert isinstance(visitor, Visitor)
