"""From ticket to ticket, in the view of the queue that the page was opened from (``?view=…``)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages as wagtail_messages

from ...models import Verb
from ..queue.neighbours import Place, neighbour, next_after
from .base import TicketPage

#: What takes a ticket out of somebody's hands: then they usually want the next. (Merging leads to the other one.)
PASSING = {Verb.ESCALATE, Verb.HAND_BACK, Verb.ASSIGN, Verb.WAIT, Verb.SOLVE, Verb.CLOSE}
#: What else one may go on after, where one says so.
WORKING = {Verb.REPLY, Verb.NOTE, Verb.TRIAGE}
#: In the session: what was chosen last for either kind.
CHOSEN = "wagtail_helpdesk_goes_on"


class NeighbourView(TicketPage):
    """Leads to the next ticket of the view, or the previous one; at its end, to the queue."""

    back = False

    def get(self, request, *args, **kwargs):
        if self.listing is None:
            return self.back_to_ticket()
        place = Place.of(self.ticket, self.listing)
        found = neighbour(self.listing, place, back=self.back)
        if found is not None:
            return self.to_ticket(found)
        words = {"view": self.listing.view.label}
        at_the_end = (
            _("There is no ticket before that one in “%(view)s”.")
            if self.back
            else _("That was the last ticket in “%(view)s”.")
        )
        messages.info(request, at_the_end % words)
        return redirect(self.queue_url)


class GoingOnMixin:
    """For pages that do something with the ticket and may lead on to the next one.

    Call ``keep_place()`` before the operation and ``go_on()`` when it is done.
    """

    verb: str
    place: Place | None = None

    @property
    def may_go_on(self) -> bool:
        return self.listing is not None and self.verb in PASSING | WORKING

    @cached_property
    def goes_on(self) -> bool:
        """What the form says; before that, what was chosen last for such a verb."""
        if self.request.method == "POST":
            return "go_on" in self.request.POST
        return self.chosen_for(self.verb)

    def chosen_for(self, verb: str) -> bool:
        """Where nothing was chosen: on, after passing on, in a view of work to do."""
        chosen = self.request.session.get(CHOSEN, {})
        return bool(chosen.get(_kind(verb), verb in PASSING and self.listing.view.is_work))

    def keep_place(self) -> None:
        """Operations change what the order goes by, so the place is taken down before."""
        if self.may_go_on:
            self.place = Place.of(self.ticket, self.listing)

    def go_on(self) -> HttpResponse:
        if self.place is None:
            return self.back_to_ticket()
        self._remember()
        if not self.goes_on:
            return self.back_to_ticket()
        found = next_after(self.listing, self.place, besides=self.ticket.pk)
        view = {"view": self.listing.view.label}
        if found is None:
            messages.info(self.request, _("There is no other ticket in “%(view)s”.") % view)
            return redirect(self.queue_url)
        back = _("Back to %(ticket)s") % {"ticket": self.ticket.reference}
        wagtail_messages.info(
            self.request,
            _("This is the next ticket in “%(view)s”.") % view,
            buttons=[wagtail_messages.button(f"{self.ticket_url}{self.view_query}", back)],
        )
        return self.to_ticket(found)

    def _remember(self) -> None:
        if self.goes_on != self.chosen_for(self.verb):
            chosen = self.request.session.get(CHOSEN, {})
            self.request.session[CHOSEN] = {**chosen, _kind(self.verb): self.goes_on}

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context["go_on_to"] = self.listing.view.label if self.may_go_on else ""
        context["goes_on"] = self.may_go_on and self.goes_on
        return context


def _kind(verb: str) -> str:
    return "passing" if verb in PASSING else "working"


def neighbour_urls(pk: int, view_query: str) -> dict[str, str]:
    """Where the links to the neighbours lead: which those are is looked up by who follows one."""
    return {
        name: reverse(f"wagtail_helpdesk_admin:ticket_{name}", args=[pk]) + view_query
        for name in ("next", "previous")
    }
