"""The ticket's page: its strip, the conversation, and the composer with its two ways out."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.models import EditingSession
from wagtail.admin.ui.components import MediaContainer

from ... import tickets
from ...knowledge.drafting import may_write_articles
from ...models import Channel, Priority, ReplyDraft, Status, Ticket, Verb
from ...tickets.checklists import checklists_of
from ...tickets.drafts import discard_draft, draft_of, with_draft
from ..shortcuts import has_shortcuts, shortcuts_of_a_ticket
from .article import written_articles
from .attempts import Attempt
from .base import TicketPage
from .canned import count_sent
from .clocks import clocks_of
from .composer import ComposerForm
from .going_on import GoingOnMixin, neighbour_urls
from .offers import offers_among, possible_verbs, waits_for_acceptance
from .presence import presence
from .procedure import show_checklists
from .sentences import label
from .side import side_panels
from .timeline import Timeline
from .turns import Turn, whose_turn
from .visits import planned_visits

#: Articles from the ticket that its strip names; the panel of details has all.
ARTICLES = 2
#: What only operations read.
UNSHOWN = {
    "idempotency_key", "link_nonce", "level_since", "level_stopped_seconds", "stopped_seconds",
    "promised_at",
}  # fmt: skip
#: Of the joined tables only what is shown: wide joins cost more than a query.
COLUMNS = [
    *(field.name for field in Ticket._meta.concrete_fields if field.name not in UNSHOWN),
    *(f"contact__{name}" for name in ("name", "email", "phone", "deactivated_at")),
    *(f"level__{name}" for name in ("name", "rank", "restricted", "on_site")),
    "complaint_type__name", "division__name",
]  # fmt: skip


class TicketView(GoingOnMixin, TicketPage):
    """Reading a ticket. The composer's buttons post to the two views below."""

    verb = Verb.REPLY

    template_name = "wagtail_helpdesk/staff/workspace/ticket.html"

    def get_queryset(self):
        return with_draft(super().get_queryset().only(*COLUMNS), by=self.request.user)

    def get(self, request, *args, **kwargs):
        return self.show(ComposerForm(ticket=self.ticket))

    def show(
        self, form: ComposerForm, *, attempt: Attempt | None = None, status: int = 200
    ) -> HttpResponse:
        self.checklists = checklists_of(self.ticket)
        self.timeline = Timeline(
            self.ticket,
            reader=self.request.user,
            fresh=attempt.fresh if attempt else 0,
            checklists=self.checklists,
        )
        context = self.get_context_data(form=form, attempt=attempt)
        return self.render_to_response(context, status=status)

    def get_page_title(self) -> str:
        return self.ticket.subject

    def get_ticket_crumbs(self):
        return [{"url": "", "label": self.ticket.reference}]

    @cached_property
    def possible(self) -> set[str]:
        """What may be done now: by the user's verbs and by the ticket's status."""
        possible = possible_verbs(
            self.ticket,
            user=self.request.user,
            steps=self.timeline.steps,
            visits=self.timeline.visits.values(),
        )
        return self.verbs & possible

    @property
    def assignee(self) -> str:
        return self.timeline.names.get(self.ticket.assignee_id, "")

    @property
    def turn(self) -> Turn:
        is_new = self.ticket.status == Status.NEW
        return whose_turn(
            self.ticket,
            assignee=self.assignee,
            is_accepted=not (is_new or waits_for_acceptance(self.timeline.steps)),
            unanswered_since=self.timeline.unanswered_since,
        )

    def get_side_panels(self) -> MediaContainer:
        return side_panels(self.ticket, self.request)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        user = self.request.user
        may_write = bool(self.possible & {Verb.REPLY, Verb.NOTE})
        is_new = may_write and not kwargs["form"].is_bound
        offers = offers_among(self.possible)
        is_live = self.ticket.is_live
        procedure, earlier_procedures = show_checklists(
            self.checklists,
            names=self.timeline.names,
            may_tick=Verb.TICK in self.possible,
            is_live=is_live,
        )
        context.update(
            timeline=self.timeline,
            # Django's get_…_display puts all choices into words to find one.
            status=label(Status, self.ticket.status),
            priority=label(Priority, self.ticket.priority),
            seen_version=kwargs["form"]["seen_version"].value() or "",
            first_offers=[offer for offer in offers if offer.first],
            more_offers=[offer for offer in offers if not offer.first],
            can_reply=Verb.REPLY in self.possible,
            can_note=Verb.NOTE in self.possible,
            is_mailed=self.ticket.contact.is_mailed,
            assignee=self.assignee,
            turn=self.turn,
            draft=draft_of(self.ticket) if is_new else None,
            draft_max=ReplyDraft.MAX_LENGTH,
            queue_url=self.queue_url,
            listing=self.listing,
            neighbours=neighbour_urls(self.ticket.pk, self.view_query) if self.listing else None,
            has_shortcuts=has_shortcuts(user),
            shortcuts=shortcuts_of_a_ticket(self.request) if has_shortcuts(user) else None,
            procedure=procedure,
            earlier_procedures=earlier_procedures,
            satisfaction=self.timeline.satisfaction,
            # While a ticket is open nothing is written from it, and most readings are then.
            articles=([] if is_live else written_articles(self.ticket, user=user, limit=ARTICLES)),
            can_write_article=not is_live and may_write_articles(user),
            clocks=clocks_of(self.ticket),
            visits=planned_visits(self.timeline),
            history_url=reverse("wagtail_helpdesk_admin:ticket_history", args=[self.ticket.pk]),
            editing_sessions=(
                presence(self.ticket, user=user) if may_write and "change" in self.verbs else None
            ),
        )
        return context


