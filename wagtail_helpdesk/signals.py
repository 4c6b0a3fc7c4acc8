"""One signal per operation, named like it, sent after the commit with ``send_robust``.

Every signal carries ``ticket`` and ``by`` (who acted: a staff user, a ``Contact`` or a ``Rule``);
the ones about something new carry it too: ``reply`` and ``note`` a ``message``, ``escalate`` and
``hand_back`` a ``step``, ``link`` a ``link``; ``merge`` carries the other ticket, ``into``; ``tick`` a
``checklist``, the ``step`` in it, and whether it is ``done``; ``rate`` a ``satisfaction``; the four of
visits a ``visit``. A receiver that fails never undoes the operation.
"""

from django.dispatch import Signal

submit = Signal()
triage = Signal()
assign = Signal()
accept = Signal()
escalate = Signal()
hand_back = Signal()
reply = Signal()
note = Signal()
wait = Signal()
solve = Signal()
close = Signal()
reopen = Signal()
merge = Signal()
link = Signal()
tick = Signal()
rate = Signal()
plan_visit = Signal()
report_visit = Signal()
call_off_visit = Signal()
confirm_visit = Signal()

# On requesters: these carry ``contact`` and ``by``, a user; ``merge_contacts`` the survivor too, ``into``.
merge_contacts = Signal()
deactivate_contact = Signal()
reactivate_contact = Signal()
link_login = Signal()
unlink_login = Signal()
