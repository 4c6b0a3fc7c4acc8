"""An event in words, as colleagues read it."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...models import Channel, Outcome, Priority, Status, TicketEvent, Verb


def describe(
    event: TicketEvent,
    *,
    who: str,
    names: Mapping[int, str],
    types: Mapping[int, str],
    solution: str = "",
    step: str = "",
    comment: str = "",
) -> str:
    """One sentence. ``names`` are staff by key, ``types`` complaint types by key.

    ``solution`` is what the ticket says, where ``event`` said it; ``comment`` likewise of a rating; ``step`` the
    one that it ticked.
    """
    words = {"who": who, "solution": solution, "step": step, "comment": comment}
    sentence = _SENTENCES.get(event.verb)
    if sentence is None:
        return f"{who}: {event.get_verb_display()}"
    return sentence(event, words, names, types)


def _submit(event, words, names, types) -> str:
    if event.by_user_id is None:
        return _("%(who)s sent the complaint.") % words
    words["channel"] = label(Channel, event.data.get("channel"))
    return _("%(who)s recorded the ticket (%(channel)s).") % words


def _triage(event, words, names, types) -> str:
    changes = []
    if "complaint_type" in event.data:
        before, after = event.data["complaint_type"]
        type_names = {"before": types.get(before, "?"), "after": types.get(after, "?")}
        changes.append(_("type from “%(before)s” to “%(after)s”") % type_names)
    if "priority" in event.data:
        before, after = event.data["priority"]
        labels = {"before": label(Priority, before), "after": label(Priority, after)}
        changes.append(_("priority from “%(before)s” to “%(after)s”") % labels)
    if "level" in event.data:
        return _triage_step(changes, words)
    if not changes:
        return _("%(who)s looked it through and changed nothing.") % words
    words["changes"] = "; ".join(changes)
    return _("%(who)s triaged it: %(changes)s.") % words


def _triage_step(changes, words) -> str:
    """The step itself says from where to where."""
    if not changes:
        return _("%(who)s triaged it and moved it.") % words
    words["changes"] = "; ".join(changes)
    return _("%(who)s triaged it and moved it: %(changes)s.") % words


def _assign(event, words, names, types) -> str:
    if "assignee" not in event.data:
        return _("%(who)s assigned it to the same person again.") % words
    assignee = event.data["assignee"][1]
    if assignee is None:
        return _("%(who)s laid it back into the queue.") % words
    words["assignee"] = names.get(assignee, "?")
    return _("%(who)s assigned it to %(assignee)s.") % words


def _wait(event, words, names, types) -> str:
    if "status" not in event.data:
        return _("%(who)s changed how long it waits.") % words
    words["status"] = label(Status, event.data["status"][1])
    return _("%(who)s set it to “%(status)s”.") % words


def _solve(event, words, names, types) -> str:
    if event.by_contact_id:
        return _("%(who)s says that it is solved.") % words
    words["outcome"] = label(Outcome, event.data.get("outcome"))
    if words["solution"]:
        return _("%(who)s solved it: %(outcome)s. Solution: “%(solution)s”") % words
    return _("%(who)s solved it: %(outcome)s.") % words


def _merge(event, words, names, types) -> str:
    if "merged" in event.data:
        words["ticket"] = event.data["merged"]
        return _("%(who)s merged %(ticket)s into this ticket.") % words
    words["ticket"] = event.data.get("into", "?")
    return _("%(who)s merged it into %(ticket)s.") % words


def _link(event, words, names, types) -> str:
    words["ticket"] = event.data.get("to", "?")
    return _("%(who)s linked it to %(ticket)s.") % words


def _tick(event, words, names, types) -> str:
    if event.data.get("done"):
        return _("%(who)s ticked “%(step)s”.") % words
    return _("%(who)s took the tick off “%(step)s”.") % words


def describe_ticks(who: str, number: int, *, done: bool) -> str:
    """Several ticks by one person in a row."""
    words = {"who": who, "number": number}
    if done:
        ticked = ngettext(
            "%(who)s ticked %(number)s step.", "%(who)s ticked %(number)s steps.", number
        )
        return ticked % words
    unticked = ngettext(
        "%(who)s took the tick off %(number)s step.",
        "%(who)s took the ticks off %(number)s steps.",
        number,
    )
    return unticked % words


def _rate(event, words, names, types) -> str:
    _before, helped = event.data.get("helped") or (None, False)
    if words["comment"]:
        if helped:
            return _("%(who)s says that it helped: “%(comment)s”") % words
        return _("%(who)s says that it didn't help: “%(comment)s”") % words
    if helped:
        return _("%(who)s says that it helped.") % words
    return _("%(who)s says that it didn't help.") % words


_SENTENCES = {
    Verb.SUBMIT: _submit,
    Verb.TRIAGE: _triage,
    Verb.ASSIGN: _assign,
    Verb.ACCEPT: lambda event, words, *names: _("%(who)s accepted it.") % words,
    Verb.ESCALATE: lambda event, words, *names: _("%(who)s escalated it.") % words,
    Verb.HAND_BACK: lambda event, words, *names: _("%(who)s handed it back.") % words,
    Verb.REPLY: lambda event, words, *names: _("%(who)s replied.") % words,
    Verb.NOTE: lambda event, words, *names: _("%(who)s added a private note.") % words,
    Verb.WAIT: _wait,
    Verb.SOLVE: _solve,
    Verb.CLOSE: lambda event, words, *names: _("%(who)s closed it.") % words,
    Verb.REOPEN: lambda event, words, *names: _("%(who)s reopened it.") % words,
    Verb.MERGE: _merge,
    Verb.LINK: _link,
    Verb.TICK: _tick,
    Verb.RATE: _rate,
}


def label(choices, value: str) -> str:
    """A code of ``choices`` in words; what isn't one stays as it is."""
    return str(choices(value).label) if value in choices.values else str(value)
