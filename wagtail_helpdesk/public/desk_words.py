"""What requesters call a level and a division, and by when a type is usually answered.

Five tables hold these few words, and every page about a ticket shows them, so they are kept: see ``memory``.
"""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models.signals import post_delete, post_save
from django.utils.translation import get_language

from ..models import ComplaintType, Division, SupportLevel, Ticket
from .memory import SECONDS, forget, languages

MODELS = {"level": SupportLevel, "division": Division, "complaint_type": ComplaintType}


@dataclass(frozen=True)
class DeskWords:
    """In one language."""

    level: str
    division: str
    answer_time: str


def desk_words(ticket: Ticket) -> DeskWords:
    """The words for ``ticket`` in the active language."""
    language = get_language() or ""
    known = cache.get_many(_keys_of(ticket, language))
    if len(known) < len(MODELS):
        ticket = Ticket.objects.select_related(*MODELS).get(pk=ticket.pk)
        words = (
            ticket.level.name_in(),
            ticket.division.name_in(),
            ticket.complaint_type.answer_time_in(),
        )
        known = dict(zip(_keys_of(ticket, language), words, strict=True))
        cache.set_many(known, SECONDS)
    return DeskWords(*(known[key] for key in _keys_of(ticket, language)))


def forget_when_something_changes() -> None:
    """Called once, when Django is ready."""
    for kind, model in MODELS.items():
        for sender in (model, model.names.rel.related_model):
            for signal in (post_save, post_delete):
                signal.connect(_forget_words, sender=sender, dispatch_uid=f"{__name__}.{kind}")


def _forget_words(instance: Any, **kwargs: Any) -> None:
    for kind, model in MODELS.items():
        pk = instance.pk if isinstance(instance, model) else getattr(instance, f"{kind}_id", None)
        if pk is not None:
            forget(_key(kind, pk, language) for language in languages())


def _keys_of(ticket: Ticket, language: str) -> list[str]:
    return [_key(kind, getattr(ticket, f"{kind}_id"), language) for kind in MODELS]


def _key(kind: str, pk: int, language: str) -> str:
    return f"wagtail_helpdesk:{kind}:1:{pk}:{language}"
