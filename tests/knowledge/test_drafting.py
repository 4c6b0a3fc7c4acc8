"""From a ticket to a draft page: whose it is, where it stands, and that one click makes one."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from wagtail.log_actions import registry
from wagtail.models import (
    GroupPagePermission,
    Page,
    PageViewRestriction,
    Site,
    TaskState,
    Workflow,
    WorkflowPage,
)

from tests.factories import make_ticket, make_user
from wagtail_helpdesk import knowledge, tickets
from wagtail_helpdesk.knowledge.drafting import draft_article, topics_for
from wagtail_helpdesk.knowledge.for_tickets import articles_from, topic_of_its_kind
from wagtail_helpdesk.knowledge.proposal import propose
from wagtail_helpdesk.models import ArticleSource, Attachment, Contact, Organisation
from wagtail_helpdesk.pages.models import ArticlePage, KnowledgeBasePage, TopicPage
from wagtail_helpdesk.tickets import InvalidTransition

TEXTS = {"title": "A lamp stays dark", "answer": "Change the bulb."}


@pytest.fixture
def solved(desk, ticket):
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed", solution="A new bulb")
    return ticket


@pytest.fixture
def no_workflow(db):
    """Wagtail comes with one for the whole tree."""
    WorkflowPage.objects.all().delete()


def texts_of(page):
    return [(block.block_type, str(block.value)) for block in page.body]


# --- The draft ----------------------------------------------------------------------------------


def test_a_draft_of_the_ticket_s_kind(desk, library, solved, no_workflow):
    page = draft_article(
        solved,
        by=desk.first_level1,
        topic=library.topic,
        title="A <b>lamp</b> stays\ndark",
        summary="A new\nbulb helps.",
        question="Why is it dark?\nAnd cold?\n\nPlease <help>.",
        answer="Change the bulb.",
    )
    page = ArticlePage.objects.get(pk=page.pk)
    assert (page.live, page.owner, page.internal) == (False, desk.first_level1, False)
    assert page.title == "A <b>lamp</b> stays dark" and page.summary == "A new bulb helps."
    assert page.get_parent().specific == library.topic
    assert page.locale == library.topic.locale
    assert list(page.complaint_types.all()) == [solved.complaint_type]
    assert texts_of(page) == [
        ("heading", "Question"),
        ("paragraph", "<p>Why is it dark?<br/>And cold?</p><p>Please &lt;help&gt;.</p>"),
        ("heading", "Answer"),
        ("paragraph", "<p>Change the bulb.</p>"),
    ]
    revision = page.latest_revision
    assert revision.user == desk.first_level1
    assert revision.as_object().summary == "A new bulb helps."
    source = ArticleSource.objects.get()
    assert (source.page_id, source.ticket, source.written_by) == (
        page.pk,
        solved,
        desk.first_level1,
    )
    assert list(articles_from(solved)) == [page.page_ptr]
    assert not knowledge.find("dark lamp bulb").hits
    assert not mail.outbox


def test_what_was_done_is_in_both_logs_and_nothing_changed_at_the_ticket(
    desk, library, solved, no_workflow
):
    version = solved.version
    page = draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    solved.refresh_from_db()
    assert solved.version == version
    log = registry.get_logs_for_instance(solved).get(action="wagtail_helpdesk.draft_article")
    assert (log.user, log.data) == (desk.first_level1, {"page": page.pk})
    actions = registry.get_logs_for_instance(page).values_list("action", "user")
    assert set(actions) == {
        ("wagtail.create", desk.first_level1.pk),
        ("wagtail.edit", desk.first_level1.pk),
    }


def test_an_answer_alone_needs_no_headings(desk, library, solved):
    page = draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    assert texts_of(page) == [("paragraph", "<p>Change the bulb.</p>")]


def test_headings_are_in_the_language_of_the_topic(desk, library, solved):
    page = draft_article(
        solved, by=desk.first_level1, topic=library.indonesian(), question="Kenapa?", **TEXTS
    )
    assert page.locale.language_code == "id"
    assert [text for kind, text in texts_of(page) if kind == "heading"] == [
        "Pertanyaan",
        "Jawaban",
    ]


def test_an_internal_draft_is_closed_before_it_is_published(desk, library, solved):
    page = draft_article(solved, by=desk.first_level1, topic=library.topic, internal=True, **TEXTS)
    assert page.internal
    assert PageViewRestriction.objects.get().page_id == page.pk


def test_twice_is_once(desk, library, solved):
    first = draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    again = draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    assert first == again
    assert TaskState.objects.count() == 1
    # Another text, writer, place or readership is another draft.
    changed = {**TEXTS, "answer": "Change the wire."}
    draft_article(solved, by=desk.first_level1, topic=library.topic, **changed)
    draft_article(solved, by=desk.first_level2, topic=library.topic, **TEXTS)
    draft_article(solved, by=desk.first_level1, topic=library.indonesian(), **TEXTS)
    draft_article(solved, by=desk.first_level1, topic=library.topic, internal=True, **TEXTS)
    assert ArticleSource.objects.filter(ticket=solved).count() == 5


def test_once_it_is_published_it_is_not_made_anew(desk, library, solved):
    page = draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    page.get_latest_revision().publish()
    assert draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS) == page
    page.delete()
    assert draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS) != page


def test_a_draft_with_the_title_of_another_article(desk, library, solved):
    other = library.article(TEXTS["title"])
    page = draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    assert page.slug != other.slug


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " \x00 "),
        ("title", "a" * 256),
        ("summary", "a" * 301),
        ("answer", "\u200b"),
        ("answer", "a" * 50_001),
        ("question", "a" * 50_001),
    ],
)
def test_what_does_not_fit_makes_no_draft(desk, library, solved, field, value):
    with pytest.raises(ValidationError) as error:
        draft_article(solved, by=desk.first_level1, topic=library.topic, **{**TEXTS, field: value})
    assert field in error.value.message_dict or field == "answer"
    assert not ArticlePage.objects.exists()


def test_if_anything_fails_nothing_is_made(desk, library, solved, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("wagtail_helpdesk.knowledge.drafting.log", fail)
    with pytest.raises(RuntimeError):
        draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    assert not ArticlePage.objects.exists() and not ArticleSource.objects.exists()
    assert library.topic.get_children().count() == 0


# --- Who may -------------------------------------------------------------------------------------


def test_without_the_permission(desk, library, solved):
    desk.agents.permissions.remove(Permission.objects.get(codename="write_article"))
    reader = type(desk.first_level1).objects.get(pk=desk.first_level1.pk)
    with pytest.raises(PermissionDenied):
        draft_article(solved, by=reader, topic=library.topic, **TEXTS)
    assert not ArticlePage.objects.exists()
    # "Can see and do everything in the help desk" is everything.
    everything = Group.objects.create(name="Everything")
    everything.permissions.add(Permission.objects.get(codename="manage_helpdesk"))
    boss = make_user("boss", groups=[everything])
    assert draft_article(solved, by=boss, topic=library.topic, **TEXTS)


@pytest.mark.parametrize("who", ["second_level1", "second_leader", "outsider", "nobody"])
def test_without_the_ticket(desk, library, solved, who):
    with pytest.raises(PermissionDenied):
        draft_article(solved, by=getattr(desk, who), topic=library.topic, **TEXTS)
    assert not ArticlePage.objects.exists()


def test_out_of_a_restricted_level(desk, library, ticket):
    desk.level2.restricted = True
    desk.level2.save()
    tickets.escalate(ticket, by=desk.first_leader, reason="needs-deeper-knowledge", note="Dark.")
    tickets.solve(ticket, by=desk.first_level2, outcome="fixed", solution="A new bulb")
    with pytest.raises(PermissionDenied):
        draft_article(ticket, by=desk.first_level1, topic=library.topic, **TEXTS)
    assert draft_article(ticket, by=desk.first_level2, topic=library.topic, **TEXTS)


def test_somebody_who_is_gone(desk, library, solved):
    desk.first_level1.is_active = False
    with pytest.raises(PermissionDenied):
        draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)


def test_only_what_is_solved_has_an_answer(desk, library, ticket):
    with pytest.raises(InvalidTransition):
        draft_article(ticket, by=desk.first_level1, topic=library.topic, **TEXTS)
    tickets.close(ticket, by=desk.first_level1)
    assert draft_article(ticket, by=desk.first_level1, topic=library.topic, **TEXTS)
    # The caller's ticket may be old.
    stale = type(ticket).objects.get(pk=ticket.pk)
    tickets.reopen(ticket, by=desk.first_level1)
    with pytest.raises(InvalidTransition):
        draft_article(stale, by=desk.first_level1, topic=library.topic, **TEXTS)


# --- Where ----------------------------------------------------------------------------------------


def other_site(library):
    root = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    site = Site.objects.create(hostname="other.example", root_page=root)
    base = library._add(root, KnowledgeBasePage(title="Help", slug="help"))
    return site, library._add(base, TopicPage(title="Elsewhere", slug="elsewhere"))


def test_topics_of_the_site_those_of_the_requester_s_language_first(desk, library, solved):
    indonesian = library.indonesian()
    nested = library._add(library.topic, TopicPage(title="Router", slug="router", live=False))
    other_site(library)
    user = desk.first_level1
    assert topics_for(solved, user=user) == [library.topic, nested, indonesian]
    solved.locale = indonesian.locale
    assert topics_for(solved, user=user) == [indonesian, library.topic, nested]


def test_a_topic_of_another_site_is_refused(desk, library, solved):
    _site, topic = other_site(library)
    with pytest.raises(ValidationError):
        draft_article(solved, by=desk.first_level1, topic=topic, **TEXTS)
    with pytest.raises(ValidationError):
        draft_article(solved, by=desk.first_level1, topic=library.base, **TEXTS)


def test_a_topic_that_is_closed_to_the_writer_is_not_offered(desk, library, solved):
    restriction = PageViewRestriction.objects.create(page=library.topic, restriction_type="groups")
    restriction.groups.add(desk.managers)
    assert topics_for(solved, user=desk.first_level1) == []
    assert topics_for(solved, user=desk.manager) == [library.topic]
    with pytest.raises(ValidationError):
        draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)


def test_the_topic_of_the_same_complaint_type(desk, library, solved):
    other = library._add(library.base, TopicPage(title="Lamps", slug="lamps"))
    topics = topics_for(solved, user=desk.first_level1)
    assert topic_of_its_kind(solved, topics) is None
    library.article("About another type").complaint_types.set([])
    page = library.article("About lamps", parent=other)
    page.complaint_types.set([solved.complaint_type])
    page.save()
    assert topic_of_its_kind(solved, topics) == other
    # Not in another language.
    solved.locale = library.indonesian().locale
    assert topic_of_its_kind(solved, topics_for(solved, user=desk.first_level1)) is None


# --- What then -------------------------------------------------------------------------------------


def test_who_may_not_edit_hands_it_to_the_workflow(desk, library, solved):
    page = draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    state = page.current_workflow_state
    assert state.requested_by == desk.first_level1
    assert page.workflow_in_progress


def test_who_may_edit_hands_it_in_when_it_is_ready(desk, library, solved):
    GroupPagePermission.objects.create(
        group=desk.agents,
        page=library.base,
        permission=Permission.objects.get(
            codename="add_page", content_type__app_label="wagtailcore"
        ),
    )
    page = draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    assert page.permissions_for_user(desk.first_level1).can_edit()
    assert not page.workflow_in_progress


def test_without_a_workflow_it_stays_a_draft(desk, library, solved, no_workflow):
    page = draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    assert not page.workflow_in_progress and not page.live


def test_a_draft_that_was_sent_back_is_not_handed_in_by_a_second_click(desk, library, solved):
    page = draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    page.current_workflow_state.cancel(user=desk.superuser)
    draft_article(solved, by=desk.first_level1, topic=library.topic, **TEXTS)
    assert not page.workflow_in_progress


def test_from_the_ticket_to_an_article_that_is_found(desk, library, solved):
    """Through Wagtail's own moderation."""
    moderators = Workflow.objects.get().tasks.first().specific
    moderator = make_user("moderator", groups=[moderators.groups.get()])
    page = draft_article(
        solved,
        by=desk.first_level1,
        topic=library.topic,
        title="A lamp over the door stays dark",
        question="Since Monday it is dark.",
        answer="Change the bulb.",
    )
    assert not knowledge.find("lamp dark").hits
    assert [moderator.email] in [message.to for message in mail.outbox]
    page.current_workflow_state.current_task_state.approve(user=moderator)
    page.refresh_from_db()
    assert page.live
    hits = knowledge.find("my lamp at the door is dark").hits
    assert [hit.article.pk for hit in hits] == [page.pk]


