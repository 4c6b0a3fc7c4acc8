"""Procedures in the admin, and the checklist on a ticket's page."""

import re

import pytest
from django.urls import reverse

from tests.factories import make_procedure, make_ticket, set_steps
from tests.staff.test_promises_records import rows
from tests.staff.test_workspace import page, text_of
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import FollowedProcedure, Procedure, Ticket
from wagtail_helpdesk.tickets.checklists import checklists_of


@pytest.fixture
def procedure(desk):
    return make_procedure(desk, "Look at the bulb!", "Ask since when")


@pytest.fixture
def agent(client, desk):
    client.force_login(desk.first_level1)
    return client


def keys(ticket):
    return [step.key for step in checklists_of(ticket).current.steps]


def tick(client, ticket, script=False, **data):
    headers = {"X-Requested-With": "XMLHttpRequest"} if script else {}
    data.setdefault("version", checklists_of(ticket).current.version)
    return client.post(page(ticket, "ticket_tick"), data, headers=headers)


def boxes(content):
    return re.findall(r'role="checkbox" aria-checked="(\w+)"', content)


# --- On the ticket's page -----------------------------------------------------------------------


def test_the_page_shows_the_steps_and_what_is_missing(agent, ticket, procedure):
    words = text_of(agent.get(page(ticket)))
    assert "Procedure: Dark lamps 0 of 2 steps are done." in words
    assert "can't be solved while 1 required step is open" in words
    assert "Procedure 0 of 2 done" in words  # in the strip
    assert "Look at the bulb required" in words


def test_a_step_is_ticked_and_unticked_without_a_script(agent, desk, ticket, procedure):
    _first, second = keys(ticket)
    response = tick(agent, ticket, tick=second)
    assert response.status_code == 302 and response.url == f"{page(ticket)}#procedure"
    content = agent.get(page(ticket)).content.decode()
    assert boxes(content) == ["false", "true"]
    assert f'name="untick" value="{second}"' in content
    assert "first_level1, <time" in re.sub(r"\s+", " ", content)
    tick(agent, ticket, untick=second)
    assert boxes(agent.get(page(ticket)).content.decode()) == ["false", "false"]


def test_the_script_gets_the_checklist_alone(agent, ticket, procedure):
    response = tick(agent, ticket, script=True, tick=keys(ticket)[0])
    content = response.content.decode()
    assert response.status_code == 200 and "<html" not in content
    assert boxes(content) == ["true", "false"]
    assert f'data-wh-version="{Ticket.objects.get(pk=ticket.pk).version}"' in content


