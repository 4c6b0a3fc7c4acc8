"""Contacts and organisations: personal data, which model permissions open."""

from typing import Any, ClassVar

import phonenumbers
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views import generic

from ...conf import helpdesk_settings
from ...models import Contact, Organisation
from ...people.rights import may_link, reads_all_of
from ...tickets.texts import clean_line
from ..contacts.actions import DeactivateView, ReactivateView, UnlinkView
from ..contacts.merge import MergeView
from ..contacts.pages import ContactPage, OrganisationPage
from ..search import find_contacts
from .base import DeskViewSet
from .choosers import account_chooser, organisation_chooser

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
            raise ValidationError({"email" if email else "phone": self._taken(others[0], email)})
        self._check_reach()
        self._check_own_account(cleaned.get("user"))
        return cleaned

    def _taken(self, other: Contact, email: str) -> str:
        if other.merged_into_id is None:
            return (
                _("Another contact has this address.")
                if email
                else _("Another contact has this number.")
            )
        if other.merged_into_id == self.instance.pk:
            return _("What comes from there is recorded for this contact already, since a merge.")
        return _("This leads to another contact, “%(contact)s”, since a merge.") % {
            "contact": other.merged_into
        }

    def _check_own_account(self, account: Any) -> None:
        if "user" in self.changed_data and not may_link(self.for_user, account):
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
        if not reads_all_of(self.for_user, self.instance):
            refusal = _(
                "This opens all tickets of the contact, and you may not read all of them. "
                "Ask a manager of the help desk to change it."
            )
            raise ValidationError(dict.fromkeys(keys, refusal))


class PeopleIndexView(generic.IndexView):
    """A name leads to the page about it; the menu beside it to the form."""

    def _get_title_column(self, field_name: str, column_class: Any = TitleColumn, **kwargs: Any):
        class ToThePage(column_class):
            def get_link_url(column, instance: Any, parent_context: Any) -> str | None:
                return self.get_inspect_url(instance)

        return super()._get_title_column(field_name, ToThePage, **kwargs)


class ContactIndexView(PeopleIndexView):
    def get_base_queryset(self) -> QuerySet:
        return super().get_base_queryset().standing().select_related("organisation")

    def search_queryset(self, queryset: QuerySet) -> QuerySet:
        """By name, address or number, as the queue finds them."""
        if not self.is_searching:
            return queryset
        found = find_contacts(self.search_query)
        return queryset.none() if found is None else queryset.filter(pk__in=found.survivors())


class ContactEditView(generic.EditView):
    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Of a merged contact nothing is left to change."""
        merged = Contact.objects.exclude(merged_into=None).filter(pk=kwargs["pk"])
        if self.user_has_permission("change") and merged.exists():
            return redirect(self.inspect_url_name, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)


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
    inspect_view_class = ContactPage
    edit_view_class = ContactEditView
    inspect_view_fields = ["name", "email", "phone", "organisation", "user", "created_at"]
    instead_of_deleting = gettext_lazy("A contact goes when its tickets go.")

    #: name in the address -> the view
    actions: ClassVar[dict[str, Any]] = {
        "merge": MergeView,
        "deactivate": DeactivateView,
        "reactivate": ReactivateView,
        "unlink": UnlinkView,
    }

    def get_inspect_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        names = {action: self.get_url_name(action) for action in self.actions}
        return super().get_inspect_view_kwargs(action_url_names=names, **kwargs)

    def get_urlpatterns(self) -> list[Any]:
        more = [
            path(f"{action}/<int:pk>/", self.construct_view(view), name=action)
            for action, view in self.actions.items()
        ]
        return [*super().get_urlpatterns(), *more]


class OrganisationViewSet(DeskViewSet):
    model = Organisation
    icon = "group"
    index_view_class = PeopleIndexView
    inspect_view_class = OrganisationPage
    panels = [FieldPanel("name"), FieldPanel("notes")]
    list_display = ["name"]
    search_fields = ["name"]
    inspect_view_enabled = True
    inspect_view_fields = ["name", "notes"]


contacts = ContactViewSet("wagtail_helpdesk_contacts", url_prefix="helpdesk/contacts")
organisations = OrganisationViewSet(
    "wagtail_helpdesk_organisations", url_prefix="helpdesk/organisations"
)
