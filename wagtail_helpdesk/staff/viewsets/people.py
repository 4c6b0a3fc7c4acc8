"""Contacts and organisations: personal data, which model permissions open."""

from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.permissions import policy_registry

from ...conf import helpdesk_settings
from ...models import Contact, Organisation, Ticket
from ...tickets.texts import clean_line
from ..search import find_contacts
from .base import DeskViewSet
from .choosers import account_chooser, organisation_chooser

#: Tickets that a contact's page lists; the queue finds the rest.
TICKETS_SHOWN = 20
#: Whoever has one of these reads what the contact reads: mailed links go to the address, the
#: account's owner needs none, and the number finds the tickets of who has no address.
KEYS = ("email", "phone", "user")


class ContactForm(WagtailAdminModelForm):
    def clean_name(self) -> str:
        name = clean_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError(_("Enter a name."))
        return name

    def clean_email(self) -> str:
        return clean_line(self.cleaned_data["email"])

    def clean_phone(self) -> str:
        """As it is stored: +62… for a number that is typed as people do here."""
        typed = clean_line(self.cleaned_data["phone"])
        if not typed:
            return ""
        try:
            number = phonenumbers.parse(typed, helpdesk_settings.PHONE_REGION)
        except phonenumbers.NumberParseException:
            number = None
        if number is None or not phonenumbers.is_valid_number(number):
            raise ValidationError(
                _("Enter a telephone number, with the country code or as dialled here.")
            )
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        email, phone = cleaned.get("email", ""), cleaned.get("phone", "")
        if self.errors:
            return cleaned
        if not email and not phone:
            raise ValidationError({"email": _("Enter an e-mail address or a telephone number.")})
        others = Contact.objects.matching(email=email, phone=phone).exclude(pk=self.instance.pk)
        if others.exists():
            taken = (
                _("Another contact has this address.")
                if email
                else _("Another contact has this number.")
            )
            raise ValidationError({"email" if email else "phone": taken})
        self._check_reach()
        self._check_own_account(cleaned.get("user"))
        return cleaned

    def _check_own_account(self, account: Any) -> None:
        """Whoever could link themselves would go on reading the contact's tickets, wherever they move."""
        if "user" not in self.changed_data or account is None or account != self.for_user:
            return
        if not policy_registry.get_by_type(Ticket).user_has_permission(
            self.for_user, "manage_helpdesk"
        ):
            refusal = _(
                "You can't link your own account: its owner reads all tickets of the contact. "
                "Ask a manager of the help desk to do it."
            )
            self.add_error("user", refusal)

    def _check_reach(self) -> None:
        """Address and account open the contact's conversations, also those that the editor may not read."""
        keys = [name for name in KEYS if name in self.changed_data]
        if self.instance.pk is None or not keys:
            return
        tickets = Ticket.objects.filter(contact=self.instance.pk)
        readable = Ticket.objects.visible_to(self.for_user).filter(contact=self.instance.pk)
        if readable.count() < tickets.count():
            refusal = _(
                "This opens all tickets of the contact, and you may not read all of them. "
                "Ask a manager of the help desk to change it."
            )
            raise ValidationError(dict.fromkeys(keys, refusal))


class ContactIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().select_related("organisation")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """By name, address or number, as the queue finds them."""
        if not self.is_searching:
            return queryset
        found = find_contacts(self.search_query)
        return queryset.none() if found is None else queryset.filter(pk__in=found)


class ContactInspectView(generic.InspectView):
    template_name = "wagtail_helpdesk/staff/contacts/inspect.html"

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return "–" if value in (None, "") else value

    def get_created_at_display_value(self) -> str:
        return date_format(timezone.localtime(self.object.created_at), "DATETIME_FORMAT")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        tickets = Ticket.objects.visible_to(self.request.user).filter(contact=self.object)
        context["tickets"] = tickets.order_by("-created_at", "-pk")[:TICKETS_SHOWN]
        return context


class ContactViewSet(DeskViewSet):
    model = Contact
    icon = "user"
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("email"),
            FieldPanel("phone"),
            FieldPanel("organisation", widget=organisation_chooser.labelled_widget),
            FieldPanel("user", widget=account_chooser.labelled_widget),
        ],
        base_form_class=ContactForm,
    )
    list_display = ["name", "email", "phone", "organisation", "created_at"]
    search_fields = ["name", "email", "phone"]
    index_view_class = ContactIndexView
    inspect_view_enabled = True
    inspect_view_class = ContactInspectView
    inspect_view_fields = ["name", "email", "phone", "organisation", "user", "created_at"]
    instead_of_deleting = gettext_lazy("A contact goes when its tickets go.")


class OrganisationViewSet(DeskViewSet):
    model = Organisation
    icon = "group"
    panels = [FieldPanel("name"), FieldPanel("notes")]
    list_display = ["name"]
    search_fields = ["name"]
    inspect_view_enabled = True
    inspect_view_fields = ["name", "notes"]


contacts = ContactViewSet("wagtail_helpdesk_contacts", url_prefix="helpdesk/contacts")
organisations = OrganisationViewSet(
    "wagtail_helpdesk_organisations", url_prefix="helpdesk/organisations"
)
