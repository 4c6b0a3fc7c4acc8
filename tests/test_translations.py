"""The Indonesian catalogue: complete, fresh, and nothing else on the pages and in the mails of visitors."""

import ast
import gettext
import re
import shutil
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext as _

import wagtail_helpdesk
from tests.factories import make_ticket
from tests.public.helpers import FORM, LOST, STATUS, Visitor, make_support_page, text_file
from wagtail_helpdesk import tickets
from wagtail_helpdesk.links import link_url
from wagtail_helpdesk.models import ComplaintType, Contact, Division, SupportLevel, Ticket
from wagtail_helpdesk.notify import outbox
from wagtail_helpdesk.notify.delivery import deliver_due
from wagtail_helpdesk.public import complaint

PACKAGE = Path(wagtail_helpdesk.__file__).parent
CATALOGUE = PACKAGE / "locale" / "id" / "LC_MESSAGES" / "django.po"

#: What translation must leave alone: placeholders, percent signs, tags with their attributes.
MARKS = re.compile(r"%\(\w+\)[sd]|%[sd%]|<[^>]+>")
ENGLISH = re.compile(
    r"\b(the|your?|is|are|and|of|with|that|this|have|has|we|our|not|can't|for|from|if|it|"
    r"enter|select|send|ticket|file|reference|answer|mail|message|was|will|on|by)\b",
    re.IGNORECASE,
)
#: Words that both languages share.
SHARED = {"Status", "Status:", "Normal"}


@dataclass
class Entry:
    msgid: str
    plural: str = ""
    context: str = ""
    texts: list[str] = field(default_factory=list)
    is_fuzzy: bool = False

    @property
    def key(self) -> str:
        return f"{self.context}\x04{self.msgid}" if self.context else self.msgid


def entries_of(path):
    """The entries of a .po file; the header is the one without a msgid."""
    found = []
    for paragraph in path.read_text(encoding="utf-8").strip().split("\n\n"):
        if "#~ " in paragraph:
            continue
        words, keyword = defaultdict(str), ""
        for line in paragraph.splitlines():
            if line.startswith("#"):
                continue
            if not line.startswith('"'):
                keyword, _space, line = line.partition(" ")
            words[keyword] += ast.literal_eval(line)
        texts = [text for keyword, text in words.items() if keyword.startswith("msgstr")]
        found.append(
            Entry(
                words["msgid"],
                words["msgid_plural"],
                words["msgctxt"],
                texts,
                is_fuzzy=bool(re.search(r"^#,.*\bfuzzy\b", paragraph, re.MULTILINE)),
            )
        )
    return found


def untranslated(path):
    return [
        entry.msgid
        for entry in entries_of(path)
        if entry.is_fuzzy or not entry.texts or not all(entry.texts)
    ]


def test_every_entry_is_translated():
    assert len(entries_of(CATALOGUE)) > 500
    assert untranslated(CATALOGUE) == []


def test_nothing_in_the_sources_is_missing(tmp_path, monkeypatch):
    """Runs where GNU gettext is installed; the test before and the one after need only Python."""
    if not shutil.which("xgettext"):
        pytest.skip("needs GNU gettext")
    copy = tmp_path / "package"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__", "static", "*.mo"))
    monkeypatch.chdir(copy)
    call_command("makemessages", locale=["id"], no_obsolete=True, verbosity=0)
    collected = copy / CATALOGUE.relative_to(PACKAGE)
    assert untranslated(collected) == [], "run make messages, and translate these"
    gone = {entry.key for entry in entries_of(CATALOGUE)}
    gone -= {entry.key for entry in entries_of(collected)}
    assert gone == set(), "run make messages: these are in no source any more"


def test_placeholders_and_tags_are_kept():
    wrong = []
    for entry in entries_of(CATALOGUE)[1:]:
        wanted = sorted(MARKS.findall(entry.plural or entry.msgid))
        wrong += [entry.msgid for text in entry.texts if sorted(MARKS.findall(text)) != wanted]
    assert wrong == []


def test_full_stops_and_quotes_are_kept():
    wrong = []
    for entry in entries_of(CATALOGUE)[1:]:
        source, [text] = entry.plural or entry.msgid, entry.texts
        if source[-1] in ".?:" and text[-1] != source[-1]:
            wrong.append(entry.msgid)
        if text[-1] in ".?:!" and text[-1] != source[-1]:
            wrong.append(entry.msgid)
        if text.count("“") != text.count("”") or (text != text.rstrip() and entry.msgid != ", "):
            wrong.append(entry.msgid)
    assert wrong == []


