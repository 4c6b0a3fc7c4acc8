"""The audit log's words for what staff did: one per operation, named like it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ..knowledge import drafting
from ..models import Verb

LABELS = {
    Verb.SUBMIT: _("Record a ticket"),
    Verb.TRIAGE: _("Triage"),
    Verb.ASSIGN: _("Assign"),
    Verb.ACCEPT: _("Accept"),
    Verb.ESCALATE: _("Escalate"),
    Verb.HAND_BACK: _("Hand back"),
    Verb.REPLY: _("Reply"),
    Verb.NOTE: _("Add a note"),
    Verb.WAIT: _("Wait"),
    Verb.SOLVE: _("Solve"),
    Verb.CLOSE: _("Close"),
    Verb.REOPEN: _("Reopen"),
    Verb.MERGE: _("Merge"),
    Verb.LINK: pgettext_lazy("ticket action", "Link"),
    Verb.TICK: _("Tick a step"),
    Verb.RATE: _("Say whether it helped"),
    Verb.PLAN_VISIT: _("Plan a visit"),
    Verb.REPORT_VISIT: _("Report on a visit"),
    Verb.CALL_OFF_VISIT: _("Call a visit off"),
    Verb.CONFIRM_VISIT: _("Confirm a visit"),
}


#: One per operation of ``people``, and the sentence that the contact's history shows.
_ON_CONTACTS = {
    "merge_contacts": (_("Merge contacts"), _("Merged with another contact")),
    "deactivate_contact": (_("Deactivate"), _("Deactivated")),
    "reactivate_contact": (_("Reactivate"), _("Reactivated")),
    "link_login": (_("Link to a login"), _("Linked to their own login")),
    "unlink_login": (_("Unlink the login"), _("Unlinked from the login")),
}


def register_log_actions(actions) -> None:
    for verb in Verb:
        actions.register_action(f"wagtail_helpdesk.{verb.value}", LABELS[verb], verb.label)
    actions.register_action(
        f"wagtail_helpdesk.{drafting.VERB}",
        _("Draft an article"),
        _("wrote the draft of an article from it"),
    )
    for action, (label, message) in _ON_CONTACTS.items():
        actions.register_action(f"wagtail_helpdesk.{action}", label, message)
