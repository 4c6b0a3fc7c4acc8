"""One page per person and one per organisation: who they are, and all their tickets."""

from typing import Any, ClassVar

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.utils import get_user_display_name
from wagtail.admin.views import generic
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry

from ...models import Contact
from .tickets import list_tickets

#: Contacts of an organisation, and earlier addresses of a contact, that a page lists.
SHOWN = 50


class PersonPage(generic.InspectView):
    """Abstract: the details, and the tickets that the user may read."""

    def get_contacts(self) -> Any:
        """The keys of whose tickets are listed."""
        raise NotImplementedError

    def get_page_title(self) -> str:
        return str(self.object)

    def get_page_subtitle(self) -> str:
        return ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        index = {
            "url": reverse(self.index_url_name),
            "label": self.model._meta.verbose_name_plural.capitalize(),
        }
        return [*self.breadcrumbs_items, index, {"url": "", "label": str(self.object)}]

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return "–" if value in (None, "") else value

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            tickets=list_tickets(self.request, self.get_contacts()), **kwargs
        )


class ContactPage(PersonPage):
    template_name = "wagtail_helpdesk/staff/contacts/contact.html"
    action_url_names: ClassVar[dict[str, str]] = {}
    inspect_url_name = ""

    def get_contacts(self) -> list[int]:
        return [self.object.pk]

    def get_object(self, queryset=None) -> Contact:
        contact = super().get_object(queryset)
        self.is_merged = contact.merged_into_id is not None
        return contact

    def get_user_display_value(self) -> str:
        return get_user_display_name(self.object.user) if self.object.user else "–"

    def get_created_at_display_value(self) -> str:
        return date_format(timezone.localtime(self.object.created_at), "DATETIME_FORMAT")

    def address_of(self, action: str) -> str:
        return reverse(self.action_url_names[action], args=[self.object.pk])

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        if self.is_merged:
            return []
        buttons = super().header_more_buttons
        may_change = self.user_has_permission("change")
        if self.user_has_permission("merge"):
            buttons.append(
                Button(_("Merge"), url=self.address_of("merge"), icon_name="copy", priority=30)
            )
        if may_change and self.object.is_active:
            buttons.append(
                Button(
                    _("Deactivate"),
                    url=self.address_of("deactivate"),
                    icon_name="no-view",
                    priority=40,
                )
            )
        return buttons

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        former = self.object.aliases.order_by("pk").values_list("email", "phone")[:SHOWN]
        may_change = self.user_has_permission("change") and not self.is_merged
        return super().get_context_data(
            contact=self.object,
            merged_into=self.object.merged_into,
            merged_into_url=(
                reverse(self.inspect_url_name, args=[self.object.merged_into_id])
                if self.is_merged
                else ""
            ),
            former=[email or phone for email, phone in former],
            organisation_url=self._organisation_url(),
            unlink_url=(self.address_of("unlink") if may_change and self.object.user_id else ""),
            reactivate_url=(
                self.address_of("reactivate") if may_change and not self.object.is_active else ""
            ),
            **kwargs,
        )

    def _organisation_url(self) -> str:
        if self.object.organisation_id is None:
            return ""
        arguments = [self.object.organisation_id]
        return reverse("wagtail_helpdesk_organisations:inspect", args=arguments)


class OrganisationPage(PersonPage):
    template_name = "wagtail_helpdesk/staff/contacts/organisation.html"

    def get_contacts(self) -> Any:
        return self.object.contacts.order_by().values("pk")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contacts = self.object.contacts.standing().order_by("name", "pk")
        policy = policy_registry.get_by_type(Contact)
        if not policy.user_has_any_permission(self.request.user, ["view", "change"]):
            contacts = contacts.none()
        found = list(contacts[: SHOWN + 1])
        return super().get_context_data(
            contacts=found[:SHOWN],
            has_more=len(found) > SHOWN,
            contacts_url=reverse("wagtail_helpdesk_contacts:index"),
            **kwargs,
        )
