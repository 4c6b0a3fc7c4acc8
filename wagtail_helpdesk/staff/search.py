"""Finding tickets by what a member of staff types: reference, name, e-mail, telephone number, words."""

import re
from dataclasses import dataclass
from functools import reduce
from operator import or_

import phonenumbers
from django.db.models import Q, QuerySet

from ..conf import helpdesk_settings
from ..models import Contact, TicketWords, normalise_email
from ..models.words import FEW
from ..references import normalise_reference

#: Characters of a query that count.
MAX_LENGTH = 200
#: Fewer letters or digits find too much to be of use.
MIN_PHONE_DIGITS, MIN_NAME_LETTERS = 4, 2
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")
_PHONE = re.compile(r"[+(]?[0-9\s().\-/]+")
_DIGIT = re.compile(r"[0-9]")


def clean_query(text: str) -> str:
    """``text`` as it is searched for: one line, at most 200 characters."""
    return " ".join(_CONTROL.sub(" ", text[: 2 * MAX_LENGTH]).split())[:MAX_LENGTH]


@dataclass(frozen=True)
class Found:
    """What a search found. ``frequent``: the words stand in so many tickets that hits aren't counted far."""

    tickets: QuerySet
    frequent: bool = False


def find(tickets: QuerySet, text: str) -> Found:
    """Those of ``tickets`` that ``text`` finds. ``tickets`` is what the asker may read.

    What begins like a reference finds references only. Everything else is looked for in each place
    by itself: words (the requester's name among them), addresses, numbers, references.
    """
    text = clean_query(text)
    if not text:
        return Found(tickets.none())
    beginning = reference_prefix(text)
    if beginning is not None:
        # A whole one by equality: SQLite has no index for LIKE.
        is_whole = normalise_reference(text) == beginning
        lookup = "reference" if is_whole else "reference__startswith"
        return Found(tickets.filter(**{lookup: beginning}))
    condition, frequent = TicketWords.objects.condition(text)
    reference = normalise_reference(text)
    if reference is not None:
        condition |= Q(reference=reference)
    contacts = find_by_address(text)
    if contacts is not None:
        condition |= Q(contact__in=list(contacts.survivors()[:FEW]))
    return Found(tickets.filter(condition), frequent)


def reference_prefix(text: str) -> str | None:
    """The beginning of a reference as it is stored, from ``hd 7k3qm 9x``; ``None`` for other text.

    Ten letters may be a reference or a word, but with the prefix in front, and a digit or the
    whole length behind it, they are no word.
    """
    prefix = helpdesk_settings.REFERENCE_PREFIX
    code = _SEPARATORS.sub("", text).upper().removeprefix(prefix.upper())
    padded = normalise_reference(prefix + code.ljust(10, "0"))
    if padded is None or not text.upper().startswith(prefix.upper()) or len(code) < 3:
        return None
    if len(code) < 10 and not any(character.isdigit() for character in code):
        return None
    shown = len(code) + len(prefix) + (2 if len(code) > 5 else 1)
    return padded[:shown]


def find_by_address(text: str) -> QuerySet | None:
    """The requesters whose e-mail address or number begins as ``text`` does; ``None`` for other text."""
    contacts = Contact.objects.order_by()
    if "@" in text:
        return contacts.filter(email_key__startswith=normalise_email(text))
    if phones := phone_prefixes(text):
        return contacts.filter(reduce(or_, (Q(phone__startswith=phone) for phone in phones)))
    return None


def find_contacts(text: str) -> QuerySet | None:
    """``find_by_address``, else the requesters whose name holds every word; ``None`` for nobody's name."""
    text = clean_query(text)
    contacts = find_by_address(text)
    if contacts is not None:
        return contacts
    words = [word for word in text.split()[:10] if len(word) >= MIN_NAME_LETTERS]
    if not words:
        return None
    named = Q()
    for word in words:
        named &= Q(name__icontains=word)
    return Contact.objects.order_by().filter(named)


def phone_prefixes(text: str) -> list[str]:
    """How a number may begin as it is stored (+62…), from its first digits as people type them here.

    Empty for what is no number. A whole number is not required, so the library's parser is no help.
    """
    digits = "".join(_DIGIT.findall(text))
    if len(digits) < MIN_PHONE_DIGITS or not _PHONE.fullmatch(text):
        return []
    region = helpdesk_settings.PHONE_REGION
    country = phonenumbers.country_code_for_region(region)
    trunk = phonenumbers.ndd_prefix_for_region(region, True) or ""
    if text.lstrip("( ").startswith("+"):
        return [f"+{digits}"]
    if digits.startswith("00"):
        return [f"+{digits[2:]}"]
    if trunk and digits.startswith(trunk):
        return [f"+{country}{digits.removeprefix(trunk)}"]
    return [f"+{country}{digits}", f"+{digits}"]
