"""Recording a ticket for somebody who calls, writes a letter or stands at the desk."""

import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views import View
from phonenumber_field.formfields import PhoneNumberField
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.models import Locale, Site
from wagtail.permissions import policy_registry

from ... import tickets
from ...conf import helpdesk_settings
from ...models import Channel, ComplaintType, Contact, Ticket, normalise_email
from ...tickets.texts import clean_line
from .attempts import INVALID, add_errors
from .contacts import describe_contact, matching_contacts
from .summary import SummaryMixin
from .texts import PlainTextField, needed
from .uploads import UploadsMixin

NEW_CONTACT = "new"


class RecordForm(SummaryMixin, UploadsMixin, forms.Form):
    """Whoever has called before is shown, and chosen, before anything is saved."""

    channel = forms.ChoiceField(
        label=gettext_lazy("How they came to us"),
        choices=[choice for choice in Channel.choices if choice[0] != Channel.WEB],
        initial=Channel.TELEPHONE,
        error_messages=needed(gettext_lazy("Select how they came to us.")),
    )
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        max_length=254,
        error_messages={
            "invalid": gettext_lazy("Enter an e-mail address like name@example.org."),
            "max_length": gettext_lazy("Enter an e-mail address of fewer than 255 characters."),
        },
    )
    phone = PhoneNumberField(
        label=gettext_lazy("Telephone"),
        required=False,
        error_messages={
            "invalid": gettext_lazy(
                "Enter a telephone number, with the country code or as dialled here."
            )
        },
    )
    contact = forms.ChoiceField(
        label=gettext_lazy("Already known"),
        required=False,
        widget=forms.RadioSelect,
        error_messages=needed(gettext_lazy("Choose who it is.")),
    )
    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=200,
        error_messages={
            "max_length": gettext_lazy("Enter a name of at most %(limit_value)d characters.")
        },
        help_text=gettext_lazy("Of a new contact. Who is known keeps their name."),
    )
    site = forms.ModelChoiceField(
        Site.objects.all(),
        label=gettext_lazy("Site"),
        empty_label=None,
        error_messages=needed(gettext_lazy("Select the site.")),
    )
    complaint_type = forms.ModelChoiceField(
        ComplaintType.objects.filter(retired=False),
        label=pgettext_lazy("complaint type", "Type"),
        error_messages=needed(gettext_lazy("Select the type of the complaint or question.")),
    )
    subject = forms.CharField(
        label=gettext_lazy("Subject"),
        required=False,
        help_text=gettext_lazy("Empty: the first words of the text."),
    )
    body = PlainTextField(
        label=gettext_lazy("Complaint or question"),
        rows=8,
        error_messages=needed(gettext_lazy("Enter the complaint or question.")),
    )
    locale = forms.ModelChoiceField(
        Locale.objects.all(),
        label=gettext_lazy("Language of the requester"),
        empty_label=None,
        error_messages=needed(gettext_lazy("Select the language of the requester.")),
        help_text=gettext_lazy("Mails to them are written in it."),
    )
    accept = forms.BooleanField(label=gettext_lazy("Accept it myself"), required=False)
    key = forms.CharField(
        widget=forms.HiddenInput,
        max_length=32,
        error_messages=needed(
            gettext_lazy("The form is incomplete. Copy your text and load the page again.")
        ),
    )

    field_order = [
        "channel", "email", "phone", "contact", "name", "site", "complaint_type", "subject",
        "body", "attachments", "locale", "accept", "key",
    ]  # fmt: skip

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].region = helpdesk_settings.PHONE_REGION
        self.initial.setdefault("key", uuid.uuid4().hex)
        self._leave_out_where_there_is_no_choice()
        asked = self.data if self.is_bound else self.initial
        email, phone = str(asked.get("email") or ""), str(asked.get("phone") or "")
        self.was_searched = bool(email.strip() or phone.strip())
        self.matches = matching_contacts(email, phone)
        self._offer_matches(normalise_email(clean_line(email)))

    def clean(self):
        data = super().clean()
        if not (data.get("email") or data.get("phone")) and not {"email", "phone"} & set(
            self.errors
        ):
            self.add_error("email", _("Enter an e-mail address or a telephone number."))
        if self.matches and not data.get("contact") and "contact" not in self.errors:
            self.add_error("contact", _("Somebody is known by this. Choose who it is."))
        is_known = data.get("contact") not in ("", None, NEW_CONTACT)
        if not is_known and not data.get("name", "").strip():
            self.add_error("name", _("Enter a name."))
        self._check_type(data)
        return data

    def get_contact(self) -> Contact:
        """The chosen contact, or a new one, not saved yet."""
        chosen = self.cleaned_data.get("contact")
        for contact in self.matches:
            if str(contact.pk) == chosen:
                return contact
        data = self.cleaned_data
        phone = data["phone"].as_e164 if data.get("phone") else ""
        return Contact(name=data["name"], email=data["email"], phone=phone)

    def _check_type(self, data) -> None:
        complaint_type, site = data.get("complaint_type"), data.get("site", self.only_site)
        if complaint_type is None or site is None:
            return
        if not ComplaintType.objects.offered_on(site).filter(pk=complaint_type.pk).exists():
            self.add_error("complaint_type", _("This type is not offered on that site."))

    def _leave_out_where_there_is_no_choice(self) -> None:
        sites, locales = list(Site.objects.all()[:2]), list(Locale.objects.all()[:2])
        self.only_site = sites[0] if len(sites) == 1 else None
        self.only_locale = locales[0] if len(locales) == 1 else None
        if self.only_site:
            del self.fields["site"]
        if self.only_locale:
            del self.fields["locale"]

    def _offer_matches(self, email_key: str | None) -> None:
        if not self.matches:
            del self.fields["contact"]
            return
        choices = [(str(contact.pk), describe_contact(contact)) for contact in self.matches]
        same = [contact for contact in self.matches if _has(contact, email_key)]
        if not same:  # an address has one contact
            choices.append((NEW_CONTACT, _("Somebody else: make a new contact")))
        self.fields["contact"].choices = choices
        if len(self.matches) == 1 and same:
            self.initial.setdefault("contact", str(same[0].pk))


