"""Writing an article from a ticket: a draft page, which then goes the way of every page of the site."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Site
from wagtail.permissions import policy_registry
from wagtail.rich_text import RichText

from ..conf import helpdesk_settings
from ..models import ArticleSource, Ticket
from ..tickets import InvalidTransition
from ..tickets.texts import check_length, clean_line, clean_text, require_text
from .articles import article_models, closed_paths, topic_models
from .for_tickets import locale_of

VERB = "draft_article"
PERMISSIONS = ("wagtail_helpdesk.write_article", "wagtail_helpdesk.manage_helpdesk")
#: The same texts of the same writer about the same ticket are one draft: its translation key is made of them.
_DRAFTS = uuid.UUID("0c9e8c07-5dc8-4b0c-9d0c-3c2a3c1f7a52")


def draft_article(
    ticket: Ticket,
    *,
    by,
    topic: Any,
    title: str,
    answer: str,
    summary: str = "",
    question: str = "",
    internal: bool = False,
) -> Any:
    """Make a draft page below ``topic`` and answer it; ``by`` is its owner.

    The texts are taken as they are: ``proposal`` masks, and a person checks. Asked for again with the same
    texts, it answers the page that there is. Where ``by`` may not edit the page, it is handed to the
    topic's workflow.

    Raises ``PermissionDenied``, ``InvalidTransition`` (the ticket is not solved), ``ValidationError``.
    """
    limit = helpdesk_settings.STAFF_BODY_MAX_LENGTH
    texts = {
        "title": _title(title),
        "summary": check_length(clean_line(summary), 300, "summary"),
        "question": check_length(clean_text(question), limit, "question"),
        "answer": require_text(answer, limit, "answer"),
    }
    with transaction.atomic():
        row = _claim(ticket, by=by)
        topic = _claim_topic(topic, row, by=by)
        key = _key(row, topic, by, texts, internal=internal)
        page = _made_before(key, topic)
        if page is None:
            page = _make(row, topic, by, texts, key, internal=internal)
            hand_to_workflow(page, by=by)
    return page


def may_write_articles(user) -> bool:
    """Whether ``user`` may write articles from the tickets that they read."""
    return user.is_active and any(user.has_perm(permission) for permission in PERMISSIONS)


def may_draft_from(ticket: Ticket, *, user) -> bool:
    policy = policy_registry.get_by_type(Ticket)
    return may_write_articles(user) and policy.user_has_permission_for_instance(
        user, "view", ticket
    )


def topics_for(ticket: Ticket, *, user) -> list[Any]:
    """The topics of the ticket's site that take articles: those in its language first, then by the tree.

    Drafts too, but none that the site keeps from ``user``.
    """
    roots = _roots(ticket.site)
    closed = tuple(closed_paths(user))
    topics = [
        topic
        for model in topic_models()
        for topic in model.objects.select_related("locale").order_by("path")
        if topic.path.startswith(roots) and not topic.path.startswith(closed)
    ]
    own = locale_of(ticket).pk
    topics = [topic for topic in topics if article_model_below(topic)]
    return sorted(topics, key=lambda topic: (topic.locale_id != own, topic.path))


def article_model_below(topic: Any) -> Any | None:
    """The kind of article page that may be made below ``topic``."""
    allowed = type(topic).allowed_subpage_models()
    return next((model for model in article_models() if model in allowed), None)


def hand_to_workflow(page: Any, *, by) -> bool:
    """Start the workflow of the page's place; whoever may edit the page does that there, when it is ready."""
    if page.permissions_for_user(by).can_edit():
        return False
    workflow = page.get_workflow()
    if workflow is None:
        return False
    workflow.start(page, by)
    return True


def _title(title: str) -> str:
    title = check_length(clean_line(title), 255, "title")
    if not title:
        raise ValidationError({"title": _("Enter a title.")})
    return title


def _claim(ticket: Ticket, *, by) -> Ticket:
    """The ticket as it is now; who writes from it too must wait (row locks do nothing on SQLite)."""
    Ticket.objects.filter(pk=ticket.pk).update(version=F("version"))
    row = Ticket.objects.select_related("site", "locale", "complaint_type").get(pk=ticket.pk)
    if not may_draft_from(row, user=by):
        raise PermissionDenied(
            _("You may not do this with ticket %(ticket)s: %(verb)s.")
            % {"ticket": row.reference, "verb": VERB}
        )
    if row.is_live:
        said = _("it is not solved yet.")
        raise InvalidTransition(f"{row.reference}: {said}", verb=VERB, ticket=row)
    return row


def _claim_topic(topic: Any, ticket: Ticket, *, by) -> Any:
    """Fresh, because the place of the new page is worked out from it."""
    if topic not in topics_for(ticket, user=by):
        raise ValidationError({"topic": _("Select a topic of the ticket's site.")})
    return type(topic).objects.select_for_update().get(pk=topic.pk)


def _roots(site: Site) -> tuple[str, ...]:
    roots = site.root_page.get_translations(inclusive=True)
    return tuple(roots.values_list("path", flat=True))


def _key(ticket, topic, by, texts: dict[str, str], *, internal: bool) -> uuid.UUID:
    parts = [ticket.reference, topic.pk, by.pk, internal, *texts.values()]
    return uuid.uuid5(_DRAFTS, "\x1f".join(map(str, parts)))


def _made_before(key: uuid.UUID, topic: Any) -> Any | None:
    model = article_model_below(topic)
    return model.objects.filter(translation_key=key, locale=topic.locale_id).first()


def _make(ticket, topic, by, texts: dict[str, str], key, *, internal: bool) -> Any:
    page = article_model_below(topic)(
        title=texts["title"],
        summary=texts["summary"],
        internal=internal,
        live=False,
        owner=by,
        locale=topic.locale,
        translation_key=key,
    )
    page.body = _blocks(page, texts["question"], texts["answer"])
    page.complaint_types = [ticket.complaint_type]
    topic.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    ArticleSource.objects.create(page_id=page.pk, ticket=ticket, written_by=by)
    log(instance=ticket, action=f"wagtail_helpdesk.{VERB}", user=by, data={"page": page.pk})
    return page


def _blocks(page: Any, question: str, answer: str) -> list[tuple[str, Any]]:
    """Question and answer under headings of their own; an answer alone without."""
    if not question:
        return [_paragraph(answer)]
    with translation.override(page.locale.language_code):
        headings = [_("Question"), _("Answer")]
    if "heading" not in page.body.stream_block.child_blocks:
        return [_paragraph(question), _paragraph(answer)]
    return [
        ("heading", headings[0]),
        _paragraph(question),
        ("heading", headings[1]),
        _paragraph(answer),
    ]


def _paragraph(text: str) -> tuple[str, RichText]:
    parts = [escape(part.strip()) for part in text.split("\n\n") if part.strip()]
    html = "".join("<p>{}</p>".format(part.replace("\n", "<br/>")) for part in parts)
    return "paragraph", RichText(html)
