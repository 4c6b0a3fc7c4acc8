"""Merging two contacts: find the other, look at what becomes of both, and say yes."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.utils import get_user_display_name

from ... import people
from ...models import Contact, Ticket
from ...people.merge import what_was_seen
from ...people.rights import may_link, reads_all_of
from ..counting import capped_counts
from ..search import clean_query, find_contacts
from .actions import ContactAction

#: Contacts that a search for the other one shows.
MATCHES = 10
THIS, OTHER = "this", "other"
NOBODY = "nobody"


@dataclass(frozen=True)
class Row:
    """One detail of both, and what it will be."""

    label: str
    lost: str
    stays: str
    after: str


class MergeForm(forms.Form):
    """What must be said before two contacts are one."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    login = forms.ChoiceField(
        label=gettext_lazy("Whose login opens all of these tickets afterwards?"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a login, or none.")},
    )
    understood = forms.BooleanField(
        label=gettext_lazy("These two are the same person, and this can't be undone."),
        error_messages={"required": gettext_lazy("Confirm that they are the same person.")},
    )

    def __init__(self, *args: Any, lost: Contact, stays: Contact, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"seen": what_was_seen(lost, stays)}, **kwargs)
        logins = {row.user_id: row.user for row in (stays, lost) if row.user}
        self.logins = {str(key): user for key, user in logins.items() if may_link(by, user)}
        if not logins:
            del self.fields["login"]
            return
        self.fields["login"].choices = [
            *((key, get_user_display_name(user)) for key, user in self.logins.items()),
            (NOBODY, _("Nobody's: they read their tickets by mailed links only")),
        ]

    @property
    def chosen_login(self) -> Any:
        return self.logins.get(self.cleaned_data.get("login", ""))


class MergeView(ContactAction):
    """GET: a search for the other contact; with ``other``, the preview. POST: merges."""

    permission_required = "merge"
    page_title = gettext_lazy("Merge")
    template_name = "wagtail_helpdesk/staff/contacts/merge.html"

    def user_has_permission(self, permission: str) -> bool:
        """Only for who may see contacts at all: the preview shows both."""
        may_see = self.user_has_any_permission(["view", "change"])
        return may_see and super().user_has_permission(permission)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.other is None:
            return self.render_to_response(self.get_context_data(**self.search()))
        return self.preview(self.make_form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.other is None:
            return self.after_the_fact()
        form = self.make_form(request.POST)
        if not form.is_valid():
            return self.preview(form, status=422)
        try:
            stays = people.merge_contacts(
                self.lost,
                into=self.stays,
                by=request.user,
                login=form.chosen_login,
                seen=form.cleaned_data["seen"],
            )
        except people.MergeRefused as refused:
            messages.error(request, str(refused))
            return redirect(self.request.get_full_path())
        except PermissionDenied as denied:
            messages.error(request, str(denied))
            return redirect(self.request.get_full_path())
        messages.success(
            request,
            _("“%(lost)s” was merged into “%(stays)s”.") % {"lost": self.lost, "stays": stays},
        )
        return redirect(self.url_of(stays))

    def after_the_fact(self) -> HttpResponse:
        """The other isn't there any more: merged a moment ago, by a second click perhaps."""
        key = self.given_key
        gone = Contact.objects.filter(pk=key).first() if key else None
        if gone is not None and gone.merged_into_id == self.contact.pk:
            messages.success(self.request, _("They are one contact already."))
            return redirect(self.url_of(self.contact))
        messages.error(self.request, _("Find the other contact first."))
        return redirect(self.request.path)

    @property
    def given_key(self) -> int:
        given = self.request.GET.get("other", "")
        return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0

    @cached_property
    def other(self) -> Contact | None:
        others = Contact.objects.standing().select_related("organisation", "user")
        return others.filter(pk=self.given_key).exclude(pk=self.contact.pk).first()

    @property
    def keeps_other(self) -> bool:
        return self.request.GET.get("keep") == OTHER

    @property
    def lost(self) -> Contact:
        return self.contact if self.keeps_other else self.other

    @property
    def stays(self) -> Contact:
        return self.other if self.keeps_other else self.contact

    def make_form(self, data: Any = None) -> MergeForm:
        return MergeForm(data, lost=self.lost, stays=self.stays, by=self.request.user)

    def search(self) -> dict[str, Any]:
        """The contacts that were looked for; without a search, those of the same name or number."""
        query = clean_query(self.request.GET.get("q", ""))
        contacts = Contact.objects.standing().exclude(pk=self.contact.pk)
        if query:
            found = find_contacts(query)
            contacts = (
                contacts.none() if found is None else contacts.filter(pk__in=found.survivors())
            )
        else:
            alike = Q(name=self.contact.name)
            if self.contact.phone:
                alike |= Q(phone=self.contact.phone)
            contacts = contacts.filter(alike)
        contacts = contacts.select_related("organisation").order_by("name", "pk")
        found = list(contacts[: MATCHES + 1])
        return {"query": query, "matches": found[:MATCHES], "has_more": len(found) > MATCHES}

    def preview(self, form: MergeForm, *, status: int = 200) -> HttpResponse:
        user = self.request.user
        may_read = all(reads_all_of(user, row) for row in (self.lost, self.stays))
        counts = {}
        if may_read:
            counts = capped_counts(
                {
                    "lost": Ticket.objects.filter(contact=self.lost),
                    "stays": Ticket.objects.filter(contact=self.stays),
                }
            )
        swapped = THIS if self.keeps_other else OTHER
        context = self.get_context_data(
            form=form,
            may_read=may_read,
            counts=counts,
            lost=self.lost,
            stays=self.stays,
            rows=rows_of(self.lost, self.stays),
            lost_label=label_of(self.lost),
            stays_label=label_of(self.stays),
            mailed_to=self.stays.email or self.lost.email,
            lost_key=self.lost.email or self.lost.phone,
            swap_url=f"{self.request.path}?other={self.other.pk}&keep={swapped}",
            post_url=self.request.get_full_path(),
        )
        return self.render_to_response(context, status=status)


def rows_of(lost: Contact, stays: Contact) -> list[Row]:
    """What each has, and what the survivor will have: its own, and what it lacks."""
    values = {
        _("Name"): (lost.name, stays.name),
        _("E-mail"): (lost.email, stays.email),
        _("Telephone"): (lost.phone, stays.phone),
        _("Organisation"): (_name(lost.organisation), _name(stays.organisation)),
    }
    rows = [Row(label, one, two, two or one) for label, (one, two) in values.items()]
    logins = [get_user_display_name(row.user) if row.user else "" for row in (lost, stays)]
    after = _("as you choose below") if any(logins) else ""
    state = [_("active") if row.is_active else _("deactivated") for row in (lost, stays)]
    return [
        *rows,
        Row(_("Account"), *logins, after),
        Row(_("State"), *state, state[1]),
    ]


def label_of(contact: Contact) -> str:
    """Two of one name are told apart by what they are found by."""
    key = contact.email or contact.phone
    return f"{contact.name} ({key})" if key else contact.name


def _name(organisation: Any) -> str:
    return organisation.name if organisation else ""
