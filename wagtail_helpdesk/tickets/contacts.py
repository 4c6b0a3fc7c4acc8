"""Finding the contact behind a name, an address and a number."""

import re
from copy import copy

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..models import Contact, normalise_email
from .texts import check_length, clean_line

#: One address, and nothing that would make two of it in a header.
_ADDRESS = re.compile(r"""[^\s@,;:<>()\[\]"\\]+@[^\s@,;:<>()\[\]"\\]+""")


def find_or_make_contact(contact: Contact) -> tuple[Contact, bool]:
    """The saved contact that ``contact`` describes, and whether it was made now.

    It is found by normalised e-mail, else by telephone number; one that was merged leads to the survivor.
    Call it inside a transaction: the contact can't be merged away before the transaction ends.

    What is stored stays as it is: a stranger who knows an address must not rename its owner. Two
    submissions at once make one contact. An unsaved ``contact`` stays as it is, so that it can be
    tried again. Raises ``ValidationError`` with neither address nor number, or for what can't be stored.
    """
    if contact.pk is not None:
        return _held(contact.pk), False
    contact = _cleaned(contact)
    found = _match(contact)
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError:
        contact.pk = None
        found = _match(contact)
        if found is None:
            raise
        return found, False
    return contact, True


def _cleaned(contact: Contact) -> Contact:
    contact = copy(contact)
    limits = {name: Contact._meta.get_field(name).max_length for name in ("name", "email", "phone")}
    for name, limit in limits.items():
        setattr(contact, name, check_length(clean_line(getattr(contact, name)), limit, name))
    if not contact.email and not contact.phone:
        raise ValidationError({"email": _("Enter an e-mail address or a telephone number.")})
    if contact.email and not _ADDRESS.fullmatch(contact.email):
        raise ValidationError({"email": _("Enter a valid e-mail address.")})
    check_length(normalise_email(contact.email) or "", limits["email"], "email")
    return contact


def _match(contact: Contact) -> Contact | None:
    found = Contact.objects.matching(email=contact.email, phone=contact.phone)
    key = found.survivors().first()
    return None if key is None else _held(key)


def _held(key: int) -> Contact:
    """The contact, or who it was merged into meanwhile; ours until the transaction ends.

    Of one at a time: whoever merges two holds both. (SQLite has one writer, and ignores the lock.)
    """
    contact = Contact.objects.select_for_update().get(pk=key)
    while contact.merged_into_id is not None:
        contact = Contact.objects.select_for_update().get(pk=contact.merged_into_id)
    return contact
