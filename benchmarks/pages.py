"""The pages that are measured, and the empty pages they are measured against."""

import re
import uuid
from datetime import timedelta
from urllib.parse import urlencode

from captcha.models import CaptchaStore
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page as WagtailPage
from wagtail.models import Site

from benchmarks.host.models import EmptyPage, FormField, FormPage
from wagtail_helpdesk.links import make_token
from wagtail_helpdesk.models import Message, MessageKind, Status, Ticket
from wagtail_helpdesk.pages.models import SupportPage

from .measure import Page
from .seed import FREQUENT, RARE

ADMIN, PUBLIC, FORM = "empty admin view", "empty page", "Wagtail's form page, POST"
#: The ticket with fifty messages, half of them notes.
THREAD = "HD-00000-THRED"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')


def make_pages() -> None:
    """Publish what is measured, once."""
    root = Site.objects.get(is_default_site=True).root_page
    if WagtailPage.objects.filter(slug="empty").exists():
        return
    root.add_child(instance=EmptyPage(title="Empty", slug="empty"))
    root.add_child(instance=SupportPage(title="Support", slug="support"))
    form = root.add_child(instance=FormPage(title="Form", slug="form"))
    for label, kind in (
        ("Name", "singleline"),
        ("Email", "email"),
        ("Phone", "singleline"),
        ("Body", "multiline"),
    ):
        FormField.objects.create(page=form, label=label, field_type=kind, required=True)


def staff_pages() -> list[Page]:
    agent = Client()
    agent.force_login(get_user_model().objects.get(username="first_level1"))
    ticket = Ticket.objects.get(reference=THREAD)
    queue = reverse("wagtail_helpdesk_admin:tickets")

    def get(url, **query):
        address = f"{url}?{urlencode(query)}" if query else url
        return lambda: lambda: agent.get(address)

    def row(name, **query):
        return Page(name, get(queue, **query), floor=ADMIN, target=2.2, sql_target=16)

    pages = [
        Page(ADMIN, get(reverse("benchmarks_empty"))),
        row("queue, my divisions", view="divisions"),
        row("queue, mine", view="mine"),
        row("queue, unassigned at my level", view="unassigned"),
        row("queue, waiting for the requester", view="waiting"),
        row("queue, passed on by me", view="passed_on"),
        row("queue, all", view="all"),
        row("queue, level", view="divisions", level=ticket.level_id),
        row("queue, division", view="divisions", division=ticket.division_id),
        row("queue, status", view="divisions", status="open"),
        row("queue, assignee", view="divisions", assignee=ticket.assignee_id),
    ]
    for name, text in (
        ("rare word", RARE),
        ("frequent word", FREQUENT),
        ("reference", ticket.reference),
    ):
        search = row(f"search, {name}", view="all", q=text)
        search.target = 2.5
        pages.append(search)
    workspace = reverse("wagtail_helpdesk_admin:ticket", args=[ticket.pk])
    pages.append(
        Page("ticket page, 50 messages", get(workspace), floor=ADMIN, target=2.0, sql_target=22)
    )
    manager = Client()
    manager.force_login(get_user_model().objects.get(username="manager"))
    recap = reverse("wagtail_helpdesk_admin:recap")
    now = timezone.localdate()
    for name, day, target in (
        ("last year", now - timedelta(days=365), 1.5),  # kept, once somebody has looked
        ("this year", now, None),  # worked out each time: there is always something new
    ):
        for by in ("division", "person"):
            address = f"{recap}?{urlencode({'period': 'year', 'day': day.isoformat(), 'by': by})}"
            pages.append(
                Page(
                    f"recap of {name}, by {by}",
                    lambda address=address: lambda: manager.get(address),
                    floor=ADMIN,
                    target=target,
                    sql_target=30,
                )
            )
    return pages


def visitor_pages() -> list[Page]:
    site = Site.objects.get(is_default_site=True)
    support = SupportPage.objects.get(slug="support")
    home = site.root_page
    visitor = Client()
    form_url = support.url + "complaint/"
    status_url = support.url + "status/"
    ticket = Ticket.objects.select_related("contact").get(reference=THREAD)
    usual, ended = _usual_ticket(), Ticket.objects.filter(status=Status.CLOSED).first()
    form_page = FormPage.objects.get(slug="form")

    def get(url):
        return lambda: lambda: visitor.get(url)

    def complaint():
        writer = Client()
        answers = {**_complaint(ticket), **_solved(_hidden(writer.get(form_url)))}
        return lambda: writer.post(form_url, answers)

    def wagtail_form():
        writer = Client()
        answers = {"name": "A", "email": "a@example.org", "phone": "1", "body": "B"}
        answers |= _solved(_hidden(writer.get(form_page.url)))
        return lambda: writer.post(form_page.url, answers)

    def page(name, url, **limits):
        return Page(name, get(url), floor=PUBLIC, target=1.5, sql_target=12, **limits)

    return [
        Page(PUBLIC, get(home.url + "empty/")),
        page("visitor's ticket page", _opened(visitor, usual)),
        page("visitor's ticket page, closed", _opened(visitor, ended)),
        Page("visitor's ticket page, 50 messages", get(_opened(visitor, ticket)), floor=PUBLIC),
        page("status look-up, form", status_url),
        Page(FORM, wagtail_form),
        Page("complaint form, GET", get(form_url), floor=PUBLIC),
        Page("complaint form, POST", complaint, floor=FORM, target=2.0, sql_target=28, status=302),
    ]


def _usual_ticket() -> Ticket:
    """As visitors open it: being worked on, and somebody of the desk has answered."""
    ticket = Ticket.objects.filter(status=Status.OPEN).exclude(reference=THREAD).first()
    if not ticket.messages.exclude(by_user=None).exists():
        staff = get_user_model().objects.get(username="staff0")
        Message.objects.create(
            ticket=ticket,
            kind=MessageKind.REPLY,
            body="We look into it.",
            created_at=timezone.now(),
            by_user=staff,
        )
    return ticket


def _complaint(ticket: Ticket) -> dict[str, str]:
    return {
        "name": "A. Visitor",
        "email": f"{uuid.uuid4().hex}@example.org",
        "phone": "",
        "complaint_type": str(ticket.complaint_type_id),
        "subject": "",
        "body": "The lamp over the door stays dark.",
        "consent": "on",
    }


def _solved(hidden: dict[str, str]) -> dict[str, str]:
    """With the captcha's own answer: the one for tests would spare our form a query."""
    challenge = CaptchaStore.objects.get(hashkey=hidden["captcha_0"])
    return {**hidden, "captcha_1": challenge.response}


def _hidden(response) -> dict[str, str]:
    fields = {}
    for tag in HIDDEN.findall(response.content.decode()):
        attributes = dict(ATTRIBUTE.findall(tag))
        if "name" in attributes:
            fields[attributes["name"]] = attributes.get("value", "")
    return fields


def _opened(visitor: Client, ticket: Ticket) -> str:
    """The clean address of a conversation, after following the mailed link."""
    opened = visitor.post(reverse("wagtail_helpdesk:open_link", args=[make_token(ticket)]))
    if opened.status_code != 302:
        raise SystemExit(f"The link doesn't open: {opened.status_code}")
    return opened.url