def test_the_compiled_catalogue_is_fresh():
    wanted = {}
    for entry in entries_of(CATALOGUE)[1:]:
        for number, text in enumerate(entry.texts):
            wanted[(entry.key, number) if entry.plural else entry.key] = text
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = dict(gettext.GNUTranslations(file)._catalog)
    compiled.pop("")
    assert compiled == wanted, "run make messages"


@pytest.mark.parametrize("language", ["id", "id-id"])
def test_both_codes_of_indonesian_are_served(language):
    """Django says ``id``, Wagtail's admin ``id-id``."""
    with translation.override(language):
        assert _("Send a complaint or question") == "Kirim keluhan atau pertanyaan"


# What visitors read: the same story in both languages, with data that is in neither.


@pytest.fixture
def plain_desk(desk, settings):
    """What owners and visitors enter is made of digits, so that any word left is the package's own."""
    for model in (Division, SupportLevel, ComplaintType):
        for row in model.objects.all():
            row.name = f"0{row.pk}0"
            row.save()
    ComplaintType.objects.update(answer_time="00")
    settings.WAGTAIL_SITE_NAME = "000"
    desk.site.site_name = "000"
    desk.site.save()
    for level in desk.levels:
        level.refresh_from_db()
    settings.WAGTAIL_HELPDESK = {**settings.WAGTAIL_HELPDESK, "FORM_MIN_SECONDS": 0}
    return desk


