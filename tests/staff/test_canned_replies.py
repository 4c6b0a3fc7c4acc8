"""Canned replies: who keeps them, what may stand in them, who is offered which, and when a use counts."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from tests.factories import make_ticket
from tests.staff.test_workspace import page, send, text_of
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import CannedReply, Contact, Ticket
from wagtail_helpdesk.models.placeholders import PLACEHOLDERS, fill, misspelt


def canned(title="Thanks", body="Thank you, {{ name }}.", **fields):
    return CannedReply.objects.create(title=title, body=body, **fields)


def ask(client, ticket, query=None):
    data = {} if query is None else {"q": query}
    return client.get(
        page(ticket, "ticket_replies"), data, headers={"X-Requested-With": "XMLHttpRequest"}
    )


def titles(response):
    return [reply.title for reply in response.context["replies"]]


# --- Placeholders -------------------------------------------------------------------------------


def test_all_placeholders_are_known_and_filled_in(client, desk, ticket):
    canned(body=" ".join(f"{name}={{{{ {name} }}}}" for name in PLACEHOLDERS))
    desk.first_level1.first_name = "Rina"
    desk.first_level1.save()
    client.force_login(desk.first_level1)
    [reply] = ask(client, ticket).context["replies"]
    assert reply.text == (
        f"name=A. Visitor reference={ticket.reference} subject=The lamp is dark "
        f"complaint_type=About First division=First agent=Rina desk=Test site"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        "{{ surname }}", "{{ name", "name }}", "{{ ticket.contact.email }}", "{{ name|upper }}",
        "{{ Name }}", "{{}}", "{{ {{ name }}", "{{ name }} {{ link }}",
    ],
)  # fmt: skip
def test_an_unknown_placeholder_is_an_error_when_it_is_saved(client, desk, wrong):
    assert misspelt(wrong)
    with pytest.raises(ValidationError) as refused:
        CannedReply(title="T", body=wrong).full_clean()
    assert refused.value.message_dict.keys() == {"body"}
    client.force_login(desk.manager)
    form = {"title": "T", "body": wrong}
    response = client.post(reverse("wagtail_helpdesk_replies:add"), form)
    assert "There is no such placeholder" in text_of(response)
    assert not CannedReply.objects.exists()


@pytest.mark.parametrize(
    "right", ["", "{{name}}", "{{  name  }} and {{ desk }}", "{ name }", "{% x %}"]
)
def test_what_is_no_placeholder_is_left_alone(right):
    assert misspelt(right) == []


def test_what_is_filled_in_is_never_read_again():
    values = {"name": "{{ reference }}", "reference": "{{ name }}"}
    assert fill("{{ name }}, {{ reference }}", values) == "{{ reference }}, {{ name }}"


def test_a_requester_with_braces_and_tags_for_a_name_stays_text(client, desk):
    canned()
    ticket = make_ticket(desk)
    name = "{{ reference }}\n<script>alert(1)</script> {% now %}"
    Contact.objects.filter(pk=ticket.contact_id).update(name=name)
    client.force_login(desk.first_level1)
    response = ask(client, ticket)
    [reply] = response.context["replies"]
    assert reply.text == "Thank you, {{ reference }} <script>alert(1)</script> {% now %}."
    assert "<script>" not in response.content.decode()
    assert ticket.reference not in reply.text


# --- Who is offered what ------------------------------------------------------------------------


def test_for_its_division_type_and_language_or_all(client, desk, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(language="id")
    first, second = desk.types["First"], desk.types["Second"]
    for title, fields in {
        "For all": {},
        "Division": {"division": desk.first},
        "Other division": {"division": desk.second},
        "Type": {"complaint_type": first},
        "Other type": {"complaint_type": second},
        "Language": {"language": "id"},
        "Other language": {"language": "en"},
    }.items():
        canned(title, **fields)
    client.force_login(desk.first_level1)
    assert titles(ask(client, ticket)) == ["Division", "For all", "Language", "Type"]


@pytest.mark.parametrize(("reads", "language"), [("en-gb", "en"), ("en", "en-gb"), ("en", "EN")])
def test_a_language_is_one_with_and_without_its_region(desk, ticket, reads, language):
    ticket.language = reads
    reply = canned(language=language)
    assert list(CannedReply.objects.fitting(ticket)) == [reply]


def test_found_by_all_words_in_title_or_text_the_most_used_first(client, desk, ticket):
    canned("Router restart", "Please pull the plug.", used=1)
    canned("Router reset", "Press the pin hole.", used=5)
    canned("Bill", "We look into it.")
    client.force_login(desk.first_level1)
    assert titles(ask(client, ticket, "router")) == ["Router reset", "Router restart"]
    assert titles(ask(client, ticket, "router plug")) == ["Router restart"]
    assert titles(ask(client, ticket, "nothing like it")) == []
    assert "No canned reply for this ticket" in text_of(ask(client, ticket, "nothing"))


@pytest.mark.parametrize(
    "query", ["%%%%", "____", "((((", "'" * 500, "a " * 400, "\x00", "\u202ex", "😀" * 200]
)
def test_hostile_searches_find_nothing_and_break_nothing(client, desk, ticket, query):
    canned()
    client.force_login(desk.first_level1)
    response = ask(client, ticket, query)
    assert response.status_code == 200
    assert len(response.context["query"]) <= 100


def test_bounded_in_rows_and_queries(client, desk, ticket, django_assert_num_queries):
    client.force_login(desk.first_level1)
    for number in (2, 30):
        for each in range(number):
            canned(f"Reply {each}")
        ask(client, ticket, "reply")
        with django_assert_num_queries(12):
            response = ask(client, ticket, "reply")
    assert len(titles(response)) == 10 and "The first 10 are shown" in text_of(response)


@pytest.mark.parametrize(
    ("role", "status"), [("first_level1", 200), ("first_leader", 200), ("second_level1", 404)]
)
def test_for_those_who_may_write_on_the_ticket(client, desk, ticket, role, status):
    client.force_login(getattr(desk, role))
    assert ask(client, ticket).status_code == status


def test_not_for_who_may_only_read(client, desk, ticket):
    for codename in ("reply_ticket", "note_ticket"):
        desk.agents.permissions.remove(desk.agents.permissions.get(codename=codename))
    client.force_login(desk.first_level1)
    assert ask(client, ticket).status_code == 403


def test_without_a_script_it_is_a_page_to_read(client, desk, ticket):
    canned()
    client.force_login(desk.first_level1)
    response = client.get(page(ticket, "ticket_replies"))
    assert "Thank you, A. Visitor." in text_of(response)
    content = response.content.decode()
    assert "<html" in content and "wh-canned#insert" not in content


# --- Counting -----------------------------------------------------------------------------------


def used(reply):
    return CannedReply.objects.get(pk=reply.pk).used


def test_a_use_counts_when_the_reply_is_sent(client, desk, ticket):
    reply, foreign = canned(), canned("Theirs", division=desk.second)
    client.force_login(desk.first_level1)
    ask(client, ticket)
    assert used(reply) == 0
    send(client, ticket, "note", "Seen.", canned=[reply.pk])
    assert used(reply) == 0
    send(client, ticket, "reply", "Thanks.", canned=[reply.pk, reply.pk, foreign.pk])
    assert (used(reply), used(foreign)) == (1, 0)


def test_a_reply_that_was_stopped_counts_when_it_goes_out(client, desk, ticket):
    reply, seen = canned(), ticket.version
    tickets.note(ticket, by=desk.first_level2, body="Mine")
    client.force_login(desk.first_level1)
    response = send(client, ticket, "reply", "Thanks.", canned=[reply.pk], seen_version=seen)
    assert response.status_code == 409 and used(reply) == 0
    assert f'name="canned" value="{reply.pk}"' in response.content.decode()
    send(client, ticket, "reply", "Thanks.", canned=[reply.pk])
    assert used(reply) == 1


@pytest.mark.parametrize("keys", [["x"], ["-1"], ["9" * 40], ["١"], ["0"], [""], ["1"] * 500])
def test_forged_keys_cost_the_reply_nothing(client, desk, ticket, keys):
    client.force_login(desk.first_level1)
    assert send(client, ticket, "reply", "Thanks.", canned=keys).status_code == 302
    assert ticket.messages.count() == 1


# --- Keeping them -------------------------------------------------------------------------------


def test_kept_by_who_has_the_permission(client, desk):
    client.force_login(desk.manager)
    form = {"title": "Thanks", "body": "Thank you, {{ name }}.", "language": "id"}
    assert client.post(reverse("wagtail_helpdesk_replies:add"), form).status_code == 302
    shown = text_of(client.get(reverse("wagtail_helpdesk_replies:index"), {"q": "thanks"}))
    assert ("Thanks" in shown and "Bahasa Indonesia" in shown) or "Indonesian" in shown
    assert "{{ reference }}" in text_of(client.get(reverse("wagtail_helpdesk_replies:add")))


def test_the_list_asks_as_much_for_many(client, desk, django_assert_num_queries):
    client.force_login(desk.manager)
    address = reverse("wagtail_helpdesk_replies:index")
    for number in (2, 15):
        for each in range(number):
            canned(f"Reply {each}", division=desk.first, complaint_type=desk.types["First"])
        client.get(address)
        with django_assert_num_queries(12):
            client.get(address)
