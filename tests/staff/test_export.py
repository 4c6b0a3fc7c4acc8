"""Spreadsheets: who gets which rows, and that they are safe to open."""

import csv
import io

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from tests.factories import make_ticket
from tests.staff.test_queue import QUEUE, REASON, RESULTS, many_tickets
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Contact, Organisation, SupportLevel, Ticket
from wagtail_helpdesk.staff.exports import safe_cell


def export(client, user, file_format="csv", url=QUEUE, **params):
    """The rows as lists of text, their heading first."""
    client.force_login(user)
    response = client.get(url, {**params, "export": file_format})
    assert response.status_code == 200, response.headers
    content = b"".join(response.streaming_content)
    if file_format == "csv":
        return list(csv.reader(io.StringIO(content.decode())))
    sheet = load_workbook(io.BytesIO(content)).active
    assert all(cell.data_type != "f" for row in sheet for cell in row)
    return [[cell.value or "" for cell in row] for row in sheet]


def references(found):
    assert found[0][0] == "Reference"
    return [row[0] for row in found[1:]]


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_export_is_the_list(client, desk, ticket, file_format):
    other = make_ticket(desk, email="other@example.org")
    make_ticket(desk, division=desk.second)
    tickets.accept(ticket, by=desk.first_level1)
    user = desk.first_level1
    assert references(export(client, user, file_format, view="mine")) == [ticket.reference]
    assert references(export(client, user, file_format, assignee="none")) == [other.reference]
    found = references(export(client, user, file_format, RESULTS, ordering="created_at"))
    assert found == [ticket.reference, other.reference]
    assert references(export(client, user, file_format, q=other.reference)) == [other.reference]
    assert references(export(client, user, file_format, status="nonsense")) == []


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("first_level1", {"own"}),
        ("first_level2", {"own", "restricted"}),
        ("second_level1", {"foreign"}),
        ("manager", {"own", "foreign", "restricted"}),
        ("outsider", set()),
    ],
)
def test_who_exports_what(client, desk, who, sees):
    SupportLevel.objects.filter(pk=desk.level2.pk).update(restricted=True)
    named = {
        "own": make_ticket(desk),
        "foreign": make_ticket(desk, division=desk.second),
        "restricted": make_ticket(desk, email="secret@example.org"),
    }
    tickets.escalate(named["restricted"], by=desk.first_level1, **REASON)
    found = set(references(export(client, getattr(desk, who), view="all")))
    assert found == {named[name].reference for name in sees}


@pytest.mark.parametrize("url", [QUEUE, RESULTS])
def test_export_has_a_permission_of_its_own(client, desk, ticket, url):
    desk.agents.permissions.remove(desk.agents.permissions.get(codename="export_ticket"))
    client.force_login(desk.first_level1)
    for file_format in ("csv", "xlsx"):
        response = client.get(url, {"export": file_format})
        assert response.status_code == 302
        assert response.url == reverse("wagtailadmin_home")
    assert "export=csv" not in client.get(QUEUE).content.decode()


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_formulas_are_text(client, desk, file_format, start):
    ticket = make_ticket(desk, subject=f"{start}1+1")
    Contact.objects.filter(pk=ticket.contact_id).update(name=f"{start}cmd")
    Ticket.objects.filter(pk=ticket.pk).update(subject=f"{start}1+1", solution="\x0b=\x0bA1")
    [heading, row] = export(client, desk.first_level1, file_format)
    assert row[heading.index("Subject")] == f"'{start}1+1"
    assert row[heading.index("Requester")] == f"'{start}cmd"
    assert row[heading.index("Solution")] == "'=A1"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ("\t=1", "'\t=1"),
        ("\rx", "'\rx"),
        ("  =1", "'  =1"),
        ("a\x0bb\x00", "ab"),
        ("\ufeff@x", "'\ufeff@x"),
        ("\ud800x", "x"),
        (None, ""),
        ("+62812", "'+62812"),
    ],
)
def test_safe_cell(value, expected):
    assert safe_cell(value) == expected


def test_cells_are_in_words_and_times_have_a_zone(client, desk, ticket):
    contact = ticket.contact
    contact.organisation = Organisation.objects.create(name="Lamps Ltd")
    contact.save()
    tickets.accept(ticket, by=desk.first_level1)
    tickets.wait(ticket, by=desk.first_level1, status="pending")
    [heading, row] = export(client, desk.first_level1)
    cells = dict(zip(heading, row, strict=True))
    assert cells["Status"] == "Waiting for the requester"
    assert cells["Priority"] == "Normal" and cells["Channel"] == "Web form"
    assert cells["Level"] == "Junior help desk" and cells["Division"] == "First"
    assert cells["Assignee"] == "first_level1" and cells["Organisation"] == "Lamps Ltd"
    assert cells["Created"].endswith("+07:00") and "T" in cells["Created"]
    assert cells["Solved"] == ""


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_the_number_of_queries_does_not_grow(
    client, desk, file_format, django_assert_max_num_queries
):
    client.force_login(desk.first_level1)
    numbers = []
    for number in (2, 60):
        Ticket.objects.all().delete()
        Contact.objects.all().delete()
        many_tickets(desk, number)
        with django_assert_max_num_queries(14) as captured:
            response = client.get(QUEUE, {"export": file_format})
            content = b"".join(response.streaming_content)
        assert file_format == "xlsx" or content.count(b"\r\n") == number + 1
        numbers.append(len(captured))
    assert numbers[0] == numbers[1]
