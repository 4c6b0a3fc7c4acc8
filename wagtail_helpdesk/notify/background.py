"""Delivery for sites without a worker: one thread per process, after the request, while there is work."""

import logging
import os
import threading

from django.db import close_old_connections, connections

logger = logging.getLogger(__name__)


class Deliverer:
    """Starts a daemon thread when woken, and lets it end when nothing is due.

    It dies with the process, in the middle of a mail if need be: the row's lease ends, and a sweep or
    the next request sends it. A forked child begins without a thread.
    """

    def __init__(self) -> None:
        self._begin_anew()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._begin_anew)

    def _begin_anew(self) -> None:
        # A lock that another thread held when the process was forked would stay locked for ever.
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_running = self._is_wanted = False

    def wake(self) -> None:
        """Have one more look at the outbox taken, soon. Returns at once."""
        with self._lock:
            self._is_wanted = True
            # Alive isn't enough, it may be on its way out; nor is running, it may have been struck down.
            if not (self._is_running and self._thread is not None and self._thread.is_alive()):
                self._is_running = True
                self._thread = threading.Thread(
                    target=self._run, name="wagtail-helpdesk-mail", daemon=True
                )
                self._thread.start()

    def join(self, timeout: float | None = None) -> bool:
        """Wait until its last thread has ended, at most ``timeout`` seconds; whether it has."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout)
        return thread is None or not thread.is_alive()

    def _run(self) -> None:
        from . import delivery

        try:
            while self._goes_on():
                try:
                    close_old_connections()
                    delivery.deliver_due()
                except Exception:
                    logger.exception("Mail could not be delivered; the next sweep tries again.")
        finally:
            # This thread's own; those of the request belong to another.
            connections.close_all()

    def _goes_on(self) -> bool:
        """Whether somebody called since the last look. Else the thread ends: the next call starts another."""
        with self._lock:
            wanted, self._is_wanted = self._is_wanted, False
            self._is_running = wanted
            return wanted


deliverer = Deliverer()