class ComposerView(TicketView):
    """Abstract: one of the composer's buttons. Whatever goes wrong, the page comes back with the text."""

    verb = ""

    def get(self, request, *args, **kwargs):
        return self.back_to_ticket()

    def post(self, request, *args, **kwargs):
        EditingSession.cleanup()  # reading makes no sessions, so it clears none away either
        form = ComposerForm(request.POST, request.FILES, ticket=self.ticket)
        form.is_valid()
        form.keep_files(request.user)
        if form.errors:
            return self.show(form, status=422)
        self.keep_place()
        attempt = Attempt.of(form, self.verb, lambda: self.write(form.cleaned_data, form.kept))
        if attempt.succeeded:
            messages.success(request, self.get_success_message(form.cleaned_data))
            self.clean_up(form)
            return self.go_on()
        self.look_up()
        if attempt.is_stale:
            attempt.fresh = self.ticket.version - form.cleaned_data["seen_version"]
            form.as_of(self.ticket.version)
        return self.show(form, attempt=attempt, status=attempt.status)

    def write(self, data, files) -> None:
        raise NotImplementedError

    def clean_up(self, form: ComposerForm) -> None:
        """What is left to do once the text is written."""
        discard_draft(self.ticket, by=self.request.user)

    def get_success_message(self, data) -> str:
        raise NotImplementedError


class ReplyView(ComposerView):
    verb = Verb.REPLY

    def write(self, data, files):
        tickets.reply(
            self.ticket,
            by=self.request.user,
            body=data["body"],
            attachments=files,
            status=data["status"] or None,
            channel=data["channel"] or Channel.WEB,
            seen_version=data["seen_version"],
        )

    def clean_up(self, form):
        super().clean_up(form)
        count_sent(form.canned, self.ticket)

    def get_success_message(self, data):
        if data["channel"] in ("", Channel.WEB) and self.ticket.contact.is_mailed:
            words = {"name": self.ticket.contact.name}
            return _("Your reply is on its way to %(name)s.") % words
        return _("Your reply is recorded.")


class NoteView(ComposerView):
    verb = Verb.NOTE

    def write(self, data, files):
        tickets.note(
            self.ticket,
            by=self.request.user,
            body=data["body"],
            attachments=files,
            seen_version=data["seen_version"],
        )

    def get_success_message(self, data):
        return _("Your private note is added.")
