"""Which contacts a caller may be: found by the address or the number that they give."""

from django.db.models import Count, Q
from django.utils.translation import ngettext
from phonenumber_field.phonenumber import to_python

from ...conf import helpdesk_settings
from ...models import Contact, normalise_email
from ...tickets.texts import clean_line

MATCHES = 5


def matching_contacts(email: str, phone: str) -> list[Contact]:
    """The contact with this address, and those with this number; with the number of their tickets.

    Both are taken exactly, as they are typed: nobody browses the contacts by guessing.
    """
    key, number = normalise_email(clean_line(email)), e164(phone)
    wanted = Q()
    if key:
        wanted |= Q(email_key=key)
    if number:
        wanted |= Q(phone=number)
    if not wanted:
        return []
    keys = Contact.objects.filter(wanted).survivors()
    contacts = Contact.objects.filter(pk__in=keys).select_related("organisation")
    contacts = contacts.annotate(count=Count("tickets")).order_by("name", "pk")[:MATCHES]
    return list(contacts)


def describe_contact(contact: Contact) -> str:
    """One line to tell contacts apart by."""
    tickets = ngettext("%(count)s ticket", "%(count)s tickets", contact.count) % {
        "count": contact.count
    }
    organisation = contact.organisation.name if contact.organisation else ""
    parts = [contact.name, contact.email, contact.phone, organisation, tickets]
    return " · ".join(part for part in parts if part)


def e164(phone: str) -> str:
    """A number as contacts have it; empty for what is none."""
    number = to_python(phone, region=helpdesk_settings.PHONE_REGION)
    return number.as_e164 if number and number.is_valid() else ""
