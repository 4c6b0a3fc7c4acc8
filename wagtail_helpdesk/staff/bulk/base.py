"""What the bulk actions on tickets share.

Wagtail's ``BulkAction`` asks no permission, and "all in the listing" means every row of the table.
Here a selection is always a part of what the user may see; a ticket that the verb is refused for
is listed with the reason; and each ticket goes through its operation in a transaction of its own,
so one refusal undoes nothing else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.views.bulk_action import BulkAction

from ...conf import helpdesk_settings
from ...models import Ticket
from ...tickets import OperationError, StaleTicket
from ..queue.listing import Listing

#: Refused tickets that the message afterwards names; the rest are counted.
NAMED_AFTERWARDS = 5
NOT_YOURS = gettext_lazy("It is above your level, or not in your divisions.")
RELATED = ("level", "division__leader", "assignee", "contact", "complaint_type", "site")


@dataclass
class Selection:
    """The tickets that were ticked, as far as the user may see them, and what stands against each."""

    tickets: list[Ticket] = field(default_factory=list)
    #: ticket key -> why the action passes it over
    refused: dict[int, str] = field(default_factory=dict)
    #: How many were asked for that the user may not see, or that are gone.
    unseen: int = 0
    #: There were more than ``BULK_MAX``; these are the first in the order of the list.
    cut: bool = False
    #: ticket key -> version that the user has confirmed
    versions: dict[int, int] = field(default_factory=dict)

    @property
    def actionable(self) -> list[Ticket]:
        return [ticket for ticket in self.tickets if ticket.pk not in self.refused]

    @property
    def skipped(self) -> list[tuple[Ticket, str]]:
        return [
            (ticket, self.refused[ticket.pk])
            for ticket in self.tickets
            if ticket.pk in self.refused
        ]

    def confirmation(self) -> str:
        """The actionable ones with their versions, for the form: what is confirmed is what is done."""
        return ",".join(f"{ticket.pk}-{ticket.version}" for ticket in self.actionable)


def is_number(text: str) -> bool:
    """Whether ``int`` reads it, and a database takes it for a key: "²" is a digit, but no number."""
    return text.isdecimal() and len(text) < 19


class TicketBulkAction(BulkAction):
    models = [Ticket]
    #: The operation, and the permission for it.
    verb = ""

    # What a subclass says

    def objection(self, ticket: Ticket) -> str:
        """Why this can't be done to ``ticket``, as far as one can know beforehand; else empty."""
        return ""

    def operate(self, ticket: Ticket, *, seen_version: int | None) -> None:
        """Call the operation."""
        raise NotImplementedError

    # The selection

    @cached_property
    def listing(self) -> Listing:
        return Listing(self.request)

    @cached_property
    def selection(self) -> Selection:
        selection = self._confirmed() or self._asked_for()
        desk = self.listing.desk
        for ticket in selection.tickets:
            if not desk.policy.verbs_for(self.request.user, ticket, [self.verb], desk.reach):
                selection.refused[ticket.pk] = str(NOT_YOURS)
            elif reason := self.objection(ticket):
                selection.refused[ticket.pk] = reason
        return selection

    def _confirmed(self) -> Selection | None:
        """What the confirmation page listed, in its words: later arrivals are not confirmed."""
        versions: dict[int, int] = {}
        for pair in self.request.POST.get("confirmed", "").split(","):
            key, _dash, version = pair.partition("-")
            if is_number(key) and is_number(version):
                versions[int(key)] = int(version)
        if not versions:
            return None
        return self._select(list(versions), versions)

    def _asked_for(self) -> Selection:
        asked = self.request.GET.getlist("id")
        if "all" not in asked:
            return self._select([int(key) for key in asked if is_number(key)])
        limit = helpdesk_settings.BULK_MAX
        tickets = list(self.listing.ordered.select_related(*RELATED)[: limit + 1])
        return Selection(tickets=tickets[:limit], cut=len(tickets) > limit)

    def _select(self, keys: list[int], versions: dict[int, int] | None = None) -> Selection:
        limit = helpdesk_settings.BULK_MAX
        keys = list(dict.fromkeys(keys))
        kept = keys[:limit]
        tickets = self.listing.desk.visible.filter(pk__in=kept).select_related(*RELATED)
        found = sorted(tickets, key=lambda ticket: kept.index(ticket.pk))
        return Selection(
            tickets=found,
            unseen=len(kept) - len(found),
            cut=len(keys) > limit,
            versions=versions or {},
        )

    # What Wagtail asks

    def dispatch(self, request, *args: Any, **kwargs: Any):
        if not self.listing.desk.policy.user_has_permission(request.user, self.verb):
            raise PermissionDenied
        if not self.selection.tickets:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def check_perm(self, obj: Ticket) -> bool:
        return obj.pk not in self.selection.refused

    def get_actionable_objects(self):
        selection = self.selection
        skipped = [ticket for ticket, _reason in selection.skipped]
        return selection.actionable, {"items_with_no_access": skipped}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["selection"] = self.selection
        context["bulk_max"] = helpdesk_settings.BULK_MAX
        return context

    def form_valid(self, form):
        """Wagtail's own runs everything in one transaction; here each ticket has its own."""
        self.cleaned_form = form
        tickets = self.selection.actionable
        if response := self._run_hooks("before_bulk_action", tickets):
            return response
        done, failed = self._operate_on(tickets)
        if response := self._run_hooks("after_bulk_action", tickets):
            return response
        self._report(done, [*self.selection.skipped, *failed])
        return redirect(self.next_url)

    def _operate_on(self, tickets: Iterable[Ticket]) -> tuple[int, list[tuple[Ticket, str]]]:
        done, failed = 0, []
        for ticket in tickets:
            try:
                self.operate(ticket, seen_version=self.selection.versions.get(ticket.pk))
            except StaleTicket:
                failed.append((ticket, _("It has changed since you looked.")))
            except OperationError as error:
                failed.append((ticket, str(error).removeprefix(f"{ticket.reference}: ")))
            except PermissionDenied:
                failed.append((ticket, str(NOT_YOURS)))
            except ValidationError as error:
                failed.append((ticket, " ".join(error.messages)))
            except Ticket.DoesNotExist:
                failed.append((ticket, _("It is gone.")))
            else:
                done += 1
        return done, failed

    def _run_hooks(self, name: str, tickets: list[Ticket]):
        for hook in hooks.get_hooks(name):
            result = hook(self.request, self.action_type, tickets, self)
            if hasattr(result, "status_code"):
                return result
        return None

    def _report(self, done: int, skipped: list[tuple[Ticket, str]]) -> None:
        if done:
            messages.success(self.request, self.get_success_message(done, 0))
        if not skipped:
            return
        named = [f"{ticket.reference} ({reason})" for ticket, reason in skipped[:NAMED_AFTERWARDS]]
        message = ngettext(
            "%(number)d ticket was left as it is: %(named)s",
            "%(number)d tickets were left as they are: %(named)s",
            len(skipped),
        ) % {"number": len(skipped), "named": "; ".join(named)}
        if len(skipped) > NAMED_AFTERWARDS:
            message += "; …"
        messages.warning(self.request, message)
