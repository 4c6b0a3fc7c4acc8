"""Finding the contact behind a name, an address and a number."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..models import Contact
from .texts import clean_line


def find_or_make_contact(contact: Contact) -> Contact:
    """The saved contact that ``contact`` describes: by normalised e-mail, else by telephone number.

    What is stored stays as it is: a stranger who knows an address must not rename its owner. Two
    submissions at once make one contact. Raises ``ValidationError`` with neither address nor number.
    """
    if contact.pk is not None:
        return contact
    contact.name, contact.email = clean_line(contact.name)[:200], clean_line(contact.email)
    if not contact.email and not contact.phone:
        raise ValidationError({"email": _("Enter an e-mail address or a telephone number.")})
    found = _match(contact)
    if found is not None:
        return found
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError:
        contact.pk = None
        found = _match(contact)
        if found is None:
            raise
        return found
    return contact


def _match(contact: Contact) -> Contact | None:
    return Contact.objects.matching(email=contact.email, phone=contact.phone).first()
