"""The line that those above leave for the lowest level when they end a ticket that came from there."""

import logging
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _

from ....knowledge import lessons
from ....models import Message
from ....tickets.texts import clean_line
from .base import OperationForm

logger = logging.getLogger(__name__)


class LessonForm(OperationForm):
    """Adds ``lesson`` where there is somebody to teach."""

    lesson = forms.CharField(required=False, max_length=500)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        level = lessons.level_to_teach(self.ticket, user=self.user)
        if level is None:
            del self.fields["lesson"]
            return
        words = {"level": level.display_name}
        field = self.fields["lesson"]
        field.label = _("One line that would let “%(level)s” answer it next time") % words
        field.help_text = _(
            "It becomes the draft of an article for staff only, with names and numbers masked. "
            "Leave it empty where there is nothing to learn."
        )


class LessonMixin:
    """For views of operations that end a ticket. Whatever becomes of the line, the ticket is ended."""

    lesson = ""

    def take_lesson(self, data: dict[str, Any]) -> dict[str, Any]:
        """``data`` without the line, which is kept for later."""
        self.lesson = clean_line(data.get("lesson", ""))
        return {name: value for name, value in data.items() if name != "lesson"}

    def get_success_response(self, result: Any) -> HttpResponse:
        if self.lesson:
            self._keep()
        return super().get_success_response(result)

    def _keep(self) -> None:
        by = self.request.user
        try:
            with transaction.atomic():
                kept = lessons.keep_lesson(self.ticket, by=by, line=self.lesson)
        except Exception:
            logger.exception("The lesson of ticket %s could not be drafted.", self.ticket)
            kept = self._keep_as_note()
        if kept is None:
            said = _("Your line could not be kept. Copy it from here: “%(line)s”")
            messages.error(self.request, said % {"line": self.lesson})
        elif isinstance(kept, Message):
            said = _("No draft could be made of your line: it is kept as a private note.")
            messages.warning(self.request, said)
        else:
            said = _("Your line is kept as the draft “%(title)s”, for staff only.")
            messages.success(self.request, said % {"title": kept.title})

    def _keep_as_note(self) -> Message | None:
        try:
            with transaction.atomic():
                return lessons.keep_as_note(self.ticket, by=self.request.user, line=self.lesson)
        except Exception:
            logger.exception("The lesson of ticket %s could not be kept.", self.ticket)
            return None
