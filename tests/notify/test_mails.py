"""What each mail says, to whom, in which language, and what no mail ever says."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.utils import translation
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail.users.models import UserProfile

from tests.factories import make_ticket
from tests.notify.conftest import row_of, states
from wagtail_helpdesk.links import read_token
from wagtail_helpdesk.models import (
    ComplaintTypeName,
    Contact,
    HelpdeskSettings,
    Message,
    MessageKind,
    OutboxMessage,
    StaffPreferences,
    Ticket,
)
from wagtail_helpdesk.notify import outbox
from wagtail_helpdesk.notify.delivery import deliver_due
from wagtail_helpdesk.notify.mails import UnsendableMail, compose
from wagtail_helpdesk.tickets import (
    assign,
    escalate,
    merge,
    note,
    reopen,
    reply,
    solve,
)

pytestmark = pytest.mark.django_db


def sent(kind):
    """The mail that was sent for the latest row of ``kind``."""
    mail_id = row_of(kind).mail_id
    [found] = [one for one in mail.outbox if one.extra_headers["Message-ID"] == mail_id]
    return found


def html_of(message):
    [alternative] = message.alternatives
    return alternative[0]


def whole(message):
    return "\n".join([message.subject, message.body, html_of(message)])


def links_in(text):
    return re.findall(r"http://localhost/helpdesk/t/([\w.-]+)/", text)


def send(kind, ticket, to, message=None):
    outbox.post(kind, ticket=ticket, to=to, message=message)
    deliver_due()
    return sent(kind)


def test_acknowledgement_says_nothing_that_the_visitor_wrote(desk):
    ticket = make_ticket(
        desk, subject="Cheap pills subject", body="Cheap pills body", email="victim@example.org"
    )
    Contact.objects.update(name="Cheap pills name", phone="+6281234567")
    deliver_due()
    message = sent("acknowledgement")
    assert message.to == ["victim@example.org"]
    assert message.subject == f"[{ticket.reference}] We have received your message"
    for part in (message.body, html_of(message)):
        assert ticket.reference in part
        assert "About First" in part
        assert "within two working days" in part
        assert links_in(part)
        assert "Cheap pills" not in part
        assert "victim" not in part
        assert "6281234567" not in part
    assert message.extra_headers["Auto-Submitted"] == "auto-replied"
    assert message.extra_headers["X-Auto-Response-Suppress"] == "All"


def test_the_link_opens_the_ticket_and_lies_nowhere_in_the_database(ticket):
    deliver_due()
    [token] = set(links_in(sent("acknowledgement").body))
    assert read_token(token) == ticket
    for row in OutboxMessage.objects.values():
        assert token not in str(row)


def test_reply(desk, ticket):
    reply(ticket, by=desk.first_level1, body="Try the other switch.\n\nThe <b>left</b> one & only.")
    deliver_due()
    message = sent("reply")
    assert message.to == ["visitor@example.org"]
    assert message.subject == f"[{ticket.reference}] We have answered"
    assert "The <b>left</b> one & only." in message.body
    assert "The &lt;b&gt;left&lt;/b&gt; one &amp; only." in html_of(message)
    assert links_in(message.body)
    assert "wrote:" not in message.body


def test_first_names_only_where_the_site_shows_them(desk, ticket):
    desk.first_level1.first_name, desk.first_level1.last_name = "Sari", "Wulandari"
    desk.first_level1.save()
    reply(ticket, by=desk.first_level1, body="Hello")
    HelpdeskSettings.objects.create(site=desk.site, show_staff_names=True)
    deliver_due()
    assert "Sari wrote:" in sent("reply").body
    assert "Wulandari" not in whole(sent("reply"))


def test_solved_says_how_to_object(desk, ticket, settings):
    settings.WAGTAIL_HELPDESK = {"DELIVERY": "sweep", "REOPEN_DAYS": 7}
    solve(
        ticket,
        by=desk.first_level1,
        outcome="fixed",
        solution="Fuse of the annexe",
        body="It shines.",
    )
    deliver_due()
    message = sent("solved")
    assert "It shines." in message.body
    assert "within 7 days" in message.body
    assert "Fuse of the annexe" not in whole(message)  # for colleagues


def test_reopened_has_the_new_link(desk, ticket):
    solve(ticket, by=desk.first_level1, outcome="fixed")
    reopen(ticket, by=desk.first_level1, body="A private remark on why")
    deliver_due()
    message = sent("reopened")
    [token] = set(links_in(message.body))
    assert read_token(token) == ticket
    assert "private remark" not in whole(message)


def test_merged_names_the_other_ticket_to_its_own_contact_only(desk, ticket):
    same = make_ticket(desk)
    strangers = make_ticket(desk, email="somebody@example.org")
    merge(same, by=desk.first_leader, into=ticket)
    deliver_due()
    message = sent("merged")
    assert ticket.reference in message.body
    assert {read_token(token) for token in links_in(whole(message))} == {ticket}

    merge(ticket, by=desk.first_leader, into=strangers)
    deliver_due()
    message = sent("merged")
    assert strangers.reference not in whole(message)
    assert {read_token(token) for token in links_in(whole(message))} == {ticket}


def test_link(ticket):
    message = send("link", ticket, ticket.contact)
    assert "Here is the link that you asked for." in message.body
    assert "Received" in message.body
    assert ticket.subject not in whole(message)


def test_links_are_of_the_contacts_open_tickets(desk, ticket):
    open_ones = [make_ticket(desk) for _ in range(11)]
    solved = make_ticket(desk)
    solve(solved, by=desk.first_level1, outcome="fixed")
    strangers = make_ticket(desk, email="somebody@example.org")
    message = send("links", ticket, ticket.contact)
    for part in (message.body, html_of(message)):
        opened = [read_token(token) for token in links_in(part)]
        assert opened == open_ones[:0:-1]  # the ten newest, newest first
        assert "There are more" in part
        assert solved.reference not in part
        assert strangers.reference not in part
    assert message.subject == "The links that you asked for"


def test_links_of_nothing_are_not_sent(desk, ticket):
    solve(ticket, by=desk.first_level1, outcome="fixed")
    OutboxMessage.objects.all().delete()
    outbox.post("links", ticket=ticket, to=ticket.contact)
    deliver_due()
    assert states() == {"cancelled": 1}
    assert mail.outbox == []


def test_a_mail_that_cannot_be_answered_says_where_to_answer(desk, ticket, settings):
    reply(ticket, by=desk.first_level1, body="Hello")
    deliver_due()
    assert "nobody reads what is sent to the address of this mail" in sent("reply").body
    assert sent("reply").reply_to == []
    settings.WAGTAIL_HELPDESK = {"DELIVERY": "sweep", "REPLY_TO": "desk@example.org"}
    reply(ticket, by=desk.first_level1, body="Hello again")
    deliver_due()
    assert "you can write to desk@example.org" in sent("reply").body
    assert sent("reply").reply_to == ["desk@example.org"]


@pytest.mark.parametrize("kind", ["assigned", "escalated", "answered"])
def test_staff_mails_point_into_the_admin_and_keep_the_visitors_words_out(desk, kind, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://admin.example.org/"
    ticket = make_ticket(desk, subject="Words of mine", body="More words of mine")
    match kind:
        case "assigned":
            assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
        case "escalated":
            escalate(
                ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="Words of staff"
            )
        case "answered":
            assign(ticket, by=desk.first_level1, assignee=desk.first_level1)
            reply(ticket, by=ticket.contact, body="Yet more words of mine")
    deliver_due()
    message = sent(kind)
    user = desk.first_level2 if kind == "escalated" else desk.first_level1
    assert message.to == [user.email]
    assert f"[{ticket.reference}]" in message.subject
    for part in (message.body, html_of(message)):
        assert f"https://admin.example.org/admin/helpdesk/tickets/{ticket.pk}/" in part
        assert "https://admin.example.org/admin/account/" in part
        assert ("needs deeper knowledge" in part) is (kind == "escalated")
        for word in ("About First", "First", ticket.level.name, "Normal"):
            assert word in part
        for private in ("words of mine", "Words of staff", "A. Visitor", "visitor@example.org"):
            assert private not in part
        assert links_in(part) == []


def test_a_contact_reads_their_tickets_language(desk):
    ComplaintTypeName.objects.create(
        complaint_type=desk.types["First"], language="id", name="Lampu", answer_time="dua hari"
    )
    with translation.override("id"):
        ticket = make_ticket(desk)
    assert ticket.language == "id"
    deliver_due()
    message = sent("acknowledgement")
    assert "Lampu" in message.body
    assert "dua hari" in message.body
    assert re.search(r'<html lang="id"\s+dir="ltr">', html_of(message))


def test_a_language_that_the_site_no_longer_speaks_falls_back(desk, ticket):
    Ticket.objects.update(language="xx-yy")
    deliver_due()
    assert '<html lang="en"' in html_of(sent("acknowledgement"))


def test_staff_read_the_language_of_their_profile(desk, ticket):
    profile = UserProfile.get_for_user(desk.first_level1)
    profile.preferred_language = "id"
    profile.save()
    assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
    with translation.override("de"):  # whatever the request spoke
        deliver_due()
    assert '<html lang="id"' in html_of(sent("assigned"))


def test_sender_is_the_sites(desk, ticket, settings):
    settings.DEFAULT_FROM_EMAIL = "help@example.org"
    reply(ticket, by=desk.first_level1, body="1")
    deliver_due()
    assert sent("reply").from_email == "Test site <help@example.org>"

    settings.WAGTAIL_HELPDESK = {"DELIVERY": "sweep", "FROM_EMAIL": '"The desk" <desk@example.org>'}
    reply(ticket, by=desk.first_level1, body="2")
    deliver_due()
    assert sent("reply").from_email == '"The desk" <desk@example.org>'

    HelpdeskSettings.objects.create(
        site=desk.site, desk_name="Meja bantuan, “Sérayu”", from_email="site@example.org"
    )
    reply(ticket, by=desk.first_level1, body="3")
    deliver_due()
    raw = sent("reply").message()
    assert "site@example.org" in raw["From"]
    assert "Meja bantuan" in str(sent("reply").from_email)
    assert "Meja bantuan, “Sérayu”" in sent("reply").body


def test_mails_of_one_ticket_are_one_thread(desk, ticket):
    reply(ticket, by=desk.first_level1, body="1")
    assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
    deliver_due()
    first = row_of("acknowledgement").mail_id
    assert "References" not in sent("acknowledgement").extra_headers
    for kind in ("reply", "assigned"):
        headers = sent(kind).message()
        assert headers["In-Reply-To"] == headers["References"] == first
        assert headers["Message-ID"] == row_of(kind).mail_id != first
        assert headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    "breaks", ["\r\nBcc: all@example.org", "\n", "\r", "\0", "\u2028", "\x0b", "\x85"]
)
@pytest.mark.parametrize("where", ["recipient", "desk name", "sender", "reply_to", "mail_id"])
def test_no_header_can_be_injected(desk, ticket, breaks, where, settings):
    if breaks == "\0" and where != "reply_to" and connection.vendor == "postgresql":
        pytest.skip("PostgreSQL stores no NUL")
    dirty = f"x{breaks}@example.org"
    match where:
        case "recipient":
            Contact.objects.update(email=dirty)
        case "desk name":
            HelpdeskSettings.objects.create(site=desk.site, desk_name=f"Desk{breaks}")
        case "sender":
            HelpdeskSettings.objects.create(site=desk.site, from_email=dirty)
        case "reply_to":
            settings.WAGTAIL_HELPDESK = {"DELIVERY": "sweep", "REPLY_TO": dirty}
        case "mail_id":
            OutboxMessage.objects.update(mail_id=f"<x{breaks}>")
    deliver_due()
    assert states() == {"dead": 1}
    assert mail.outbox == []
    assert row_of("acknowledgement").last_error
    assert "example.org" not in row_of("acknowledgement").last_error


@pytest.mark.parametrize(
    "address", ["a@example.org, b@example.org", "A <a@example.org>", "nobody", "a@@example.org"]
)
def test_a_mail_has_one_recipient(ticket, address):
    Contact.objects.update(email=address)
    deliver_due()
    assert states() == {"dead": 1}
    assert row_of("acknowledgement").last_error == (
        "The recipient's address is not an e-mail address."
    )


@given(text=st.text(max_size=60))
@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_the_type_is_called_the_headers_stay_whole(desk, ticket, text):
    from django.db import transaction

    row = row_of("acknowledgement")
    with transaction.atomic():
        HelpdeskSettings.objects.update_or_create(
            site=desk.site,
            defaults={"desk_name": text.replace("\0", "").encode(errors="ignore").decode()[:100]},
        )
        try:
            message = compose(row).message()
        except ValueError:
            return
    assert set(message.keys()) == {
        "Content-Type",
        "MIME-Version",
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "X-Auto-Response-Suppress",
    } | ({"Content-Transfer-Encoding"} & set(message.keys()))


def test_a_private_note_is_never_posted(desk, ticket):
    written = note(ticket, by=desk.first_level1, body="MARKER")
    with pytest.raises(ValueError, match="private note"):
        outbox.post("reply", ticket=ticket, to=ticket.contact, message=written)


def test_a_private_note_in_the_outbox_is_never_sent(desk, ticket):
    written = note(ticket, by=desk.first_level1, body="MARKER")
    message = reply(ticket, by=desk.first_level1, body="public")
    Message.objects.filter(pk=message.pk).update(kind=MessageKind.NOTE, body="MARKER")
    row = row_of("reply")
    with pytest.raises(UnsendableMail):
        compose(row)
    deliver_due()
    row.refresh_from_db()
    assert (row.state, row.last_error) == ("dead", "A private note is never mailed.")
    assert not any("MARKER" in whole(one) for one in mail.outbox)
    assert written.is_note


@given(data=st.data())
@hypothesis_settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_mail_carries_a_note_whatever_happens(desk, data):
    """Property: the marker stands in notes, reasons and solutions only, and in no mail."""
    mail.outbox.clear()
    ticket = make_ticket(desk, email=f"v{Ticket.objects.count()}@example.org")
    leader, contact = desk.first_leader, ticket.contact
    steps = {
        "note": lambda: note(ticket, by=leader, body="MARKER"),
        "reply": lambda: reply(ticket, by=leader, body="public"),
        "answer": lambda: reply(ticket, by=contact, body="public"),
        "assign": lambda: assign(ticket, by=leader, assignee=desk.first_level3),
        "escalate": lambda: escalate(
            ticket, by=leader, reason="needs-deeper-knowledge", note="MARKER"
        ),
        "solve": lambda: solve(
            ticket, by=leader, outcome="fixed", solution="MARKER", body="public"
        ),
        "reopen": lambda: reopen(ticket, by=leader, body="MARKER"),
        "links": lambda: outbox.post("links", ticket=ticket, to=contact),
    }
    from wagtail_helpdesk.tickets import InvalidTransition

    for name in data.draw(st.lists(st.sampled_from(sorted(steps)), min_size=3, max_size=8)):
        try:
            steps[name]()
        except InvalidTransition:
            continue
    deliver_due()
    assert mail.outbox
    for message in mail.outbox:
        assert "MARKER" not in message.message().as_string()
        assert "MARKER" not in whole(message)


def test_mail_kinds_and_recipients_belong_together(desk, ticket):
    for kind, to in [
        ("reply", desk.first_level1),
        ("assigned", ticket.contact),
        ("new", ticket.contact),
    ]:
        with pytest.raises(ValueError, match="no mail of the kind"):
            outbox.post(kind, ticket=ticket, to=to)


# --- Whether the recipient may still read it, at the last moment -------------------------------


def cancelled(kind):
    deliver_due()
    row = row_of(kind)
    assert row.state == "cancelled", row.last_error
    return row.last_error


def test_staff_who_may_not_read_it_any_more_get_nothing(desk, ticket):
    escalate(ticket, by=desk.first_level1, reason="needs-deeper-knowledge", note="x")
    desk.first.members.filter(user=desk.first_level2).delete()
    assert cancelled("escalated") == "The user may not read the ticket any more."


def test_staff_who_left_get_nothing(desk, ticket):
    assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
    desk.first_level1.is_active = False
    desk.first_level1.save()
    assert cancelled("assigned") == "The user may not read the ticket any more."


def test_staff_whose_ticket_went_to_another_get_nothing(desk, ticket):
    assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
    assign(ticket, by=desk.first_leader, assignee=desk.first_level2)
    deliver_due()
    assert {one.to[0] for one in mail.outbox} == {"visitor@example.org", "first_level2@example.org"}


@pytest.mark.parametrize("kind", ["assigned", "answered"])
def test_staff_choose_their_notices(desk, ticket, kind):
    StaffPreferences.objects.create(user=desk.first_level1, **{kind: False})
    assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
    reply(ticket, by=ticket.contact, body="Hello?")
    deliver_due()
    states_of = {row.kind: row.state for row in OutboxMessage.objects.filter(to_contact=None)}
    other = {"assigned": "answered", "answered": "assigned"}[kind]
    assert states_of == {kind: "cancelled", other: "sent"}


def test_a_contact_without_address_gets_nothing(ticket):
    Contact.objects.update(email="", phone="+628123")
    assert "no e-mail address" in cancelled("acknowledgement")


def test_another_contacts_ticket_is_not_mailed(desk, ticket):
    other = make_ticket(desk, email="other@example.org")
    Ticket.objects.filter(pk=ticket.pk).update(contact=other.contact)
    deliver_due()
    assert [one.to for one in mail.outbox] == [["other@example.org"]]


def test_a_host_can_override_a_template(ticket, settings, tmp_path):
    folder = tmp_path / "wagtail_helpdesk" / "mail"
    folder.mkdir(parents=True)
    (folder / "acknowledgement.txt").write_text("Ours: {{ reference }}")
    templates = [{**settings.TEMPLATES[0], "DIRS": [str(tmp_path)]}]
    settings.TEMPLATES = templates
    deliver_due()
    assert sent("acknowledgement").body == f"Ours: {ticket.reference}\n"


def test_text_has_no_gaps(desk, ticket):
    """Blank lines of templates that were put together: one between two paragraphs, never two."""
    reply(ticket, by=desk.first_level1, body="Hello")
    assign(ticket, by=desk.first_leader, assignee=desk.first_level1)
    outbox.post("link", ticket=ticket, to=ticket.contact)
    outbox.post("links", ticket=ticket, to=ticket.contact)
    deliver_due()
    solve(ticket, by=desk.first_level1, outcome="fixed", body="Done")
    deliver_due()
    reopen(ticket, by=desk.first_level1)
    merge(ticket, by=desk.first_leader, into=make_ticket(desk))
    deliver_due()
    kinds = set(OutboxMessage.objects.filter(state="sent").values_list("kind", flat=True))
    assert len(kinds) == 8
    for message in mail.outbox:
        assert "\n\n\n" not in message.body


def test_html_loads_nothing_from_elsewhere(desk, ticket):
    reply(ticket, by=desk.first_level1, body="https://evil.example.com/x.png <img src=x>")
    deliver_due()
    for message in mail.outbox:
        tags = re.findall(r"<[^>]*>", html_of(message))
        assert not any(re.search(r"^<(img|script|link|iframe|object)|src=", tag) for tag in tags)
        assert not re.search(r"url\(|@import", html_of(message))
