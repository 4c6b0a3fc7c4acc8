"""The pages of the operations: who gets which, what each does, and how refusals are said."""

import re
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_ticket, make_user
from tests.staff.test_workspace import page, text_of
from tests.tickets.verbs import plan
from wagtail_helpdesk import tickets
from wagtail_helpdesk.models import (
    Division,
    DivisionMember,
    Message,
    MessageKind,
    Relation,
    Status,
    SupportLevel,
    Ticket,
    TicketEvent,
)

VERBS = [
    "triage", "assign", "accept", "escalate", "hand_back", "wait", "solve", "close", "reopen",
    "merge", "link",
]  # fmt: skip
#: ``prepare`` makes level and ticket ready for them.
VISITS = ["plan_visit", "report_visit", "call_off_visit"]
ALL_VERBS = [*VERBS, *VISITS]


@pytest.fixture
def scene(desk):
    """A ticket of the first division at level 2, and another one to name."""
    desk.former = make_user("former", groups=[desk.agents])
    member = DivisionMember.objects.create(division=desk.first, user=desk.former, level=desk.level1)
    desk.ticket = make_ticket(desk)
    tickets.accept(desk.ticket, by=desk.former)
    member.delete()
    tickets.escalate(
        desk.ticket, by=desk.first_leader, reason="needs-deeper-knowledge", note="Not the bulb."
    )
    desk.other = make_ticket(desk, subject="The other one")
    return desk


def form_for(scene, verb, **changes):
    """What a person enters on the page of ``verb``."""
    ticket = Ticket.objects.get(pk=scene.ticket.pk)
    fields = {
        "triage": {
            "complaint_type": scene.types["First"].pk,
            "priority": "urgent",
            "division": scene.first.pk,
            "level": scene.level2.pk,
        },
        "assign": {"assignee": f"{scene.first.pk}-{scene.first_level2.pk}"},
        "escalate": {
            "to_level": scene.level3.pk,
            "division": scene.first.pk,
            "reason": "needs-deeper-knowledge",
            "note": "Kept words",
        },
        "hand_back": {"reason": "wrong-division", "note": "Kept words"},
        "wait": {"status": "on_hold"},
        "solve": {"outcome": "fixed", "solution": "New wire", "body": "It shines again."},
        "reopen": {"body": "Kept words"},
        "merge": {"reference": scene.other.reference},
        "link": {"reference": scene.other.reference, "relation": "related"},
        "plan_visit": {
            "day": (timezone.localdate() + timedelta(days=1)).isoformat(),
            "starts": "09:00",
            "ends": "11:00",
            "engineer": f"{scene.first.pk}-{scene.first_level3.pk}",
            "place": "Kept words",
        },
        "report_visit": {"outcome": "done", "findings": "Kept words"},
    }.get(verb, {})
    if verb in ("report_visit", "call_off_visit"):
        fields = {"visit": scene.visit.pk, **fields}
    return {"seen_version": ticket.version, **fields, **changes}


def prepare(scene, verb):
    if verb == "reopen":
        tickets.solve(scene.ticket, by=scene.first_leader, outcome="fixed", solution="x")
    if verb in VISITS:
        SupportLevel.objects.update(on_site=True)
    if verb in ("report_visit", "call_off_visit"):
        scene.visit = plan(scene.ticket, scene, by=scene.first_leader, hours=0)


def post(client, scene, verb, **changes):
    return client.post(page(scene.ticket, f"ticket_{verb}"), form_for(scene, verb, **changes))


