"""The page that shows what somebody may: every answer on it is the policy's."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.permissions import policy_registry

from tests.factories import make_ticket
from tests.test_access_table import STAFF, cases  # noqa: F401 (a fixture)
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import Division, DivisionMember, Ticket
from wagtail_helpdesk.staff.access.answers import GRANTS, VERBS, Access

WHO = [name for name in STAFF if name != "anonymous"]


def url(user):
    return reverse("wagtail_helpdesk_admin:access_of", args=[user.pk])


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(response):
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(words).split())


@pytest.fixture
def person(desk, cases):  # noqa: F811
    """Somebody fresh from the database: Django keeps permissions with the object."""
    return lambda who: type(desk.manager).objects.get(pk=getattr(desk, who).pk)


@pytest.mark.parametrize("who", WHO)
def test_every_cell_is_the_policy_s_answer_about_a_ticket_there(desk, person, who):
    """Compared with real tickets in each place, which nobody has had."""
    policy = policy_registry.get_by_type(Ticket)
    places = {}
    for division in (desk.first, desk.second):
        for level in desk.levels:
            ticket = make_ticket(desk, division=division, email="places@example.org")
            if level != ticket.level:
                tickets.triage(ticket, by=desk.manager, level=level)
            places[division.pk, level.pk] = ticket
    seen = set()
    for matrix in Access(person(who)).matrices:
        for division in matrix.divisions:
            for _label, cells in matrix.rows:
                for cell in cells:
                    ticket = places[division.pk, cell.level]
                    may = policy.user_has_permission_for_instance(person(who), cell.verb, ticket)
                    assert cell.allowed == may, (who, division, cell)
                    seen.add((division.pk, cell.level, cell.verb))
    assert seen == {(*place, verb) for place in places for verb in VERBS}


@pytest.mark.parametrize("who", WHO)
def test_what_is_on_the_screen_is_what_was_answered(desk, person, who):
    response = client_of(desk.superuser).get(url(person(who)))
    shown = re.findall(r'data-cell="(\w+) (\d+)">(.*?)</td>', response.content.decode(), re.S)
    cells = [
        (cell.verb, str(cell.level), cell.allowed)
        for matrix in Access(person(who)).matrices
        if not matrix.is_empty
        for _label, cells in matrix.rows
        for cell in cells
    ]
    assert [(verb, level, "Yes" in content) for verb, level, content in shown] == cells
    assert all(("Yes" in content) != ("No" in content) for _verb, _level, content in shown)


@pytest.mark.parametrize("who", WHO)
def test_one_ticket(desk, person, cases, who):  # noqa: F811
    policy = policy_registry.get_by_type(Ticket)
    access = Access(person(who))
    for name, ticket in cases.items():
        answers, why = access.of_ticket(Ticket.objects.get(pk=ticket.pk))
        assert why, (who, name)
        assert [answer.verb for answer in answers] == VERBS
        for answer in answers:
            may = policy.user_has_permission_for_instance(person(who), answer.verb, ticket)
            assert answer.granted == may, (who, name, answer)
            assert bool(answer.because) != may, (who, name, answer)


@pytest.mark.parametrize("who", WHO)
def test_the_verbs_are_those_that_the_policy_grants(desk, person, who):
    policy = policy_registry.get_by_type(Ticket)
    for grant in Access(person(who)).grants:
        assert grant.granted == policy.user_has_permission(person(who), grant.verb)
        assert grant.because
    assert [grant.verb for grant in Access(person(who)).grants] == GRANTS


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("first_level1", ["First: Junior help desk", "works here at Junior help desk", "doesn't work in this division", "and Engineer is restricted", "Help desk agents"]),
        ("first_leader", ["Leads First", "leads this division"]),
        ("manager", ["manages the help desk: everything", "Help desk managers"]),
        ("superuser", ["superuser: everything"]),
        ("outsider", ["In no division.", "doesn't work in this division"]),
        ("nobody", ["no group grants it"]),
    ],
)  # fmt: skip
def test_it_says_why(desk, person, who, said):
    text = text_of(client_of(desk.superuser).get(url(person(who))))
    for words in said:
        assert words in text, words


def test_a_former_holder_and_an_assignee_are_told(desk, person, cases):  # noqa: F811
    client = client_of(desk.superuser)
    text = text_of(client.get(url(person("first_level1")), {"ticket": cases["held"].reference}))
    assert "they have had it before" in text
    tickets.assign(cases["above"], by=desk.manager, assignee=desk.first_level2)
    text = text_of(client.get(url(person("first_level2")), {"ticket": cases["above"].reference}))
    assert "it is assigned to them" in text


def test_an_account_that_was_switched_off(desk, person):
    user = person("first_leader")
    user.is_active = False
    user.save()
    text = text_of(client_of(desk.superuser).get(url(user)))
    assert "The account is switched off: nothing is allowed." in text
    assert not any(grant.granted for grant in Access(user).grants)


# --- Who looks at whom -----------------------------------------------------------------------------------


def test_a_leader_looks_at_their_people_and_nobody_else(desk):
    client = client_of(desk.first_leader)
    listed = text_of(client.get(reverse("wagtail_helpdesk_admin:access")))
    for who in ("first_level1", "first_level3", "first_leader"):
        assert who in listed
        assert client.get(url(getattr(desk, who))).status_code == 200
    for who in ("second_level1", "manager", "superuser", "outsider"):
        assert getattr(desk, who).username not in listed
        assert client.get(url(getattr(desk, who))).status_code == 404


def test_others_are_led_to_their_own(desk):
    client = client_of(desk.first_level1)
    assert client.get(reverse("wagtail_helpdesk_admin:access")).url == url(desk.first_level1)
    assert client.get(url(desk.first_level1)).status_code == 200
    assert client.get(url(desk.first_level2)).status_code == 404


def test_a_ticket_that_the_reader_may_not_read_is_not_there(desk, ticket):
    foreign = make_ticket(desk, division=desk.second)
    client = client_of(desk.first_leader)
    for reference in (foreign.reference, "HD-00000-00000"):
        text = text_of(client.get(url(desk.first_level1), {"ticket": reference}))
        assert "There is no ticket with this reference that you may read." in text
        assert "Because:" not in text


def text_of_field(response):
    return re.search(r'<input type="text" name="ticket"[^>]*>', response.content.decode())[0][1:]


@pytest.mark.parametrize("asked", ["", "x", "\x00", "9" * 500, "<script>", "HD-%"])
def test_any_reference_is_answered(desk, asked):
    response = client_of(desk.manager).get(url(desk.first_level1), {"ticket": asked, "q": asked})
    assert response.status_code == 200
    assert "<script>" not in text_of_field(response)
    listed = client_of(desk.manager).get(reverse("wagtail_helpdesk_admin:access"), {"q": asked})
    assert listed.status_code == 200


def test_as_many_queries_for_few_divisions_as_for_many(desk, django_assert_max_num_queries):
    client = client_of(desk.manager)
    client.get(url(desk.first_level1))
    with django_assert_max_num_queries(22) as few:
        client.get(url(desk.first_level1))
    for number in range(20):
        division = Division.objects.create(name=f"Division {number}")
        DivisionMember.objects.create(
            division=division, user=desk.first_level1, level=desk.levels[number % 3]
        )
    with django_assert_max_num_queries(len(few)):
        client.get(url(desk.first_level1))
