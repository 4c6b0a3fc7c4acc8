"""One address is one contact, however it is written, and no stranger rewrites it."""

import pytest
from django.core.exceptions import ValidationError

from tests.factories import make_ticket
from wagtail_helpdesk.models import Attachment, Contact, Ticket, normalise_email
from wagtail_helpdesk.tickets import submit
from wagtail_helpdesk.tickets.contacts import find_or_make_contact


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("ada@example.org", "ADA@Example.ORG"),
        ("ada@example.org", "  ada@example.org\n"),
        ("caf\u00e9@example.org", "cafe\u0301@example.org"),
        ("ada@b\u00fccher.example", "ada@xn--bcher-kva.example"),
        ("ada@B\u00dcCHER.example", "ada@bu\u0308cher.example"),
        ("ada@example.org", "\uff41da@example.org"),  # a full-width a
        ("ada@example.org", "ada@example\u3002org"),  # an ideographic full stop
    ],
)
def test_two_spellings_of_one_address_are_one_contact(db, one, two):
    assert normalise_email(one) == normalise_email(two)
    first, _made = find_or_make_contact(Contact(name="Ada", email=one))
    assert find_or_make_contact(Contact(name="Somebody", email=two)) == (first, False)
    assert Contact.objects.count() == 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("ada@example.org", "ada@example.com"),
        ("ada@example.org", "a.da@example.org"),  # dots count, but for one provider
        ("ada@example.org", "ada+help@example.org"),
        ("ada@example.org", "\u0430da@example.org"),  # a Cyrillic a
        ("ada@example.org", "ada@ex\u0430mple.org"),
    ],
)
def test_two_addresses_that_look_alike_are_two(db, one, two):
    first, _made = find_or_make_contact(Contact(name="Ada", email=one))
    assert find_or_make_contact(Contact(name="Ada", email=two))[0] != first


@pytest.mark.parametrize("email", ["", "  ", "@", "a@", "@b", "x" * 300, "a@" + "x" * 100 + ".org", "a@..", "a@\ud800"])  # fmt: skip
def test_normalising_stands_anything(email):
    normalise_email(email)


def test_a_stranger_does_not_overwrite_what_is_stored(desk):
    contact = Contact.objects.create(name="Ada", email="Ada@example.org", phone="+6281234567")
    ticket = submit(
        site=desk.site,
        contact=Contact(name="Mallory", email="ada@example.org", phone="+6289999999"),
        complaint_type=desk.types["First"],
        body="Send it to me.",
    )
    assert ticket.contact == contact
    contact.refresh_from_db()
    assert (contact.name, contact.email, contact.phone) == ("Ada", "Ada@example.org", "+6281234567")


def test_a_caller_without_an_address_is_known_by_the_number(db):
    caller, _made = find_or_make_contact(Contact(name="Ada", phone="+6281234567"))
    assert find_or_make_contact(Contact(name="Ada L.", phone="+6281234567")) == (caller, False)
    assert find_or_make_contact(Contact(name="Bob", phone="+6281234568"))[0] != caller
    # The number of somebody who has an address proves nothing: it may be the household's.
    ada, _made = find_or_make_contact(
        Contact(name="Ada", email="ada@example.org", phone="+6287654321")
    )
    assert find_or_make_contact(Contact(name="Eve", phone="+6287654321"))[0] != ada


def test_with_an_address_the_number_does_not_decide(db):
    caller, _made = find_or_make_contact(Contact(name="Ada", phone="+6281234567"))
    ada, _made = find_or_make_contact(
        Contact(name="Ada", email="ada@example.org", phone="+6281234567")
    )
    assert ada != caller


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "email"),
        ({"email": "  ", "phone": ""}, "email"),
        ({"email": "\x00\u200b"}, "email"),
        ({"email": "ada@example.org\nBcc: all@example.org"}, "email"),
        ({"email": "ada example.org"}, "email"),
        ({"email": "ada"}, "email"),
        ({"email": "ada@example.org,eve@example.org"}, "email"),
        ({"email": "Ada <ada@example.org>"}, "email"),
        ({"email": "@example.org"}, "email"),
        ({"email": "ada@"}, "email"),
        ({"email": "x" * 250 + "@example.org"}, "email"),
        (
            {"email": "\ufdfa" * 20 + "@example.org"},
            "email",
        ),  # one letter, eighteen when normalised
        ({"phone": "+62" + "8" * 30}, "phone"),
        ({"name": "x" * 201, "email": "ada@example.org"}, "name"),
    ],
)
def test_what_can_not_be_stored_is_said_and_not_tried(desk, fields, field):
    with pytest.raises(ValidationError) as caught:
        submit(
            site=desk.site,
            contact=Contact(**{"name": "Ada", **fields}),
            complaint_type=desk.types["First"],
            body="The lamp is dark.",
        )
    assert caught.value.message_dict.keys() == {field}
    assert not Contact.objects.exists()


def test_names_are_cleaned(db):
    contact, made = find_or_make_contact(
        Contact(name=" A\x00da\n\u202eL. ", email="ada\x00@example.org", phone="+62\x008 12\n")
    )
    assert made
    contact.refresh_from_db()
    assert (contact.name, contact.email, contact.phone) == ("Ada L.", "ada@example.org", "+628 12")


def test_a_contact_whose_submission_failed_can_be_tried_again(desk):
    contact = Contact(name="Ada", email="ada@example.org")
    arguments = {
        "site": desk.site,
        "contact": contact,
        "complaint_type": desk.types["First"],
        "body": "The lamp is dark.",
    }
    used = make_ticket(desk)
    gone = Attachment.objects.create(ticket=used, owner_key="x", name="a.txt", size=1)
    with pytest.raises(ValidationError):
        submit(**arguments, attachments=[gone])
    ticket = submit(**arguments)
    assert Ticket.objects.get(pk=ticket.pk).contact.email == "ada@example.org"


def test_saving_an_address_renews_its_key(db):
    contact = Contact.objects.create(name="Ada", email="ada@example.org")
    contact.email = "ADA@example.com"
    contact.save(update_fields=["email"])
    assert Contact.objects.matching(email="ada@example.com").get() == contact
    contact.email = ""
    contact.save()
    assert Contact.objects.get().email_key is None


def test_nobody_is_found_by_nothing(db):
    Contact.objects.create(name="Nameless")
    assert not Contact.objects.matching().exists()
    assert not Contact.objects.matching(email="", phone="").exists()


def test_what_a_known_contact_typed_otherwise_is_kept_in_a_note(desk):
    make_ticket(desk)
    typed = Contact(name="Another Name", email="visitor@example.org", phone="+6281234567890")
    ticket = submit(
        site=desk.site, contact=typed, complaint_type=desk.types["First"], body="It is dark."
    )
    assert ticket.contact.name == "A. Visitor"
    note = ticket.messages.get()
    assert note.is_note
    assert "Another Name" in note.body
    assert "+6281234567890" in note.body
    assert make_ticket(desk).messages.count() == 0