def said(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


ALLOWED = ["first_level2", "first_level3", "first_leader", "manager", "superuser"]
READS_ONLY = ["first_level1", "former"]
SEES_NOTHING = ["outsider", "second_level1", "second_level3", "second_leader"]


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_those_in_reach_get_the_page_and_do_it(client, scene, verb):
    prepare(scene, verb)
    address = page(scene.ticket, f"ticket_{verb}")
    for role in ALLOWED:
        user = getattr(scene, role)
        client.force_login(user)
        before = TicketEvent.objects.count()
        assert client.get(address).status_code == 200, role
        assert TicketEvent.objects.count() == before  # looking changes nothing
        with transaction.atomic():
            response = post(client, scene, verb)
            assert response.status_code == 302, (role, text_of(response))
            event = TicketEvent.objects.filter(ticket=scene.ticket).last()
            assert (event.verb, event.by_user) == (verb, user)
            assert scene.ticket.reference in said(response) or verb == "link"
            transaction.set_rollback(True)  # the next one finds it as it was


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_those_who_only_read_are_refused_in_words(client, scene, verb):
    prepare(scene, verb)
    version = Ticket.objects.get(pk=scene.ticket.pk).version
    for role in READS_ONLY:
        client.force_login(getattr(scene, role))
        shown = client.get(page(scene.ticket, f"ticket_{verb}"))
        assert shown.status_code == 302 and shown.url == page(scene.ticket), role
        assert "You may not do this" in said(shown)
        response = post(client, scene, verb)
        assert response.status_code == 403, role
        assert "You may not do this" in text_of(response)
    assert Ticket.objects.get(pk=scene.ticket.pk).version == version


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_for_others_there_is_no_such_page(client, scene, verb):
    prepare(scene, verb)
    version = Ticket.objects.get(pk=scene.ticket.pk).version
    for role in SEES_NOTHING:
        client.force_login(getattr(scene, role))
        assert client.get(page(scene.ticket, f"ticket_{verb}")).status_code == 404, role
        assert post(client, scene, verb).status_code == 404, role
    client.force_login(scene.nobody)
    response = post(client, scene, verb)
    assert response.status_code == 302 and "login" in response.url
    assert Ticket.objects.get(pk=scene.ticket.pk).version == version


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_without_the_verb_a_member_is_refused(client, scene, verb):
    prepare(scene, verb)
    scene.agents.permissions.remove(scene.agents.permissions.get(codename=f"{verb}_ticket"))
    client.force_login(scene.first_level2)
    assert client.get(page(scene.ticket, f"ticket_{verb}")).status_code == 302
    assert post(client, scene, verb).status_code == 403
    # … and isn't offered the button.
    address = page(scene.ticket, f"ticket_{verb}")
    assert address not in client.get(page(scene.ticket)).content.decode()


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_what_changed_meanwhile_is_shown_and_the_form_kept(client, scene, verb):
    """Two clients, one ticket: nothing is done until the second has seen what the first did."""
    prepare(scene, verb)
    form = form_for(scene, verb)
    tickets.note(scene.ticket, by=scene.first_level3, body="I am on it, hands off.")
    version = Ticket.objects.get(pk=scene.ticket.pk).version
    client.force_login(scene.first_level2)
    address = page(scene.ticket, f"ticket_{verb}")
    response = client.post(address, form)
    content = response.content.decode()
    assert response.status_code == 409
    assert "I am on it, hands off." in text_of(response) and "Do it anyway" in content
    if "Kept words" in form.values():
        assert "Kept words" in content
    assert Ticket.objects.get(pk=scene.ticket.pk).version == version
    fresh = re.search(r'name="seen_version" value="(\d+)"', content).group(1)
    assert client.post(address, {**form, "seen_version": fresh}).status_code == 302


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_the_dialog_is_the_same_form_without_the_frame(client, scene, verb):
    prepare(scene, verb)
    client.force_login(scene.first_level2)
    address = page(scene.ticket, f"ticket_{verb}")
    response = client.get(address, headers={"X-Requested-With": "XMLHttpRequest"})
    content = response.content.decode()
    assert response.status_code == 200 and "X-Requested-With" in response["Vary"]
    assert "<html" not in content and "csrfmiddlewaretoken" in content
    assert f'action="{address}"' in content and "data-wh-title" in content


@pytest.mark.parametrize("verb", ALL_VERBS)
def test_only_the_forms_own_fields_reach_the_ticket(client, scene, verb):
    prepare(scene, verb)
    client.force_login(scene.first_level2)
    before = Ticket.objects.filter(pk=scene.ticket.pk).values().get()
    extra = {
        "contact": 1, "contact_id": 1, "created_at": "2020-01-01",
        "link_nonce": "x", "subject": "changed", "body": "changed", "site": 1, "version": 99,
        "channel": "fax", "language": "xx", "recorded_by": scene.manager.pk, "by": scene.manager.pk,
    }  # fmt: skip
    may_change = {
        "triage": {"priority", "priority_rank"},
        "assign": {"assignee_id"},
        "accept": {"assignee_id"},
        "escalate": {"level_id", "level_since"},
        "hand_back": {"level_id", "level_since", "assignee_id"},
        "wait": {"status", "waiting_since"},
        "solve": {
            "status",
            "solved_at",
            "outcome",
            "solution",
            "waiting_since",
            "assignee_id",
            "first_responded_at",
        },
        "close": {"status", "closed_at"},
        "reopen": {"status", "solved_at", "waiting_since", "link_nonce", "outcome"},
        "merge": {"status", "closed_at", "outcome"},
        "link": set(),
        "plan_visit": {"status", "first_responded_at"},
        "report_visit": set(),
        "call_off_visit": set(),
    }[verb]
    if verb in ("escalate", "accept", "assign", "close", "link", "hand_back"):
        extra |= {"status": "closed", "priority": "low", "outcome": "fixed", "solution": "x"}
    if verb not in ("merge", "link"):  # theirs names the other ticket
        extra["reference"] = "HD-00000-00000"
    assert post(client, scene, verb, **extra).status_code == 302
    after = Ticket.objects.filter(pk=scene.ticket.pk).values().get()
    changed = {name for name in before if before[name] != after[name]}
    assert changed - {"version", "updated_at"} <= may_change


# --- One by one ---------------------------------------------------------------------------------


def test_an_operation_that_the_status_forbids_leads_back_with_the_reason(client, scene):
    tickets.close(scene.ticket, by=scene.first_leader)
    client.force_login(scene.first_level2)
    for verb in ("escalate", "wait", "solve", "close", "accept"):
        response = client.get(page(scene.ticket, f"ticket_{verb}"))
        assert response.url == page(scene.ticket)
        assert "Reopen it first" in said(response)
    response = post(client, scene, "escalate")
    assert response.status_code == 409
    assert "it is no longer open" in text_of(response)
    assert "Kept words" in response.content.decode()


def test_the_page_offers_what_is_possible_now(client, scene):
    client.force_login(scene.first_level2)

    def offered():
        content = client.get(page(scene.ticket)).content.decode()
        return {verb for verb in VERBS if f'{page(scene.ticket, f"ticket_{verb}")}"' in content}

    assert offered() == set(VERBS) - {"reopen"}
    tickets.accept(scene.ticket, by=scene.first_level2)
    assert offered() == set(VERBS) - {"reopen", "accept"}
    tickets.hand_back(scene.ticket, by=scene.first_level2, reason="wrong-division", note="x")
    client.force_login(scene.first_leader)
    assert "hand_back" not in offered() and "escalate" in offered()
    tickets.solve(scene.ticket, by=scene.first_leader, outcome="fixed")
    assert offered() == {"reopen", "triage", "assign", "close", "merge", "link"}
    tickets.close(scene.ticket, by=scene.first_leader)
    assert offered() == {"reopen", "link"}


def test_accepting_is_one_press_on_the_tickets_page(client, scene):
    client.force_login(scene.first_level2)
    content = client.get(page(scene.ticket)).content.decode()
    form = content[content.index(f'action="{page(scene.ticket, "ticket_accept")}"') :]
    version = re.search(r'name="seen_version" value="(\d+)"', form).group(1)
    client.post(page(scene.ticket, "ticket_accept"), {"seen_version": version})
    assert Ticket.objects.get(pk=scene.ticket.pk).assignee == scene.first_level2


def test_two_accept_and_the_second_is_told(client, scene):
    form = form_for(scene, "accept")
    client.force_login(scene.first_level3)
    client.post(page(scene.ticket, "ticket_accept"), form)
    client.force_login(scene.first_level2)
    response = client.post(page(scene.ticket, "ticket_accept"), form)
    assert response.status_code == 409
    assert "first_level3 accepted it." in text_of(response)
    assert Ticket.objects.get(pk=scene.ticket.pk).assignee == scene.first_level3


def test_assign_lists_only_who_may_have_it(client, scene):
    inactive = make_user("gone", groups=[scene.agents], is_active=False)
    DivisionMember.objects.create(division=scene.first, user=inactive, level=scene.level2)
    client.force_login(scene.first_level2)
    words = text_of(client.get(page(scene.ticket, "ticket_assign")))
    assert "first_level2 (Help desk admin)" in words and "first_level3 (Engineer)" in words
    assert "first_leader (leader)" in words
    for other in ("first_level1", "second_level2", "gone", "outsider"):
        assert f"{other} (" not in words


@pytest.mark.parametrize("role", ["first_level1", "second_level2", "outsider"])
def test_assigning_to_somebody_else_is_refused(client, scene, role):
    client.force_login(scene.first_level2)
    key = f"{scene.first.pk}-{getattr(scene, role).pk}"
    assert post(client, scene, "assign", assignee=key).status_code == 422
    assert Ticket.objects.get(pk=scene.ticket.pk).assignee is None


def test_assigning_to_nobody_lays_it_back(client, scene):
    tickets.accept(scene.ticket, by=scene.first_level2)
    client.force_login(scene.first_level2)
    response = post(client, scene, "assign", assignee="")
    assert "is back in the queue" in said(response)
    assert Ticket.objects.get(pk=scene.ticket.pk).assignee is None


def levels_offered(client, ticket):
    content = client.get(page(ticket, "ticket_escalate")).content.decode()
    select = content[content.index('name="to_level"') :]
    return re.findall(r'value="(\d+)"', select[: select.index("</select>")])


def test_only_a_leader_is_offered_to_skip_a_level(client, desk, ticket):
    client.force_login(desk.first_level1)
    assert levels_offered(client, ticket) == [str(level.pk) for level in desk.levels[:2]]
    client.force_login(desk.first_leader)
    assert levels_offered(client, ticket) == [str(level.pk) for level in desk.levels]


def test_a_skipped_level_is_refused_whatever_is_posted(client, desk, ticket):
    client.force_login(desk.first_level1)
    response = client.post(
        page(ticket, "ticket_escalate"),
        {
            "seen_version": ticket.version, "to_level": desk.level3.pk, "division": desk.first.pk,
            "reason": "needs-deeper-knowledge", "note": "x",
        },
    )  # fmt: skip
    assert response.status_code == 422
    assert Ticket.objects.get(pk=ticket.pk).level == desk.level1


def test_escalating_sideways_to_another_division(client, scene):
    client.force_login(scene.first_level2)
    response = post(client, scene, "escalate", to_level=scene.level2.pk, division=scene.second.pk)
    # Whoever never had it loses sight of it, and is led to the queue.
    assert response.url == reverse("wagtail_helpdesk_admin:tickets")
    ticket = Ticket.objects.get(pk=scene.ticket.pk)
    assert (ticket.level, ticket.division) == (scene.level2, scene.second)


def test_escalating_to_where_it_is_says_so(client, scene):
    client.force_login(scene.first_level2)
    response = post(client, scene, "escalate", to_level=scene.level2.pk)
    assert response.status_code == 409 and "it is there already" in text_of(response)
    assert "Kept words" in response.content.decode()


def test_escalating_to_a_person(client, scene):
    client.force_login(scene.first_level2)
    post(client, scene, "escalate", assignee=f"{scene.first.pk}-{scene.first_level3.pk}")
    assert Ticket.objects.get(pk=scene.ticket.pk).assignee == scene.first_level3


def test_a_person_of_another_division_is_refused(client, scene):
    client.force_login(scene.first_level2)
    response = post(
        client, scene, "escalate", assignee=f"{scene.second.pk}-{scene.second_level3.pk}"
    )
    assert response.status_code == 422 and "work at that level there" in text_of(response)


def test_the_form_names_the_leader_where_nobody_works(client, scene):
    DivisionMember.objects.filter(division=scene.first, level=scene.level3).delete()
    client.force_login(scene.first_level2)
    words = text_of(client.get(page(scene.ticket, "ticket_escalate")))
    assert "Nobody works at Engineer in First: it falls to the leader, first_leader." in words
    Division.objects.filter(pk=scene.first.pk).update(leader=None)
    words = text_of(client.get(page(scene.ticket, "ticket_escalate")))
    assert "Nobody works at Engineer in First, and the division has no leader" in words


@pytest.mark.parametrize("missing", ["reason", "note"])
@pytest.mark.parametrize("verb", ["escalate", "hand_back"])
def test_passing_on_needs_a_reason_and_a_note(client, scene, verb, missing):
    client.force_login(scene.first_level2)
    response = post(client, scene, verb, **{missing: ""})
    assert response.status_code == 422
    assert Ticket.objects.get(pk=scene.ticket.pk).level == scene.level2


def test_a_retired_reason_is_not_offered(client, scene):
    scene.reasons[0].retired = True
    scene.reasons[0].save()
    client.force_login(scene.first_level2)
    assert post(client, scene, "escalate").status_code == 422


@pytest.mark.parametrize("extra", [0, 8])
def test_the_escalation_form_costs_the_same_with_more_divisions(
    client, scene, extra, django_assert_num_queries
):
    for number in range(extra):
        division = Division.objects.create(name=f"More {number}", leader=scene.manager)
        DivisionMember.objects.create(
            division=division, user=scene.first_level1, level=scene.level3
        )
    client.force_login(scene.first_level2)
    address = page(scene.ticket, "ticket_escalate")
    client.get(address)
    with django_assert_num_queries(26):
        client.get(address)


def test_handing_back_says_to_whom(client, scene):
    tickets.hand_back(scene.ticket, by=scene.first_leader, reason="wrong-division", note="x")
    tickets.assign(scene.ticket, by=scene.first_leader, assignee=scene.first_level1)
    tickets.escalate(scene.ticket, by=scene.first_level1, reason="wrong-division", note="x")
    client.force_login(scene.first_level2)
    words = text_of(client.get(page(scene.ticket, "ticket_hand_back")))
    assert "It goes back to first_level1, Junior help desk in First." in words
    post(client, scene, "hand_back")
    assert Ticket.objects.get(pk=scene.ticket.pk).assignee == scene.first_level1


def test_triage_moves_and_keeps_what_is_not_changed(client, scene):
    client.force_login(scene.first_level2)
    post(client, scene, "triage", priority="low", level=scene.level1.pk)
    ticket = Ticket.objects.get(pk=scene.ticket.pk)
    assert (ticket.priority, ticket.level, ticket.complaint_type) == (
        "low",
        scene.level1,
        scene.types["First"],
    )


def test_waiting_until_a_time_in_the_users_own_zone(client, scene):
    client.force_login(scene.first_level2)
    post(client, scene, "wait", status="pending", until="2031-03-01T09:30")
    ticket = Ticket.objects.get(pk=scene.ticket.pk)
    assert ticket.status == Status.PENDING
    assert ticket.waiting_until.isoformat() == "2031-03-01T02:30:00+00:00"  # Asia/Jakarta


def test_a_time_that_is_over_is_said_at_its_field(client, scene):
    client.force_login(scene.first_level2)
    response = post(client, scene, "wait", until="2001-03-01T09:30")
    assert response.status_code == 422 and "This time is over." in text_of(response)


@pytest.mark.parametrize("missing", ["outcome", "solution"])
def test_solving_asks_for_outcome_and_solution(client, scene, missing):
    client.force_login(scene.first_level2)
    response = post(client, scene, "solve", **{missing: ""})
    assert response.status_code == 422
    assert "It shines again." in response.content.decode()
    assert Ticket.objects.get(pk=scene.ticket.pk).status == Status.OPEN


def test_a_solution_that_is_too_long_is_refused_at_its_field(client, scene):
    client.force_login(scene.first_level2)
    response = post(client, scene, "solve", solution="x" * 501)
    assert response.status_code == 422 and "at most 500 fit" in text_of(response)


def test_why_it_was_reopened_is_a_private_note(client, scene):
    prepare(scene, "reopen")
    client.force_login(scene.first_level2)
    post(client, scene, "reopen")
    assert Message.objects.get(body="Kept words").kind == MessageKind.NOTE


def test_merging_leads_to_the_other_ticket(client, scene):
    client.force_login(scene.first_level2)
    response = post(client, scene, "merge")
    assert response.url == page(scene.other)
    assert Ticket.objects.get(pk=scene.ticket.pk).status == Status.CLOSED


def test_the_requesters_other_tickets_can_be_picked(client, scene):
    hidden = make_ticket(scene, subject="Hidden one", division=scene.second)
    client.force_login(scene.first_level2)
    words = text_of(client.get(page(scene.ticket, "ticket_link")))
    assert "The other one" in words and "Hidden one" not in words
    response = post(client, scene, "link", reference="", other=hidden.pk)
    assert response.status_code == 422
    post(client, scene, "link", reference="", other=scene.other.pk, relation="follow_up")
    link = scene.ticket.links_from.get()
    assert (link.to_ticket, link.relation) == (scene.other, Relation.FOLLOW_UP)


@pytest.mark.parametrize("verb", ["merge", "link"])
def test_a_ticket_out_of_sight_and_one_that_is_not_are_refused_alike(client, scene, verb):
    hidden = make_ticket(scene, division=scene.second)
    client.force_login(scene.first_level2)
    refused = post(client, scene, verb, reference=hidden.reference)
    missing = post(client, scene, verb, reference="HD-00000-00000")
    sentence = "You can see no ticket with this reference."
    assert refused.status_code == missing.status_code == 422
    assert sentence in text_of(refused) and sentence in text_of(missing)
    nonsense = post(client, scene, verb, reference="'; drop")
    assert nonsense.status_code == 422 and sentence in text_of(nonsense)


def test_merging_needs_the_verb_on_both(client, scene):
    """A ticket one level up can be read, but not merged into."""
    above = make_ticket(scene, subject="Above")
    tickets.escalate(
        above, by=scene.first_leader, reason="wrong-division", note="x", to_level=scene.level3
    )
    client.force_login(scene.first_level2)
    response = post(client, scene, "merge", reference=above.reference)
    assert response.status_code == 403
    assert Ticket.objects.get(pk=scene.ticket.pk).status == Status.OPEN


def test_merging_into_itself_or_a_closed_one_is_said_in_words(client, scene):
    client.force_login(scene.first_level2)
    response = post(client, scene, "merge", reference=scene.ticket.reference)
    assert response.status_code == 409 and "into itself" in text_of(response)
    tickets.close(scene.other, by=scene.first_leader)
    response = post(client, scene, "merge")
    assert response.status_code == 409 and "the other ticket is closed" in text_of(response)
