"""Fills a database with a company of 30 divisions and 200 staff, and N tickets over three years.

Seven in a hundred tickets are live. Rows are written in bulk, past the operations: what is
measured is reading them.
"""

import datetime
import random
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.utils import timezone
from wagtail.models import Locale, Site

from tests import factories
from wagtail_helpdesk.models import (
    LIVE,
    ComplaintType,
    Contact,
    Division,
    DivisionMember,
    Holding,
    Message,
    MessageKind,
    Status,
    TallyEntry,
    TallyKind,
    Ticket,
    TicketEvent,
    TicketWords,
)
from wagtail_helpdesk.models.words import words_of
from wagtail_helpdesk.references import ALPHABET
from wagtail_helpdesk.tallies.days import day_of
from wagtail_helpdesk.tallies.rebuilding import compare_all_counters

DIVISIONS, STAFF, BATCH = 30, 200, 2_000
LONG_THREAD = 50
WORDS = [
    "lamp",
    "door",
    "meter",
    "invoice",
    "payment",
    "water",
    "pressure",
    "noise",
    "light",
    "cable",
    "window",
    "street",
    "letter",
    "office",
    "refund",
    "account",
    "address",
    "number",
    "contract",
    "repair",
    "visit",
    "garden",
    "pump",
    "pipe",
    "leak",
    "smell",
    "winter",
    "summer",
    "morning",
    "night",
]
FREQUENT, RARE = "desk", "zyzzyva"