# --- What it could say ------------------------------------------------------------------------------


def test_the_ticket_s_words_without_its_people(desk, settings):
    desk.first_level1.first_name, desk.first_level1.last_name = "Rina", "Wulandari"
    desk.first_level1.save()
    ticket = make_ticket(
        desk,
        subject="Lamp of Budi Santoso is dark",
        body="I am Budi from PT Maju Jaya, 0812-3456-7890. See lamp.jpg. (0811, 222, 3334)",
    )
    organisation = Organisation.objects.create(name="PT Maju Jaya")
    Contact.objects.filter(pk=ticket.contact_id).update(
        name="Budi Santoso", organisation=organisation, phone="+62 811-2223-334"
    )
    attachment = Attachment(ticket=ticket, owner_key="x", name="lamp.jpg", size=1)
    attachment.file.save("a", ContentFile(b"x"), save=False)
    attachment.save()
    ticket.refresh_from_db()
    linked = make_ticket(desk, email="ani@example.org")
    Contact.objects.filter(pk=linked.contact_id).update(name="Ani Lestari")
    tickets.link(ticket, by=desk.first_leader, to=linked)
    tickets.reply(ticket, by=desk.first_level1, body="Good morning.")
    tickets.reply(ticket, by=desk.first_level1, body="Which lamp?")
    tickets.reply(ticket, by=ticket.contact, body="The one over the door.")
    tickets.note(ticket, by=desk.first_level1, body="A secret note.")
    tickets.reply(ticket, by=desk.first_level1, body="Dear Budi,\nturn it off.")
    tickets.reply(ticket, by=desk.first_level1, body="And change it, as Ani did.\n\nRina Wulandari")
    tickets.reply(ticket, by=ticket.contact, body="Thank you, Rina!")
    tickets.solve(
        ticket, by=desk.first_level1, outcome="fixed", solution=f"New bulb for {ticket.reference}"
    )
    proposal = propose(ticket)
    assert proposal.title == "Lamp of [name] is dark"
    assert proposal.question == "I am [name] from [name], …. See …. (…)"
    assert proposal.summary == "New bulb for …"
    assert proposal.answer == (
        "Which lamp?\n\nDear [name],\nturn it off.\n\nAnd change it, as [name] did.\n\n[name]"
    )
    assert {row.text for row in proposal.masked} == {
        "Budi Santoso",
        "Budi",
        "PT Maju Jaya",
        "0812-3456-7890",
        "0811, 222, 3334",
        "lamp.jpg",
        ticket.reference,
        "Ani",
        "Rina Wulandari",
    }


def test_without_a_reply_the_solution_is_the_answer(desk, solved):
    proposal = propose(solved)
    assert (proposal.answer, proposal.summary) == ("A new bulb", "")


def test_a_long_solution_is_cut_to_a_summary(desk, ticket):
    tickets.reply(ticket, by=desk.first_level1, body="Done.")
    tickets.solve(ticket, by=desk.first_level1, outcome="fixed", solution="long word " * 49)
    summary = propose(ticket).summary
    assert len(summary) <= 300 and summary.endswith((" word …", " long …"))


def test_the_placeholder_is_in_the_ticket_s_language(desk, solved):
    solved.language = "id"
    solved.subject = "A. Visitor"
    assert propose(solved).title == "[nama]"


@pytest.mark.parametrize("messages", [2, 20])
def test_as_many_queries_for_few_messages_as_for_many(
    desk, solved, messages, django_assert_num_queries
):
    for number in range(messages):
        tickets.reply(solved, by=desk.first_level1, body=f"Answer {number}")
        tickets.reply(solved, by=solved.contact, body=f"Question {number}")
    tickets.solve(solved, by=desk.first_level1, outcome="fixed")
    with django_assert_num_queries(9):
        propose(solved)
