"""Playing the written threads through the operations, in the order of their times."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.utils import translation
from wagtail.models import Locale, Site

from ... import tickets
from ...models import Attachment, Contact, Rule, Ticket
from ...models.messages import owner_key
from ...tickets.files import store
from .clock import moment_of, pretend
from .company import Company
from .data_files import Thread, file_path
from .procedures import step_key

#: Operations on the visit that was planned last.
OF_ONE_VISIT = {"report_visit", "call_off_visit", "confirm_visit"}
#: Tickets of the demonstration are known by this beginning of their idempotency key.
KEY = "helpdesk-demo:"


@dataclass
class Replay:
    company: Company
    site: Site
    now: datetime

    def __post_init__(self) -> None:
        #: thread key -> its ticket, as far as it has come
        self.tickets: dict[str, Ticket] = {}

    def play(self, threads: list[Thread]) -> dict[str, Ticket]:
        """Play all threads, interleaved as they happened; returns thread key -> ticket."""
        languages = {thread.key: thread.language for thread in threads}
        scheduled = [
            (moment, thread.language or languages[thread.follows], act)
            for thread in threads
            for moment, act in self._schedule(thread)
        ]
        # Stable, so that steps of one thread at one minute keep their order.
        for moment, language, act in sorted(scheduled, key=lambda item: item[0]):
            with pretend(moment), translation.override(language):
                act()
        return self.tickets

    def _schedule(self, thread: Thread) -> Iterator[tuple[datetime, Callable[[], Any]]]:
        begin = self._follow_up if thread.follows else self._submit
        yield moment_of(thread.at, now=self.now), partial(begin, thread)
        for step in thread.step:
            yield moment_of(step["at"], now=self.now), partial(self._act, thread, step)

    def _submit(self, thread: Thread) -> None:
        contact = self.company.contact(thread.contact)
        self.tickets[thread.key] = tickets.submit(
            site=self.site,
            contact=contact,
            complaint_type=self.company.types[thread.type],
            subject=thread.subject,
            body=thread.body,
            attachments=self._files(thread.files),
            channel=thread.channel,
            page=self._page(thread),
            locale=Locale.objects.filter(language_code=thread.language).first(),
            recorded_by=self.company.staff.get(thread.recorded_by),
            idempotency_key=f"{KEY}{thread.key}",
        )

    def _follow_up(self, thread: Thread) -> None:
        """The requester answers a ticket that was closed too long ago: that starts the next."""
        old = self.tickets[thread.follows]
        new = tickets.reply(old, by=old.contact, body=thread.body)
        if not isinstance(new, Ticket):
            raise TypeError(f"{thread.key}: {thread.follows} is not yet past reopening.")
        self.tickets[thread.key] = new

    def _act(self, thread: Thread, step: dict[str, Any]) -> None:
        ticket = self.tickets[thread.key]
        arguments = {
            name: self._argument(name, value)
            for name, value in step.items()
            if name not in {"at", "by", "do"}
        }
        if "files" in arguments:
            arguments["attachments"] = arguments.pop("files")
        if step["do"] == "tick":  # told by its place in the checklist
            arguments["step"] = step_key(ticket, arguments["step"])
        if step["do"] in OF_ONE_VISIT:
            arguments["visit"] = ticket.visits.order_by("pk").last()
        operation = getattr(tickets, step["do"])
        operation(ticket, by=self._actor(ticket, step["by"]), **arguments)

    def _actor(self, ticket: Ticket, name: str) -> Any:
        if name == "contact":
            return Contact.objects.get(pk=ticket.contact_id)
        if name.startswith("rule:"):
            return Rule(name.removeprefix("rule:"))
        return self.company.staff[name]

    def _argument(self, name: str, value: Any) -> Any:
        match name:
            case "to_level" | "level":
                return self.company.levels[value]
            case "division":
                return self.company.divisions[value]
            case "complaint_type":
                return self.company.types[value]
            case "assignee" | "engineer":
                return self.company.staff[value]
            case "into" | "to":
                return self.tickets[value]
            case "until" | "starts" | "ends":
                return moment_of(value, now=self.now)
            case "files":
                return self._files(value)
        return value

    def _files(self, names: list[str]) -> list[Attachment]:
        key = owner_key("demo", KEY)
        return [
            store(ContentFile(file_path(name).read_bytes(), name=name), owner_key=key)
            for name in names
        ]

    def _page(self, thread: Thread) -> Any:
        """The page of this name below the front page of the thread's language, if there is one."""
        if not thread.page:
            return None
        locale = Locale.objects.filter(language_code=thread.language).first()
        front = locale and self.site.root_page.get_translation_or_none(locale)
        return front.get_children().live().filter(slug=thread.page).first() if front else None
