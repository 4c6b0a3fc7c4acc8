"""The keys of our pages, as their help sheets list them. Wagtail's ``w-kbd`` listens; its own sheet has a fixed list."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_keyboard_key_labels_from_request


@dataclass(frozen=True)
class Shortcut:
    keys: tuple[str, ...]
    does: str


def has_shortcuts(user) -> bool:
    """Wagtail's own switch, in the account settings."""
    profile = getattr(user, "wagtail_userprofile", None)
    return profile is None or profile.keyboard_shortcuts


def shortcuts_of_a_ticket(request: HttpRequest) -> list[Shortcut]:
    labels = get_keyboard_key_labels_from_request(request)
    return [
        Shortcut(("r",), _("Write a reply")),
        Shortcut(("n",), _("Write a private note")),
        Shortcut(
            (labels.MOD, labels.ENTER), _("Send what you are writing, as the line below it says")
        ),
        Shortcut(("c",), _("Look for a canned reply")),
        Shortcut(("p",), _("Go to the procedure")),
        Shortcut(("a",), _("Accept the ticket")),
        Shortcut(("e",), _("Escalate it")),
        Shortcut(("w",), _("Let it wait")),
        Shortcut(("s",), _("Solve it")),
        Shortcut(("j",), _("Next ticket of the view")),
        Shortcut(("k",), _("Previous ticket of the view")),
        Shortcut(("q",), _("Back to the queue")),
        Shortcut(("h",), _("Show these keys")),
    ]


def shortcuts_of_the_queue(request: HttpRequest) -> list[Shortcut]:
    labels = get_keyboard_key_labels_from_request(request)
    return [
        Shortcut(("j",), _("Next ticket")),
        Shortcut(("k",), _("Previous ticket")),
        Shortcut((labels.ENTER,), _("Open it")),
        Shortcut(("h",), _("Show these keys")),
    ]
