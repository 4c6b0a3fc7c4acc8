"""The form under the conversation: one text, and two buttons that say who will read it."""

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from ...models import Channel, Status, Ticket
from ...tickets.reply import REPLY_STATUSES
from ..markup import options
from .canned import COUNTED
from .texts import PlainTextField
from .uploads import UploadsMixin


class ComposerForm(UploadsMixin, forms.Form):
    """``body`` goes out as a reply or stays a note, by the address that the button posts to."""

    # Whether there is a text at all, the operation says too.
    body = PlainTextField(label=_("Text"), rows=6, required=False)
    channel = forms.ChoiceField(label=_("How the requester gets the answer"), required=False)
    status = forms.ChoiceField(label=_("Status after the reply"), required=False)
    seen_version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    field_order = ["body", "attachments", "channel", "status", "seen_version"]

    def __init__(self, *args, ticket: Ticket, **kwargs):
        kwargs.setdefault("initial", {"seen_version": ticket.version})
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = channel_choices(ticket)
        self.fields["status"].choices = status_choices(ticket)

    @property
    def canned(self) -> list[str]:
        """Keys of the canned replies that the text was made with, as the page tells."""
        keys = self.data.getlist("canned") if self.is_bound else []
        return [key for key in keys[:COUNTED] if key.isascii() and key.isdigit() and len(key) < 19]

    def channel_options(self) -> SafeString:
        return options(self.fields["channel"].choices, self["channel"].value())

    def status_options(self) -> SafeString:
        return options(self.fields["status"].choices, self["status"].value())

    def as_of(self, version: int) -> None:
        """Take the ticket's present version as seen: the reader is shown what is new, with this form."""
        self.data = self.data.copy()
        self.data["seen_version"] = version


def channel_choices(ticket: Ticket) -> list[tuple[str, str]]:
    contact = ticket.contact
    if contact.is_mailed:
        mailed = (Channel.WEB, _("By e-mail to %(email)s") % {"email": contact.email})
    elif not contact.is_active:
        mailed = (Channel.WEB, _("Recorded here only (the contact is deactivated)"))
    else:
        mailed = (Channel.WEB, _("On the ticket's page only (there is no e-mail address)"))
    told = [
        (Channel.TELEPHONE, _("Answered by telephone: only recorded here")),
        (Channel.IN_PERSON, _("Answered in person: only recorded here")),
        (Channel.LETTER, _("Answered by letter: only recorded here")),
        (Channel.FAX, _("Answered by fax: only recorded here")),
    ]
    return [mailed, *told] if contact.is_mailed else [*told, mailed]


def status_choices(ticket: Ticket) -> list[tuple[str, str]]:
    keep = _("Open") if ticket.status == Status.NEW else _("Leave it as it is")
    possible = [
        (status.value, status.label)
        for status in REPLY_STATUSES
        if ticket.may_become(status) and not (ticket.status == Status.NEW and status == Status.OPEN)
    ]
    return [("", keep), *possible]
