"""Who is woken after a commit: a task, a thread, or nobody."""

import os
import threading
import time

import pytest
from asgiref.local import Local
from django.core import mail
from django.db import connection, transaction
from django_tasks import task_backends

from tests.factories import make_ticket
from tests.notify.conftest import states, use_server
from wagtail_helpdesk.models import OutboxMessage, Ticket
from wagtail_helpdesk.notify import background, delivery, tasks
from wagtail_helpdesk.notify.delivery import wake

IMMEDIATE = "django_tasks.backends.immediate.ImmediateBackend"
DUMMY = "django_tasks.backends.dummy.DummyBackend"


@pytest.fixture
def use_tasks(settings):
    def use(backend):
        settings.TASKS = {"default": {"BACKEND": backend}}
        _forget_backends()
        return task_backends["default"]

    yield use
    _forget_backends()


def _forget_backends():
    """They are read from the settings once, by every thread."""
    task_backends.__dict__.pop("settings", None)
    task_backends._settings = None
    task_backends._connections = Local(task_backends.thread_critical)


@pytest.fixture
def auto(settings):
    settings.WAGTAIL_HELPDESK = {"DELIVERY": "auto"}
    yield
    assert background.deliverer.join(20)


@pytest.fixture
def woken(monkeypatch):
    calls = []
    monkeypatch.setattr(background.deliverer, "wake", lambda: calls.append("thread"))
    return calls


def test_sweep_only_wakes_nobody(woken, settings):
    settings.WAGTAIL_HELPDESK = {"DELIVERY": "sweep"}
    wake()
    assert woken == []


def test_the_immediate_backend_means_the_thread(woken, settings, use_tasks):
    settings.WAGTAIL_HELPDESK = {"DELIVERY": "auto"}
    use_tasks(IMMEDIATE)
    assert tasks.has_worker() is False
    wake()
    assert woken == ["thread"]


def test_another_backend_means_a_task(woken, settings, use_tasks):
    settings.WAGTAIL_HELPDESK = {"DELIVERY": "auto"}
    backend = use_tasks(DUMMY)
    wake()
    assert woken == []
    [result] = backend.results
    assert result.task.module_path == "wagtail_helpdesk.notify.tasks.deliver"
    assert (result.args, result.kwargs) == ([], {})


@pytest.mark.django_db
def test_the_task_delivers(ticket):
    tasks.deliver.call()
    assert states() == {"sent": 1}


@pytest.mark.django_db
def test_wake_that_fails_costs_nothing(desk, monkeypatch, django_capture_on_commit_callbacks):
    def fail():
        raise ConnectionError("no broker")

    monkeypatch.setattr(delivery, "wake", fail)
    with django_capture_on_commit_callbacks(execute=True):
        ticket = make_ticket(desk)
    assert Ticket.objects.filter(pk=ticket.pk).exists()
    assert states() == {"queued": 1}


transactional = pytest.mark.django_db(transaction=True, serialized_rollback=True)
needs_file = pytest.mark.skipif(
    connection.vendor == "sqlite" and "TEST_DB_SUFFIX" not in os.environ,
    reason="a database in memory locks its tables between threads",
)


def wait_until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@needs_file
@transactional
def test_the_thread_delivers_after_the_commit_and_ends(desk, auto):
    with transaction.atomic():
        make_ticket(desk)
        time.sleep(0.2)
        assert mail.outbox == []
    assert wait_until(lambda: states() == {"sent": 1})
    assert background.deliverer.join(5)
    assert len(mail.outbox) == 1
    assert "wagtail-helpdesk-mail" not in {thread.name for thread in threading.enumerate()}


@needs_file
@transactional
def test_what_is_rolled_back_is_not_delivered(desk, auto):
    class Undo(Exception):
        pass

    def submit_and_fail():
        with transaction.atomic():
            make_ticket(desk)
            raise Undo

    with pytest.raises(Undo):
        submit_and_fail()
    time.sleep(0.2)
    assert not OutboxMessage.objects.exists()
    assert mail.outbox == []


@needs_file
@transactional
def test_many_calls_are_one_thread(desk, auto):
    for number in range(5):
        make_ticket(desk, email=f"v{number}@example.org")
        names = [thread.name for thread in threading.enumerate()]
        assert names.count("wagtail-helpdesk-mail") <= 1
    assert wait_until(lambda: states() == {"sent": 5})
    assert len(mail.outbox) == 5


@needs_file
@transactional
def test_a_mail_server_that_is_down_delays_no_one(desk, auto, settings):
    use_server(settings, 9)  # nobody listens
    began = time.monotonic()
    ticket = make_ticket(desk)
    assert time.monotonic() - began < 1
    assert wait_until(lambda: OutboxMessage.objects.filter(attempts=1, state="queued").exists())
    assert Ticket.objects.filter(pk=ticket.pk).exists()


@needs_file
@transactional
def test_a_thread_that_fails_is_followed_by_another(desk, auto, monkeypatch, caplog):
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "deliver_due", lambda: 1 / 0)
        make_ticket(desk)
        assert background.deliverer.join(5)
    assert "could not be delivered" in caplog.text
    wake()
    assert wait_until(lambda: states() == {"sent": 1})


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_has_a_lock_of_its_own(monkeypatch):
    deliverer = background.Deliverer()
    with deliverer._lock:  # as if another thread held it at this moment
        child = os.fork()
        if child == 0:
            os._exit(0 if deliverer._lock.acquire(timeout=1) else 1)
    _pid, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@needs_file
@transactional
def test_two_deliverers_send_each_mail_once(desk):
    """On SQLite too, where the conditional UPDATE alone decides."""
    for number in range(12):
        make_ticket(desk, email=f"v{number}@example.org")
    barrier = threading.Barrier(3)

    def deliver():
        try:
            barrier.wait(5)
            delivery.deliver_due()
        finally:
            connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert states() == {"sent": 12}
    assert sorted(one.to[0] for one in mail.outbox) == sorted(
        f"v{number}@example.org" for number in range(12)
    )
