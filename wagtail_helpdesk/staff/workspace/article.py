"""Writing an article from a solved ticket: what it said, with the people taken out, for the writer to check."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ...knowledge.articles import closed_paths
from ...knowledge.drafting import VERB, draft_article, may_write_articles, topics_for
from ...knowledge.for_tickets import articles_from, topic_of_its_kind
from ...knowledge.proposal import Proposal, propose
from ...models import Ticket
from .attempts import INVALID, Attempt
from .base import TicketPage
from .summary import SummaryMixin
from .texts import PlainTextField, needed


class ArticleForm(SummaryMixin, forms.Form):
    """``topics`` are the pages that the article can be put below."""

    topic = forms.ChoiceField(
        label=gettext_lazy("Topic"), error_messages=needed(gettext_lazy("Select a topic."))
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=255,
        error_messages={"required": gettext_lazy("Enter a title.")},
        help_text=gettext_lazy("As a reader would ask, or what the article is about."),
    )
    summary = forms.CharField(
        label=gettext_lazy("Summary"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One or two sentences: shown in lists and in search results."),
    )
    question = PlainTextField(label=gettext_lazy("Question"), rows=8, required=False)
    answer = PlainTextField(
        label=gettext_lazy("Answer"),
        rows=12,
        error_messages={"required": gettext_lazy("Enter the answer.")},
    )

    def __init__(self, *args, topics: list[Any], **kwargs):
        super().__init__(*args, **kwargs)
        self.topics = {str(topic.pk): topic for topic in topics}
        self.fields["topic"].choices = topic_choices(topics)

    def clean_topic(self) -> Any:
        return self.topics[self.cleaned_data["topic"]]


class ArticleView(TicketPage):
    """GET shows the form, filled in from the ticket; POST makes the draft and leads to where it goes on."""

    template_name = "wagtail_helpdesk/staff/workspace/article.html"
    page_title = gettext_lazy("Write an article")
    header_icon = "doc-full"

    def get_queryset(self):
        related = ("site__root_page", "locale", "contact__organisation", "contact__user")
        return super().get_queryset().select_related(*related)

    def dispatch(self, request, *args, **kwargs):
        refusal = self.get_refusal()
        return self.back_to_ticket(refusal) if refusal else super().dispatch(request)

    def get_refusal(self) -> str:
        if not may_write_articles(self.request.user):
            return _("You may not write articles.")
        if self.ticket.is_live:
            return _("An article is written from a solved ticket. This one is not solved yet.")
        return ""

    @cached_property
    def topics(self) -> list[Any]:
        return topics_for(self.ticket, user=self.request.user)

    @cached_property
    def proposal(self) -> Proposal:
        return propose(self.ticket)

    def get(self, request):
        names = ("title", "summary", "question", "answer")
        initial = {name: getattr(self.proposal, name) for name in names}
        topic = topic_of_its_kind(self.ticket, self.topics)
        initial["topic"] = topic.pk if topic else None
        return self.show(ArticleForm(topics=self.topics, initial=initial))

    def post(self, request):
        form = ArticleForm(request.POST, topics=self.topics)
        if not form.is_valid():
            return self.show(form, status=INVALID)
        attempt = Attempt.of(
            form, VERB, lambda: draft_article(self.ticket, by=request.user, **form.cleaned_data)
        )
        if not attempt.succeeded:
            return self.show(form, status=attempt.status)
        return self.lead_on(attempt.result)

    def lead_on(self, page: Any) -> HttpResponse:
        """Where the page goes on: to its editor, or to whoever moderates it."""
        words = {"title": page.title}
        if page.permissions_for_user(self.request.user).can_edit():
            messages.success(
                self.request,
                _("“%(title)s” is a draft. Read it once more; then publish it or hand it in.")
                % words,
            )
            return redirect("wagtailadmin_pages:edit", page.pk)
        if page.workflow_in_progress:
            said = _("“%(title)s” is a draft, and handed to those who check articles.")
        else:
            said = _("“%(title)s” is a draft. Tell an editor: nobody is asked to check it.")
        messages.success(self.request, said % words)
        return self.back_to_ticket()

    def show(self, form: ArticleForm, *, status: int = 200) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=status)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        context.update(masked=self.proposal.masked, has_topics=bool(self.topics))
        return context


@dataclass(frozen=True)
class WrittenArticle:
    """A page that was written from a ticket, for a line about it. ``url`` is empty where it leads nowhere.

    ``state`` is empty where the reader may not read the page, and the title then says only that.
    """

    title: str
    state: str
    url: str

    @classmethod
    def of(cls, page: Any, user, closed: list[str]) -> "WrittenArticle":
        """``closed`` are the paths of pages that ``user`` may not read, with all that is below them."""
        may_edit = page.permissions_for_user(user).can_edit()
        if not may_edit and any(page.path.startswith(path) for path in closed):
            return cls(title=_("An article that you may not read"), state="", url="")
        url = (page.get_full_url() or "") if page.live else ""
        if may_edit:
            url = reverse("wagtailadmin_pages:edit", args=[page.pk])
        if page.live:
            state = pgettext("article", "published")
        elif page.workflow_in_progress:
            state = pgettext("article", "draft, being checked")
        else:
            state = pgettext("article", "draft")
        return cls(title=page.get_admin_display_title(), state=state, url=url)


def written_articles(ticket: Ticket, *, user, limit: int | None = None) -> list[WrittenArticle]:
    pages = list(articles_from(ticket).prefetch_workflow_states()[:limit])
    if not pages:
        return []
    _share_tasks(pages)
    closed = closed_paths(user)
    return [WrittenArticle.of(page, user, closed) for page in pages]


def _share_tasks(pages: list[Any]) -> None:
    """Let pages that wait at the same task have one object of it: what it looks up, it looks up once."""
    tasks: dict[int, Any] = {}
    for page in pages:
        state = page.current_workflow_state
        step = state.current_task_state if state else None
        if step is not None:
            step.task = tasks.setdefault(step.task_id, step.task)


def topic_choices(topics: list[Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Grouped by language, each with the topics it is in: "Router › Lamps"."""
    groups: dict[str, list[tuple[str, str]]] = {}
    above: list[Model] = []
    for topic in topics:
        above = [each for each in above if topic.path.startswith(each.path)] + [topic]
        name = " › ".join(each.get_admin_display_title() for each in above)
        if not topic.live:
            name = _("%(topic)s (draft)") % {"topic": name}
        groups.setdefault(topic.locale.get_display_name(), []).append((str(topic.pk), name))
    return list(groups.items())
