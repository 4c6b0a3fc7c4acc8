"""What time alone brings about, however many runners there are and whatever fails."""

import threading
from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from tests.factories import make_ticket
from wagtail_helpdesk import signals
from wagtail_helpdesk.clocks import timers
from wagtail_helpdesk.clocks.timers import Ran, run_timers
from wagtail_helpdesk.management.commands import run_helpdesk_timers
from wagtail_helpdesk.models import Attachment, Heartbeat, OutboxMessage, Rule, Ticket, TicketEvent
from wagtail_helpdesk.tickets import InvalidTransition, reply, solve, wait
from wagtail_helpdesk.tickets.files import store
from wagtail_helpdesk.tickets.resume import resume

pytestmark = pytest.mark.django_db


def later(**delta):
    return time_machine.travel(timezone.now() + timedelta(**delta))


@pytest.fixture
def waiting(desk, ticket):
    wait(
        ticket,
        by=desk.first_level1,
        status="on_hold",
        until=timezone.now() + timedelta(hours=1),
    )
    return ticket


@pytest.fixture
def solved(desk, ticket):
    solve(ticket, by=desk.first_level1, outcome="fixed")
    return ticket


def events(ticket):
    return list(TicketEvent.objects.filter(ticket=ticket).values_list("verb", "by_rule"))


def test_waiting_ends_at_its_time(waiting):
    assert run_timers().resumed == 0
    with later(minutes=61):
        assert run_timers().resumed == 1
        assert run_timers().resumed == 0
    waiting.refresh_from_db()
    assert (waiting.status, waiting.waiting_until) == ("open", None)
    event = TicketEvent.objects.filter(ticket=waiting).latest("pk")
    assert (event.verb, event.by, event.data) == (
        "wait",
        Rule("waiting_over"),
        {"status": ["on_hold", "open"]},
    )
    [holding] = waiting.holdings.all()
    assert 3600 <= holding.waiting_seconds <= 3700


def test_waiting_that_somebody_ended_is_left_alone(waiting):
    reply(waiting, by=waiting.contact, body="Here is more")
    wait_events = len(events(waiting))
    Ticket.objects.filter(pk=waiting.pk).update(status="open", waiting_until=None)
    with later(hours=2):
        assert run_timers().resumed == 0
    assert len(events(waiting)) == wait_events


@pytest.mark.parametrize("status", ["new", "open", "solved", "closed"])
def test_resume_needs_a_ticket_that_waits(ticket, status):
    Ticket.objects.filter(pk=ticket.pk).update(status=status, waiting_until=timezone.now())
    with pytest.raises(InvalidTransition):
        resume(ticket, by=Rule("waiting_over"))


def test_resume_before_its_time_is_refused(waiting):
    with pytest.raises(InvalidTransition, match="is not over"):
        resume(waiting, by=Rule("waiting_over"))


def test_solved_tickets_close_after_the_reopen_window(solved, settings):
    settings.WAGTAIL_HELPDESK = {"DELIVERY": "sweep", "REOPEN_DAYS": 3}
    with later(days=2, hours=23):
        assert run_timers().closed == 0
    with later(days=3, minutes=1):
        assert run_timers().closed == 1
        assert run_timers().closed == 0
    solved.refresh_from_db()
    assert solved.status == "closed"
    assert events(solved)[-1] == ("close", "auto_close")


def test_signals_are_sent(waiting, django_capture_on_commit_callbacks):
    heard = []

    def listen(ticket, by, **kwargs):
        heard.append((ticket.pk, by))

    signals.wait.connect(listen)
    try:
        with later(hours=2), django_capture_on_commit_callbacks(execute=True):
            run_timers()
    finally:
        signals.wait.disconnect(listen)
    assert heard == [(waiting.pk, Rule("waiting_over"))]


def test_one_ticket_that_fails_does_not_stop_the_rest(desk, monkeypatch, caplog):
    made = [make_ticket(desk, email=f"v{number}@example.org") for number in range(3)]
    for ticket in made:
        solve(ticket, by=desk.first_level1, outcome="fixed")

    def close(ticket, **kwargs):
        if ticket.pk == made[1].pk:
            raise RuntimeError("a receiver of the host's")
        return real_close(ticket, **kwargs)

    real_close = timers.close
    monkeypatch.setattr(timers, "close", close)
    with later(days=30):
        ran = run_timers()
    assert (ran.closed, ran.failed) == (2, 1)
    assert f"auto_close failed on ticket {made[1].reference}" in caplog.text
    assert Ticket.objects.get(status="solved") == made[1]


def test_one_job_that_fails_does_not_stop_the_others(solved, monkeypatch, caplog):
    monkeypatch.setattr(timers, "sweep_unclaimed", lambda: 1 / 0)
    with later(days=30):
        ran = run_timers()
    assert (ran.closed, ran.failed) == (1, 1)
    assert ran.sent == OutboxMessage.objects.filter(state="sent").count() == 2
    assert "sweep_files failed" in caplog.text


