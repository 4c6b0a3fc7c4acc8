"""Two contacts are one person: what moves, what leads where, and who may read what afterwards."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from tests.factories import make_ticket, make_user
from tests.invariants import check_books
from tests.tickets.verbs import everything
from wagtail_helpdesk import people, signals, tickets
from wagtail_helpdesk.models import (
    Contact,
    Organisation,
    OutboxMessage,
    OutboxState,
    Ticket,
)
from wagtail_helpdesk.notify.mails import NotWanted, compose
from wagtail_helpdesk.people.merge import what_was_seen


@pytest.fixture
def two(desk):
    """(who is to be lost, who stays), with a ticket each."""
    lost = make_ticket(desk, email="ada@old.example").contact
    stays = make_ticket(desk, email="ada@new.example").contact
    return lost, stays


@pytest.fixture
def leader(desk):
    desk.first_leader.user_permissions.add(Permission.objects.get(codename="merge_contact"))
    return desk.first_leader


def write(desk, **contact):
    return tickets.submit(
        site=desk.site,
        contact=Contact(**{"name": "Ada", **contact}),
        complaint_type=desk.types["First"],
        body="The bell is mute.",
    )


def test_the_tickets_move_and_their_books_stay_right(desk, two):
    lost, stays = two
    ticket = lost.tickets.get()
    tickets.reply(ticket, by=lost, body="Still dark.")
    assert people.merge_contacts(lost, into=stays, by=desk.manager) == stays
    assert Ticket.objects.filter(contact=stays).count() == 2
    ticket.refresh_from_db()
    check_books(ticket)
    # Who wrote it is not rewritten.
    assert ticket.messages.get().by == lost
    assert ticket.events.order_by("pk").last().by == lost
    # The requester goes on.
    tickets.reply(ticket, by=ticket.contact, body="Now it shines.")
    tickets.solve(ticket, by=ticket.contact, outcome="answered")
    check_books(ticket)
    with pytest.raises(PermissionDenied):
        tickets.close(ticket, by=Contact.objects.get(pk=lost.pk))


def test_the_lost_address_leads_to_the_survivor(desk, two):
    lost, stays = two
    people.merge_contacts(lost, into=stays, by=desk.manager)
    assert write(desk, email="ADA@old.example").contact == stays
    assert Contact.objects.standing().count() == 1
    again = tickets.submit(
        site=desk.site, contact=lost, complaint_type=desk.types["First"], body="By an old object."
    )
    assert again.contact == stays


def test_staff_read_which_address_it_came_from(desk, two):
    lost, stays = two
    people.merge_contacts(lost, into=stays, by=desk.manager)
    ticket = write(desk, name=stays.name, email="ada@old.example")
    assert "ada@old.example" in ticket.messages.get().body
    assert not write(desk, name=stays.name, email="Ada@New.example").messages.exists()


@pytest.mark.parametrize(
    ("lost", "stays", "kept"),
    [
        (("a@b.example", "+621"), ("c@d.example", "+622"), ("c@d.example", "+622")),
        (("a@b.example", "+621"), ("c@d.example", ""), ("c@d.example", "+621")),
        (("a@b.example", ""), ("", "+622"), ("a@b.example", "+622")),
        (("a@b.example", "+622"), ("", "+622"), ("a@b.example", "+622")),
        (("a@b.example", "+621"), ("", "+622"), ("a@b.example", "+622")),
        (("", "+621"), ("c@d.example", ""), ("c@d.example", "+621")),
        (("", "+621"), ("", "+622"), ("", "+622")),
        (("", "+621"), ("c@d.example", "+621"), ("c@d.example", "+621")),
    ],
)
def test_both_keys_lead_to_one(desk, lost, stays, kept):
    """Whoever was found by an address or, without one, a number, is found by it afterwards."""
    one = write(desk, email=lost[0], phone=lost[1]).contact
    other = write(desk, email=stays[0], phone=stays[1]).contact
    people.merge_contacts(one, into=other, by=desk.manager)
    other.refresh_from_db()
    assert (other.email, other.phone) == kept
    for email, phone in (lost, stays):
        assert write(desk, email=email, phone="" if email else phone).contact == other
    assert Contact.objects.count() == 2


def test_a_chain_is_flat(desk, two):
    lost, stays = two
    third = make_ticket(desk, email="ada@third.example").contact
    people.merge_contacts(lost, into=stays, by=desk.manager)
    people.merge_contacts(stays, into=third, by=desk.manager)
    assert set(third.aliases.all()) == {lost, stays}
    assert third.tickets.count() == 3
    assert write(desk, email="ada@old.example").contact == third


def test_twice_is_once(desk, two, django_capture_on_commit_callbacks):
    lost, stays = two
    heard = []

    def receiver(sender, signal, **kwargs):
        heard.append(kwargs)

    signals.merge_contacts.connect(receiver)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            people.merge_contacts(lost, into=stays, by=desk.manager)
            before = everything()
            assert people.merge_contacts(lost, into=stays, by=desk.manager) == stays
        assert everything() == before
    finally:
        signals.merge_contacts.disconnect(receiver)
    assert heard == [{"contact": lost, "into": stays, "by": desk.manager}]


def test_neither_itself_nor_what_is_merged_already(desk, two):
    lost, stays = two
    third = make_ticket(desk, email="ada@third.example").contact
    with pytest.raises(people.MergeRefused):
        people.merge_contacts(lost, into=lost, by=desk.manager)
    people.merge_contacts(lost, into=stays, by=desk.manager)
    for one, into in ((stays, lost), (lost, third), (third, lost)):
        before = everything()
        with pytest.raises(people.MergeRefused):
            people.merge_contacts(one, into=into, by=desk.manager)
        assert everything() == before


def test_what_was_seen_is_what_is_merged(desk, two):
    lost, stays = two
    seen = what_was_seen(lost, stays)
    Contact.objects.filter(pk=stays.pk).update(user=desk.nobody)
    with pytest.raises(people.StaleContacts):
        people.merge_contacts(lost, into=stays, by=desk.manager, seen=seen)
    stays.refresh_from_db()
    people.merge_contacts(
        lost, into=stays, by=desk.manager, seen=what_was_seen(lost, stays), login=desk.nobody
    )


# --- Who may, and who reads what afterwards -----------------------------------------------------------


def test_a_login_reads_more_only_when_staff_said_so(desk, two):
    lost, stays = two
    own, others = make_user("own"), make_user("others")
    Contact.objects.filter(pk=stays.pk).update(user=own)
    Contact.objects.filter(pk=lost.pk).update(user=others)
    people.merge_contacts(lost, into=stays, by=desk.manager)
    assert not Contact.objects.exclude(user=None).exists()


@pytest.mark.parametrize("whose", ["own", "others"])
def test_the_login_that_was_chosen(desk, two, whose):
    lost, stays = two
    logins = {"own": make_user("own"), "others": make_user("others")}
    Contact.objects.filter(pk=stays.pk).update(user=logins["own"])
    Contact.objects.filter(pk=lost.pk).update(user=logins["others"])
    people.merge_contacts(lost, into=stays, by=desk.manager, login=logins[whose])
    stays.refresh_from_db()
    assert stays.user == logins[whose]
    assert Contact.objects.exclude(user=None).count() == 1


def test_no_third_login(desk, two):
    lost, stays = two
    with pytest.raises(people.MergeRefused):
        people.merge_contacts(lost, into=stays, by=desk.manager, login=desk.nobody)


def test_the_permission_is_one_of_its_own(desk, two):
    lost, stays = two
    for who in ("first_level1", "first_leader", "outsider", "nobody"):
        before = everything()
        with pytest.raises(PermissionDenied):
            people.merge_contacts(lost, into=stays, by=getattr(desk, who))
        assert everything() == before
    desk.manager.is_active = False
    with pytest.raises(PermissionDenied):
        people.merge_contacts(lost, into=stays, by=desk.manager)


@pytest.mark.parametrize("whose", [0, 1])
def test_who_may_not_read_all_tickets_of_both_merges_nothing(desk, two, leader, whose):
    make_ticket(desk, division=desk.second, email=two[whose].email)
    with pytest.raises(PermissionDenied, match="manager"):
        people.merge_contacts(two[0], into=two[1], by=leader)
    assert Contact.objects.standing().count() == 2


def test_who_reads_them_all_may(leader, two):
    people.merge_contacts(two[0], into=two[1], by=leader)
    assert Contact.objects.standing().count() == 1


def test_nobody_but_a_manager_merges_for_themselves(desk, two, leader):
    lost, stays = two
    Contact.objects.filter(pk=stays.pk).update(user=leader)
    with pytest.raises(PermissionDenied):
        people.merge_contacts(lost, into=stays, by=leader, login=leader)
    people.merge_contacts(lost, into=stays, by=leader)
    stays.refresh_from_db()
    assert stays.user is None


# --- Mail -----------------------------------------------------------------------------------------------


def test_mail_that_waits_goes_to_the_survivor(desk, two):
    lost, stays = two
    waiting = OutboxMessage.objects.get(to_contact=lost)
    people.merge_contacts(lost, into=stays, by=desk.manager)
    waiting.refresh_from_db()
    assert compose(waiting).to == ["ada@new.example"]


def test_mail_that_was_sent_keeps_its_recipient(desk, two):
    lost, stays = two
    OutboxMessage.objects.update(state=OutboxState.SENT)
    people.merge_contacts(lost, into=stays, by=desk.manager)
    assert OutboxMessage.objects.filter(to_contact=lost).exists()


# --- The rest ---------------------------------------------------------------------------------------------


def test_what_the_survivor_lacks_it_takes(desk, two):
    lost, stays = two
    company = Organisation.objects.create(name="Lamps Ltd")
    Contact.objects.filter(pk=lost.pk).update(organisation=company)
    people.merge_contacts(lost, into=stays, by=desk.manager)
    stays.refresh_from_db()
    assert stays.organisation == company


def test_the_audit_log_holds_no_personal_data(desk, two):
    from wagtail.models import ModelLogEntry

    lost, stays = two
    people.merge_contacts(lost, into=stays, by=desk.manager)
    entries = ModelLogEntry.objects.filter(action="wagtail_helpdesk.merge_contacts")
    assert entries.count() == 2
    for entry in entries:
        assert entry.user == desk.manager
        assert "Visitor" not in f"{entry.label}{entry.data}"
        assert "example" not in f"{entry.label}{entry.data}"


def test_a_contact_with_many_tickets_costs_no_more(desk, two, django_assert_max_num_queries):
    lost, stays = two
    with django_assert_max_num_queries(30) as few:
        people.merge_contacts(lost, into=stays, by=desk.manager)
    for number in range(30):
        make_ticket(desk, email="many@old.example", subject=f"Lamp {number}")
    many = Contact.objects.get(email="many@old.example")
    with django_assert_max_num_queries(len(few)):
        people.merge_contacts(many, into=stays, by=desk.manager)
    assert stays.tickets.count() == 32


# --- Switching off -----------------------------------------------------------------------------------------


def test_nothing_is_mailed_to_a_contact_that_was_switched_off(desk, ticket):
    waiting = OutboxMessage.objects.get()
    people.deactivate(ticket.contact, by=desk.manager)
    people.deactivate(ticket.contact, by=desk.manager)
    with pytest.raises(NotWanted):
        compose(OutboxMessage.objects.get(pk=waiting.pk))
    ticket.refresh_from_db()
    tickets.reply(ticket, by=desk.first_level1, body="Which lamp?")
    assert OutboxMessage.objects.count() == 1
    people.reactivate(ticket.contact, by=desk.manager)
    ticket.refresh_from_db()
    tickets.reply(ticket, by=desk.first_level1, body="Which lamp then?")
    assert OutboxMessage.objects.count() == 2


def test_their_complaint_is_recorded_all_the_same(desk, ticket):
    people.deactivate(ticket.contact, by=desk.manager)
    new = make_ticket(desk)
    assert new.contact == ticket.contact
    assert "deactivated" in new.messages.get().body
    assert new.messages.get().is_note
    assert OutboxMessage.objects.filter(ticket=new).count() == 0


def test_switching_off_asks_for_the_permission(desk, ticket):
    for operation in (people.deactivate, people.reactivate):
        with pytest.raises(PermissionDenied):
            operation(ticket.contact, by=desk.first_leader)
    assert Contact.objects.get().is_active