def seed(count: int) -> None:
    """Make ``count`` tickets, the one with a long thread and a rare word among them."""
    rng = random.Random(7)  # noqa: S311  the same data every time
    desk = factories.make_desk()
    divisions, staff, types = _company(desk, rng)
    contacts = _contacts(count // 3 + 1)
    now = timezone.now()
    for start in range(0, count, BATCH):
        size = min(BATCH, count - start)
        tickets = Ticket.objects.bulk_create(
            _tickets(
                desk, rng, divisions, staff, types, contacts, now, range(start, start + size), count
            )
        )
        _around(rng, tickets, staff)
    for _month in compare_all_counters(mend=True):
        pass
    _long_thread(Ticket.objects.filter(status=Status.OPEN, division=desk.first).first(), desk)


def _company(desk, rng):
    divisions = [desk.first, desk.second]
    divisions += Division.objects.bulk_create(
        Division(name=f"Division {n}") for n in range(2, DIVISIONS)
    )
    users = get_user_model().objects.bulk_create(
        get_user_model()(
            username=f"staff{n}", email=f"staff{n}@example.org", first_name=f"Staff {n}"
        )
        for n in range(STAFF)
    )
    staff: dict[int, list] = {division.pk: [] for division in divisions}
    members = []
    for number, user in enumerate(users):
        division = divisions[number % DIVISIONS]
        staff[division.pk].append(user)
        members.append(DivisionMember(division=division, user=user, level=rng.choice(desk.levels)))
    DivisionMember.objects.bulk_create(members)
    # The agent whose queue is measured works in two divisions.
    DivisionMember.objects.create(division=divisions[2], user=desk.first_level1, level=desk.level1)
    staff[desk.first.pk] += [desk.first_level1] * 2
    types = list(desk.types.values())
    types += ComplaintType.objects.bulk_create(
        ComplaintType(name=f"Type {n}", division=divisions[n % DIVISIONS], level=desk.level1)
        for n in range(10)
    )
    return divisions, staff, types


def _contacts(count: int) -> list[Contact]:
    rows = (
        Contact(
            name=f"Person {n}",
            email=f"p{n}@example.org",
            email_key=f"p{n}@example.org",
            phone=f"+6281{n:08d}",
        )
        for n in range(count)
    )
    return Contact.objects.bulk_create(rows, batch_size=BATCH)


def _tickets(desk, rng, divisions, staff, types, contacts, now, numbers, count) -> Iterator[Ticket]:
    locale = Locale.objects.get(language_code="en")
    site = Site.objects.get(is_default_site=True)
    for number in numbers:
        division = rng.choice(divisions)
        live = rng.random() < 0.07
        status = rng.choice(LIVE) if live else rng.choice([Status.SOLVED, *[Status.CLOSED] * 9])
        at = now - datetime.timedelta(minutes=(count - number) * (3 * 525_600 // count or 1))
        words = rng.choices(WORDS, k=12)
        yield Ticket(
            reference="HD-" + "".join(rng.choices(ALPHABET, k=5)) + "-" + _code(number),
            site=site,
            locale=locale,
            language="en",
            contact=rng.choice(contacts),
            complaint_type=rng.choice(types),
            subject=" ".join(words[:5]),
            body=" ".join([*words, FREQUENT, RARE if number == count // 2 else ""]),
            status=status,
            priority=rng.choice(["low", *["normal"] * 6, "high", "urgent"]),
            level=rng.choices(desk.levels, [7, 2, 1])[0],
            division=division,
            assignee=rng.choice([None, *staff[division.pk]]) if staff[division.pk] else None,
            created_at=at,
            updated_at=at,
            solved_at=None if live else at,
            closed_at=at if status == Status.CLOSED else None,
            outcome="" if live else "fixed",
            solution="" if live else f"Changed the {words[0]}.",
            **_promised(number, status, at, now),
        )


def _promised(number: int, status: str, at, now) -> dict:
    """Due times as a desk has them that keeps up: of the live, one in ten is late, one in seven due within a day."""
    if status not in LIVE:
        return {"first_responded_at": at, "resolution_due_at": at, "promised_at": at}
    rng = random.Random(number)  # noqa: S311
    days = rng.choices([(-3, 0), (0, 1), (1, 14)], [10, 15, 75])[0]
    due = now + datetime.timedelta(seconds=rng.randint(*(day * 86_400 for day in days)))
    stands = status == Status.PENDING
    return {
        "resolution_due_at": due,
        "due_at": None if stands else due,
        "stopped_at": at if stands else None,
        "promised_at": at,
    }


def _around(rng, tickets, staff) -> None:
    """A message or two, events, holdings and the searched words of each ticket."""
    messages, events, holdings, words, entries = [], [], [], [], []
    for ticket in tickets:
        by = {"by_contact_id": ticket.contact_id}
        events.append(TicketEvent(ticket=ticket, verb="submit", at=ticket.created_at, **by))
        for _ in range(rng.choice([1, 2])):
            body = " ".join(rng.choices(WORDS, k=15))
            messages.append(
                Message(
                    ticket=ticket,
                    kind=MessageKind.REPLY,
                    body=body,
                    created_at=ticket.created_at,
                    **by,
                )
            )
            events.append(TicketEvent(ticket=ticket, verb="reply", at=ticket.created_at, **by))
        begun = len(holdings)
        for holder in [
            rng.choice([None, *staff[ticket.division_id]]),
            *[ticket.assignee] * (rng.random() < 0.3),
        ]:
            holdings.append(
                Holding(
                    ticket=ticket,
                    level=ticket.level,
                    division=ticket.division,
                    assignee=holder,
                    started_at=ticket.created_at,
                    ended_at=ticket.created_at,
                )
            )
        holders = {holding.assignee_id for holding in holdings[begun:]}
        entries += _counted(rng, ticket, holders - {None})
        if ticket.status != Status.CLOSED:
            holdings[-1].ended_at = None
        words.append(
            TicketWords(ticket=ticket, text=" ".join(words_of(f"{ticket.subject}\n{ticket.body}")))
        )
    Message.objects.bulk_create(messages)
    TicketEvent.objects.bulk_create(events)
    Holding.objects.bulk_create(holdings)
    TicketWords.objects.bulk_create(words)
    TallyEntry.objects.bulk_create(entries)


def _counted(rng, ticket: Ticket, holders: set) -> Iterator[TallyEntry]:
    """What the recap counts of it, folded already: received, answered and solved, by whom."""
    seconds = int(rng.lognormvariate(9, 1))
    wanted = [(TallyKind.RECEIVED, None, None)]
    if ticket.status not in LIVE:
        wanted += [(TallyKind.ANSWERED, ticket.assignee_id, seconds // 4)]
        wanted += [(TallyKind.SOLVED, ticket.assignee_id, seconds)]
        wanted += [(TallyKind.CREDITED, holder, seconds) for holder in holders]
    for kind, person, took in wanted:
        yield TallyEntry(
            ticket=ticket,
            kind=kind,
            at=ticket.created_at,
            day=day_of(ticket.created_at),
            division_id=ticket.division_id,
            level_id=ticket.level_id,
            complaint_type_id=ticket.complaint_type_id,
            channel=ticket.channel,
            person_id=person,
            seconds=took,
            late=None if took is None else rng.random() < 0.1,
            detail="fixed" if kind in (TallyKind.SOLVED, TallyKind.CREDITED) else "",
            folded=True,
        )


def _long_thread(ticket: Ticket, desk) -> None:
    """One ticket with fifty messages, half of them notes, whose address is known."""
    ticket.messages.all().delete()
    ticket.reference, ticket.assignee = "HD-00000-THRED", desk.first_level1
    ticket.save()
    for number in range(LONG_THREAD):
        kind, by = (
            (MessageKind.NOTE, {"by_user": desk.first_level1})
            if number % 2
            else (MessageKind.REPLY, {"by_contact_id": ticket.contact_id})
        )
        Message.objects.create(
            ticket=ticket, kind=kind, body="A line of words.\n" * 4, created_at=timezone.now(), **by
        )
        TicketEvent.objects.create(ticket=ticket, verb=kind, at=timezone.now(), **by)


def _code(number: int) -> str:
    code = ""
    for _ in range(5):
        number, rest = divmod(number, 32)
        code = ALPHABET[rest] + code
    return code