def test_a_change_between_reading_and_closing_wins(solved, monkeypatch):
    """The requester answers while the runner is on its way."""

    def close(ticket, **kwargs):
        reply(Ticket.objects.get(pk=ticket.pk), by=solved.contact, body="It is dark again")
        return real_close(ticket, **kwargs)

    real_close = timers.close
    monkeypatch.setattr(timers, "close", close)
    Ticket.objects.filter(pk=solved.pk).update(
        solved_at=timezone.now() - timedelta(days=13, hours=23)
    )
    with later(hours=2):
        Ticket.objects.filter(pk=solved.pk).update(
            solved_at=timezone.now() - timedelta(days=14, seconds=-5)
        )
        monkeypatch.setattr(
            timers, "ready_to_close", lambda: Ticket.objects.filter(status="solved")
        )
        ran = run_timers()
    assert (ran.closed, ran.failed) == (0, 0)
    solved.refresh_from_db()
    assert solved.status == "open"


def test_old_files_are_swept_and_mail_is_sent(ticket, django_capture_on_commit_callbacks):
    store(SimpleUploadedFile("a.txt", b"x"), owner_key="x")
    assert run_timers() == Ran(sent=1)
    with later(hours=25), django_capture_on_commit_callbacks(execute=True):
        assert run_timers().swept >= 1  # its bytes, too, as this test commits nothing
    assert not Attachment.objects.exists()


def test_mail_gets_no_more_than_its_time(desk, monkeypatch):
    for number in range(3):
        make_ticket(desk, email=f"v{number}@example.org")
    monkeypatch.setattr(timers, "MAIL_SECONDS", -1)
    assert run_timers().sent == 0


def test_a_run_can_be_stopped(solved):
    with later(days=30):
        assert run_timers(should_stop=lambda: True).total == 0
    assert Ticket.objects.filter(status="solved").exists()


@pytest.mark.parametrize("count", [1, 40])
def test_sql_of_a_run_without_anything_due_does_not_grow(
    desk, django_assert_max_num_queries, count
):
    for number in range(count):
        ticket = make_ticket(desk, email=f"v{number}@example.org")
        store(SimpleUploadedFile("a.txt", b"x"), owner_key=str(number))
        if number % 2:
            solve(ticket, by=desk.first_level1, outcome="fixed")
        else:
            wait(
                ticket,
                by=desk.first_level1,
                status="on_hold",
                until=timezone.now() + timedelta(days=1),
            )
    run_timers()
    with django_assert_max_num_queries(14):
        assert run_timers().total == 0


def test_sqlite_gets_the_statistics_that_it_chooses_indexes_by(desk, ticket):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps its own")
    run_timers()
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM sqlite_stat1 WHERE tbl = 'wagtail_helpdesk_ticket'")
        assert cursor.fetchone()[0] > 0


def test_waiting_tickets_are_found_by_their_index(desk):
    if connection.vendor != "sqlite":
        pytest.skip("the plan of PostgreSQL depends on its statistics")
    sql, params = timers.waiting_is_over().values("pk")[:10].query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "helpdesk_waiting_until" in plan


def test_the_command(solved, capsys):
    with later(days=30):
        call_command("run_helpdesk_timers")
    assert capsys.readouterr().out == (
        "0 resumed, 1 closed, 2 mails sent, 0 files swept, 0 searches forgotten, 0 failed.\n"
    )
    assert Heartbeat.objects.filter(name="timers").exists()
    assert Heartbeat.objects.filter(name="deliver").exists()


def test_the_loop_goes_on_after_a_failure_and_ends_when_told(monkeypatch, caplog):
    runs = []

    def run(should_stop):
        runs.append(len(runs))
        if len(runs) == 1:
            raise RuntimeError("the database restarts")
        command.stopping.set()
        return Ran()

    monkeypatch.setattr(run_helpdesk_timers, "run_timers", run)
    command = run_helpdesk_timers.Command()
    monkeypatch.setattr(command, "_listen_to_signals", lambda: None)
    call_command(command, "--loop", "0.01")
    assert len(runs) == 2
    assert "A run failed" in caplog.text


def test_the_loop_needs_a_pause():
    with pytest.raises(CommandError, match="above zero"):
        call_command("run_helpdesk_timers", "--loop", "0")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_runners_close_each_ticket_once(desk):
    made = [make_ticket(desk, email=f"v{number}@example.org") for number in range(10)]
    for ticket in made:
        solve(ticket, by=desk.first_level1, outcome="fixed")
    Ticket.objects.update(solved_at=timezone.now() - timedelta(days=30))
    barrier, results = threading.Barrier(3), []

    def run():
        try:
            barrier.wait(5)
            results.append(run_timers())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(ran.closed for ran in results) == 10
    assert sum(ran.failed for ran in results) == 0
    assert sum(ran.sent for ran in results) == OutboxMessage.objects.filter(state="sent").count()
    closings = TicketEvent.objects.filter(verb="close").values_list("ticket", flat=True)
    assert sorted(closings) == sorted(ticket.pk for ticket in made)