def _has(contact: Contact, email_key: str | None) -> bool:
    """Whether the address is the contact's, or that of one who was merged into it."""
    if not email_key:
        return False
    return email_key == contact.email_key or contact.aliases.filter(email_key=email_key).exists()


class RecordView(WagtailAdminTemplateMixin, View):
    """The form; "Find" looks the contact up and saves nothing."""

    page_title = gettext_lazy("Record a ticket")
    header_icon = "wagtail_helpdesk-desk"
    template_name = "wagtail_helpdesk/staff/workspace/record.html"

    def dispatch(self, request, *args, **kwargs):
        if not self.policy.user_has_permission(request.user, "submit"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def policy(self):
        return policy_registry.get_by_type(Ticket)

    def get_breadcrumbs_items(self):
        queue = {"url": reverse("wagtail_helpdesk_admin:tickets"), "label": _("Tickets")}
        return [*self.breadcrumbs_items, queue, {"url": "", "label": self.get_page_title()}]

    def get(self, request, *args, **kwargs):
        default = Site.objects.filter(is_default_site=True).first()
        return self.show(RecordForm(initial={"site": default, "locale": Locale.get_active()}))

    def post(self, request, *args, **kwargs):
        form = RecordForm(request.POST, request.FILES)
        form.is_valid()
        form.keep_files(request.user)
        if "find" in request.POST:
            return self.show_matches(form)
        if form.errors:
            return self.show(form, status=INVALID)
        try:
            ticket = self.submit(form)
        except ValidationError as error:
            add_errors(form, error)
            return self.show(form, status=INVALID)
        words = {"reference": ticket.reference}
        messages.success(
            request, _("Recorded as %(reference)s. Tell the requester this reference.") % words
        )
        if form.cleaned_data["accept"]:
            self.accept(ticket)
        if Ticket.objects.visible_to(request.user).filter(pk=ticket.pk).exists():
            return redirect("wagtail_helpdesk_admin:ticket", ticket.pk)
        return redirect("wagtail_helpdesk_admin:submit")

    def submit(self, form: RecordForm) -> Ticket:
        data = form.cleaned_data
        return tickets.submit(
            site=data.get("site") or form.only_site,
            contact=form.get_contact(),
            complaint_type=data["complaint_type"],
            subject=data["subject"],
            body=data["body"],
            attachments=form.kept,
            channel=data["channel"],
            locale=data.get("locale") or form.only_locale,
            recorded_by=self.request.user,
            idempotency_key=f"staff:{self.request.user.pk}:{data['key']}"[:64],
        )

    def accept(self, ticket: Ticket) -> None:
        if ticket.assignee_id == self.request.user.pk:
            return  # the form was sent twice
        try:
            tickets.accept(ticket, by=self.request.user)
        except (PermissionDenied, tickets.OperationError):
            messages.warning(
                self.request,
                _(
                    "You could not accept it: it belongs to a division or level where you don't work."
                ),
            )

    def show_matches(self, form: RecordForm):
        """The same form again, nothing of it complained about yet, with whoever was found."""
        found = RecordForm(initial=self.request.POST.dict())
        found.kept = form.kept
        return self.show(found)

    def show(self, form: RecordForm, *, status: int = 200):
        return self.render_to_response(self.get_context_data(form=form), status=status)