@pytest.mark.parametrize("script", [False, True])
def test_a_procedure_that_was_changed_meanwhile_is_shown_anew(agent, ticket, procedure, script):
    old, key = procedure.latest_revision_id, keys(ticket)[0]
    set_steps(procedure, "The new step")
    procedure.save_revision()
    response = tick(agent, ticket, script=script, tick=key, version=old)
    assert response.status_code == 409
    assert "Read its steps once more." in text_of(response)
    assert "The new step" in text_of(response)
    assert not FollowedProcedure.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {}, {"tick": "x"}, {"tick": "\x00"}, {"tick": "9" * 30}, {"tick": "1", "untick": "1"},
        {"tick": "-1"}, {"tick": "1", "version": "x"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("script", [False, True])
def test_what_is_no_step_is_refused_in_words(agent, ticket, procedure, data, script):
    response = tick(agent, ticket, script=script, **data)
    assert response.status_code == 422 and "Choose a step." in text_of(response)


def test_ticked_twice_says_so(agent, ticket, procedure):
    key = keys(ticket)[0]
    tick(agent, ticket, tick=key)
    response = tick(agent, ticket, tick=key)
    assert response.status_code == 409 and "ticked already" in text_of(response)


def test_who_only_reads_sees_the_steps_and_ticks_none(client, desk, ticket, procedure):
    tickets.triage(ticket, by=desk.first_leader, level=desk.level2)
    client.force_login(desk.first_level1)
    content = client.get(page(ticket)).content.decode()
    assert "Look at the bulb" in content and boxes(content) == []
    assert tick(client, ticket, tick=keys(ticket)[0]).status_code == 403
    assert client.get(page(ticket, "ticket_tick")).status_code == 200


def test_what_is_solved_shows_what_was_done(agent, desk, ticket, procedure):
    tick(agent, ticket, tick=keys(ticket)[0])
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed", solution="x")
    content = agent.get(page(ticket)).content.decode()
    assert "1 of 2 steps" in text_of(agent.get(page(ticket))) and boxes(content) == []
    another = make_ticket(desk)
    tickets.close(another, by=desk.first_level1)
    assert "Dark lamps" not in agent.get(page(another)).content.decode()


def test_what_was_begun_before_stays_to_be_read(agent, desk, ticket, procedure):
    tick(agent, ticket, tick=keys(ticket)[0])
    make_procedure(desk, "Measure it", level=desk.level2, name="Above")
    tickets.escalate(ticket, by=desk.first_level1, reason="wrong-division", note="Up.")
    agent.force_login(desk.first_level2)
    words = text_of(agent.get(page(ticket)))
    assert "Procedure: Above" in words
    assert "Procedures that were begun before Dark lamps" in words


def test_solving_is_refused_with_the_steps_and_the_way_to_them(agent, ticket, procedure):
    shown = text_of(agent.get(page(ticket, "ticket_solve")))
    assert "Tick these steps of the procedure first: Look at the bulb Go to the procedure" in shown
    form = {"seen_version": ticket.version, "outcome": "fixed", "solution": "Kept words"}
    response = agent.post(page(ticket, "ticket_solve"), form)
    assert response.status_code == 409 and "Kept words" in response.content.decode()
    assert "required steps that are open: Look at the bulb." in text_of(response)
    tick(agent, ticket, tick=keys(ticket)[0])
    assert "Tick these steps" not in text_of(agent.get(page(ticket, "ticket_solve")))
    form["seen_version"] = Ticket.objects.get(pk=ticket.pk).version
    assert agent.post(page(ticket, "ticket_solve"), form).status_code == 302


def test_ticks_in_a_row_are_one_line_and_the_history_tells_each(agent, desk, ticket):
    make_procedure(desk, "One", "Two", "Three", "Four")
    one, two, three, four = keys(ticket)
    tickets.tick(ticket, by=desk.first_level1, step=one)
    assert "first_level1 ticked “One”." in text_of(agent.get(page(ticket)))
    tickets.tick(ticket, by=desk.first_level1, step=two)
    tickets.tick(ticket, by=desk.first_level2, step=three)
    tickets.note(ticket, by=desk.first_level2, body="A remark")
    tickets.tick(ticket, by=desk.first_level2, step=four)
    tickets.tick(ticket, by=desk.first_level2, step=four, done=False)
    words = text_of(agent.get(page(ticket)))
    lines = [
        "first_level1 ticked 2 steps.", "first_level2 ticked “Three”.", "A remark",
        "first_level2 ticked “Four”.", "first_level2 took the tick off “Four”.",
    ]  # fmt: skip
    places = [words.index(line) for line in lines]
    assert places == sorted(places) and "ticked “One”" not in words
    history = text_of(agent.get(page(ticket, "ticket_history")))
    assert "first_level1 ticked “One”." in history and "first_level1 ticked “Two”." in history


def test_hostile_steps_stay_text(agent, desk, ticket):
    text = "<script>alert(1)</script> {{ name }}"
    procedure = make_procedure(desk, text)
    procedure.steps.update(explanation="<img src=x onerror=y>")
    for step in procedure.steps.all():
        step.explanation = "<img src=x onerror=y>"
        step.save()
    procedure = Procedure.objects.get()
    procedure.save_revision()
    tickets.tick(ticket, by=desk.first_level1, step=keys(ticket)[0])
    content = agent.get(page(ticket)).content.decode()
    assert "<script>alert(1)" not in content and "<img src=x" not in content
    assert "&lt;img src=x" in content


@pytest.mark.parametrize("steps", [1, 30])
def test_as_many_queries_for_few_steps_as_for_many(
    agent, desk, ticket, steps, django_assert_num_queries
):
    make_procedure(desk, *(f"Step {number}" for number in range(steps)))
    for key in keys(ticket):
        tickets.tick(ticket, by=desk.first_level1, step=key)
    agent.get(page(ticket))
    with django_assert_num_queries(16):
        agent.get(page(ticket))


# --- Keeping them -------------------------------------------------------------------------------


def form_of(desk, *steps, initial=0, **fields):
    forms = [{"text": text, "ORDER": place} for place, text in enumerate(steps, start=1)]
    return {
        "name": "Dark lamps",
        "complaint_type": desk.types["First"].pk,
        "level": "",
        **rows("steps", *forms, initial=initial),
        **fields,
    }


def test_added_and_edited_with_a_revision_each(client, desk):
    client.force_login(desk.manager)
    address = reverse("wagtail_helpdesk_procedures:add")
    response = client.post(address, form_of(desk, "Look", "Ask", **{"steps-0-required": "on"}))
    assert response.status_code == 302
    procedure = Procedure.objects.get()
    steps = procedure.latest_revision.content["steps"]
    assert [(step["text"], step["required"]) for step in steps] == [("Look", True), ("Ask", False)]
    assert all(step["pk"] for step in steps)
    edit = reverse("wagtail_helpdesk_procedures:edit", args=[procedure.pk])
    form = form_of(desk, "Look twice", initial=1) | {"steps-0-id": steps[0]["pk"]}
    assert client.post(edit, form).status_code == 302
    assert procedure.revisions.count() == 2
    history = reverse("wagtail_helpdesk_procedures:history", args=[procedure.pk])
    assert client.get(history).status_code == 200


def test_a_second_one_for_the_same_is_refused_in_words(client, desk, procedure):
    client.force_login(desk.manager)
    address = reverse("wagtail_helpdesk_procedures:add")
    response = client.post(address, form_of(desk, "Look"))
    assert "There is a procedure for this type and level already." in text_of(response)
    assert client.post(address, form_of(desk, "Look", retired="on")).status_code == 302


def test_a_procedure_has_steps(client, desk):
    client.force_login(desk.manager)
    client.post(reverse("wagtail_helpdesk_procedures:add"), form_of(desk))
    assert not Procedure.objects.exists()


def test_one_that_is_followed_is_retired_and_not_deleted(client, desk, ticket, procedure):
    tickets.tick(ticket, by=desk.first_level1, step=keys(ticket)[0])
    client.force_login(desk.manager)
    response = client.post(
        reverse("wagtail_helpdesk_procedures:delete", args=[procedure.pk]), follow=True
    )
    assert "Retire it instead" in text_of(response)
    assert Procedure.objects.filter(pk=procedure.pk).exists()


def test_one_that_nobody_follows_goes(client, desk, procedure):
    client.force_login(desk.manager)
    client.post(reverse("wagtail_helpdesk_procedures:delete", args=[procedure.pk]))
    assert not Procedure.objects.exists()


def test_the_list_asks_as_much_for_many(client, desk, django_assert_num_queries):
    client.force_login(desk.manager)
    address = reverse("wagtail_helpdesk_procedures:list")
    for levels in ([None], desk.levels):
        for level in levels:
            make_procedure(desk, level=level)
        client.get(address)
        with django_assert_num_queries(12):
            assert "Dark lamps" in text_of(client.get(address))


def test_no_chooser_and_no_snippets_entry(client, desk, procedure):
    from django.urls import NoReverseMatch

    with pytest.raises(NoReverseMatch):
        reverse("wagtailsnippetchoosers_wagtail_helpdesk_procedure:choose")
    client.force_login(desk.manager)
    words = client.get(reverse("wagtailadmin_home")).content.decode()
    assert reverse("wagtail_helpdesk_procedures:list") in words