def pages_of(desk, language):
    """Every public page, as {name: response}, with an own ticket for each language."""
    cache.clear()  # the throttles count
    client = Client()
    client.cookies["django_language"] = language
    visitor = Visitor(client, complaint_type=ComplaintType.objects.first().pk)
    email = f"{language}@example.org"
    visitor.answers |= {"name": "000", "body": "0000", "subject": "000", "email": email}
    found = {"landing": visitor.get("/support/"), "form": visitor.get(FORM)}
    found["form, empty"] = visitor.send(found["form"], FORM)
    found["form, a question in words"] = visitor.send(found["form"], FORM, ask_question="")
    found["form, wrong"] = visitor.send(
        visitor.get(FORM),
        FORM,
        **{**visitor.answers, "email": "0", "phone": "0", "body": "0" * 10_001, "captcha_1": "0"},
        attachments=[text_file(f"0{number}.txt", b"0") for number in range(7)],
    )
    found["form, hidden field"] = visitor.complain(website="0")
    found["form, forged"] = visitor.complain(form="0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(complaint, "submit", _fail)
        found["form, failing"] = visitor.complain()
        patch.setattr(complaint, "_show", _fail)
        found["form, failing altogether"] = visitor.send(found["form, failing"], FORM)
    sent = visitor.complain()
    assert sent.status_code == 302
    ticket = Contact.objects.get(email=email).tickets.get()
    found["sent"] = client.get(sent["Location"])
    found |= conversation_of(visitor, ticket, desk)
    stranger = Client()
    stranger.cookies["django_language"] = language
    address = f"/helpdesk/tickets/{ticket.reference}/"
    found["closed door"] = stranger.get(address)
    found |= lookup_of(Visitor(stranger, complaint_type=None), ticket, email)
    found["left"] = visitor.send(visitor.get(address), f"{address}leave/", follow=True)
    return found


def _fail(*args, **kwargs):
    raise DatabaseError


def lookup_of(visitor, ticket, email):
    found = {"lookup": visitor.get(STATUS), "lookup, empty": visitor.look_up("", email="")}
    found["lookup, missed"] = visitor.look_up(ticket.reference, email="0@example.org", follow=True)
    found["lookup, found"] = visitor.look_up(ticket.reference, email=email, follow=True)
    found["link mailed"] = visitor.send(
        found["lookup, found"], f"{STATUS.removesuffix('status/')}status/link/", follow=True
    )
    found["reference lost"] = visitor.get(LOST)
    found["reference lost, empty"] = visitor.send(found["reference lost"], LOST)
    found["links mailed"] = visitor.send(found["reference lost"], LOST, email=email, follow=True)
    return found


def conversation_of(visitor, ticket, desk):
    staff = desk.superuser
    address = f"/helpdesk/tickets/{ticket.reference}/"
    found = {"conversation": visitor.get(address)}
    reply = f"{address}reply/"
    found["answer, empty"] = visitor.send(found["conversation"], reply)
    found["answered"] = visitor.send(
        found["conversation"],
        reply,
        body="000",
        attachments=[text_file("0.txt", b"0")],
        follow=True,
    )
    tickets.reply(ticket, by=staff, body="000", status="pending")
    found["pending"] = visitor.get(address)
    tickets.wait(ticket, by=staff, status="on_hold")
    found["on hold"] = visitor.get(address)
    tickets.solve(ticket, by=staff, outcome="fixed", solution="000")
    found["solved"] = visitor.get(address)
    found["opened again"] = visitor.send(found["solved"], f"{address}reopen/", follow=True)
    ticket.refresh_from_db()  # reopening ended the old links
    found["link to be opened"] = visitor.get(urlsplit(link_url(ticket)).path)
    found["reopened"] = visitor.open(ticket)
    found["solved by the visitor"] = visitor.send(
        found["reopened"], f"{address}solve/", follow=True
    )
    Ticket.objects.filter(pk=ticket.pk).update(solved_at=timezone.now() - timedelta(days=400))
    found["solved long ago"] = visitor.get(address)
    found["new ticket"] = visitor.send(
        found["solved long ago"], f"{address}reply/", body="000", follow=True
    )
    found["gone on in a new ticket"] = visitor.get(address)
    return found


def words_of(html):
    """What a reader sees or hears of the page's main part, each text by itself."""
    page = BeautifulSoup(html, "html.parser")
    for hidden in page(["script", "style"]):
        hidden.decompose()
    texts = [text for text in page.find_all(string=True) if type(text) is NavigableString]
    for element in page.find_all(True):
        for name, value in element.attrs.items():
            if name in ("aria-label", "alt", "placeholder", "title") or (
                name.startswith("data-wh-") and " " in value
            ):
                texts.append(value)
    words = {" ".join(text.split()) for text in texts}
    return {text for text in words if re.search(r"[A-Za-z]{2}", text)} - SHARED


#: Data, and the host's own: addresses, references, kinds of files, the host's title.
DATA = re.compile(r"\S+@\S+|https?://\S+|HD-[\w-]+|\b0+\w*\.txt\b|Test host|UTF-8")


def assert_indonesian(name, english, indonesian):
    english = {DATA.sub("", text).strip(" :[]") for text in english} - SHARED
    indonesian = {DATA.sub("", text).strip(" :[]") for text in indonesian} - SHARED
    same = {text for text in english & indonesian if re.search(r"[A-Za-z]{2}", text)}
    assert same == set(), f"{name}: the same in both languages"
    for text in indonesian:
        assert not ENGLISH.search(text), f"{name}: {text}"


def test_visitors_read_no_english_on_any_page(plain_desk):
    make_support_page(plain_desk, title="000")
    english, indonesian = (pages_of(plain_desk, language) for language in ("en", "id"))
    assert len(indonesian) > 20
    for name, response in indonesian.items():
        assert response.status_code == english[name].status_code
        assert_indonesian(
            name, *(words_of(page.content.decode()) for page in (english[name], response))
        )


def mails_of(desk, language):
    """Every mail that a requester can get, and every notice to staff, in the order they were sent."""
    mail.outbox.clear()
    staff, email = desk.superuser, f"{language}@example.org"

    with translation.override(language):  # the requester's, as on the form
        ticket, twin = (make_ticket(desk, email=email, subject="000", body="000") for _n in "00")
        stranger = make_ticket(desk, email=f"0{email}", subject="0", body="0")
    reply = tickets.reply(ticket, by=staff, body="000", attachments=())
    outbox.post("reply", ticket=ticket, to=ticket.contact, message=reply)
    tickets.solve(ticket, by=staff, outcome="fixed", solution="000")
    tickets.reopen(ticket, by=staff)
    tickets.merge(twin, by=staff, into=ticket)
    tickets.merge(stranger, by=staff, into=ticket)
    for kind in ("link", "links"):
        outbox.post(kind, ticket=ticket, to=ticket.contact)
    deliver_due()
    return list(mail.outbox)


def test_requesters_read_no_english_in_any_mail(plain_desk, settings):
    settings.WAGTAIL_HELPDESK = {**settings.WAGTAIL_HELPDESK, "LINK_DAYS": 30}
    english, indonesian = (mails_of(plain_desk, language) for language in ("en", "id"))
    assert len(english) == len(indonesian) > 8
    for before, after in zip(english, indonesian, strict=True):
        [html_before], [html_after] = before.alternatives, after.alternatives
        assert_indonesian(
            after.subject, words_of(html_before.content), words_of(html_after.content)
        )
        assert_indonesian(
            after.subject,
            {before.subject, *before.body.splitlines()},
            {after.subject, *after.body.splitlines()},
        )
